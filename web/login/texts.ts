// The words of the login page, in both languages.
import type { Texts } from '../language.js'
import { login as en } from '../words/en/login.js'
import { login as zh } from '../words/zh-CN/login.js'

export const texts: Texts<typeof zh> = { zh, en }
export type LoginTexts = typeof zh
