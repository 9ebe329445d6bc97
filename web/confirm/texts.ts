// The words of the phone’s page, in both languages.
import type { DeviceView } from '#shared/api.js'
import type { Texts } from '../language.js'
import { confirm as en } from '../words/en/confirm.js'
import { confirm as zh } from '../words/zh-CN/confirm.js'

export const texts: Texts<typeof zh> = { zh, en }
export type ConfirmTexts = typeof zh

/** Whether a system, by the server's own name for it, is a phone's. */
export function isPhone(os: string): boolean {
  return /^(iOS|Android|HarmonyOS)\b/.test(os)
}

/** What is said about the device that waits: a computer, or a phone's own browser. */
export function wordsFor(t: ConfirmTexts, { os }: Pick<DeviceView, 'os'>): ConfirmTexts['forPhone'] {
  if (isPhone(os)) return t.forPhone
  const { confirmed, denied, expired, failed } = t.ends
  const ends = { confirmed: confirmed.text, denied: denied.text, expired: expired.text, failed: failed.text }
  return { title: t.title, matchLabel: t.matchLabel, ends, wrongNumberEnd: t.wrongNumberEnd }
}
