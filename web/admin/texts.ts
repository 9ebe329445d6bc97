// The words of the console, in both languages.
import type { Failure } from '../http.js'
import type { Language, Texts } from '../language.js'
import { failureText } from '../reasons.js'
import { admin as en } from '../words/en/admin.js'
import { admin as zh } from '../words/zh-CN/admin.js'

export const texts: Texts<typeof zh> = { zh, en }
export type AdminTexts = typeof zh

/** A word of the wire as people say it; the word itself where nobody has named it. */
export function named(words: Readonly<Record<string, string>>, word: string): string {
  return Object.keys(words).includes(word) ? (words[word] ?? word) : word
}

/** What went wrong: the console's own sentence where it has one: at the console, who is signed out signed in too long ago. */
export function problemText(problem: Failure, language: Language): string {
  const { problems } = texts[language]
  return problem === 'signed_out' || problem === 'not_found' ? problems[problem] : failureText(problem, language)
}
