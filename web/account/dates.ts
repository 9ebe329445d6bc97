// Points in time as people write them.
import type { Language } from '../language.js'

function written(at: number, language: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options).format(at)
}

export function dayText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium' })
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
const AGO_AT_MOST_MS = 30 * 86_400_000

/** How long before `now` that was; the day itself once that says more; null when it is a matter of moments. */
export function agoText(at: number, now: number, language: Language): string | null {
  const past = now - at
  if (past >= AGO_AT_MOST_MS) return dayText(at, language)
  const [unit, ms] = STEPS.find(([, length]) => past >= length) ?? []
  if (unit === undefined) return null
  const relative = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { numeric: 'auto' })
  return relative.format(-Math.floor(past / ms), unit)
}

export function timeText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium', timeStyle: 'short' })
}
