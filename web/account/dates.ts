// Points in time as people write them.
import type { Language } from '../language.js'

function written(at: number, language: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options).format(at)
}

export function dayText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium' })
}

export function timeText(at: number, language: Language): string {
  return written(at, language, { dateStyle: 'medium', timeStyle: 'short' })
}
