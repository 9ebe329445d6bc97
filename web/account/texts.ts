// The words of the account page, in both languages.
import type { Texts } from '../language.js'
import { account as en } from '../words/en/account.js'
import { account as zh } from '../words/zh-CN/account.js'

export const texts: Texts<typeof zh> = { zh, en }
export type AccountTexts = typeof zh
