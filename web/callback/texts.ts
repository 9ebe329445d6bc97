// The words of the page that WeChat returns to, in both languages.
import type { Texts } from '../language.js'
import { callback as en } from '../words/en/callback.js'
import { callback as zh } from '../words/zh-CN/callback.js'

export const texts: Texts<typeof zh> = { zh, en }
