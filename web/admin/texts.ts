// The words of the console, in both languages.
import type { Language, Texts } from '../language.js'
import { admin as en } from '../words/en/admin.js'
import { admin as zh } from '../words/zh-CN/admin.js'

export const texts: Texts<typeof zh> = { zh, en }
export type AdminTexts = typeof zh

/** A word of the wire as people say it; the word itself where nobody has named it. */
export function named(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word
}

export const textsIn = (language: Language): AdminTexts => texts[language]
