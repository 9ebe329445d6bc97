// Points in time, spans and numbers as people write them, by Intl.
import type { Language } from './language.js'

const TAGS: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' }

function written(at: number, language: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(TAGS[language], options).format(at)
}

export function dayText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium' })
}

export function timeText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium', timeStyle: 'short' })
}

export function numberText(value: number, language: Language): string {
  return new Intl.NumberFormat(TAGS[language]).format(value)
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const
const AGO_AT_MOST_MS = 30 * 86_400_000

/** How long before `now` that was; the day itself once that says more; null when it is a matter of moments. */
export function agoText(at: number, now: number, language: Language): string | null {
  const past = now - at
  if (past >= AGO_AT_MOST_MS) return dayText(at, language)
  return past < 60_000 ? null : pastText(past, language)
}

/** So many milliseconds ago, by the largest unit that fits, to the second: `12秒钟前`, `3 minutes ago`. */
export function pastText(pastMs: number, language: Language): string {
  const [unit, ms] = STEPS.find(([, length]) => pastMs >= length) ?? ['second', 1000]
  const relative = new Intl.RelativeTimeFormat(TAGS[language], { numeric: 'auto' })
  return relative.format(-Math.floor(pastMs / ms), unit)
}
