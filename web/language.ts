// Which of the two languages a visitor reads, and remembering it when they say so.

export type Language = 'zh' | 'en'

/** The same words in both languages. `en` must have everything `zh` has. */
export type Texts<T> = Readonly<Record<Language, T>>

const KEY = 'saoma.language'

/** The visitor's own choice, else the first of the browser's languages that we have, else Chinese. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (stored === 'zh' || stored === 'en') return stored
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'zh' || language === 'en') return language
  }
  return 'zh'
}

/** What this browser's visitor reads. A browser that refuses us storage simply forgets the choice. */
export function browserLanguage(): Language {
  let stored: string | null = null
  try {
    stored = localStorage.getItem(KEY)
  } catch {}
  return pickLanguage(stored, navigator.languages)
}

/** Keeps the visitor's choice for their next visit. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language)
  } catch {}
}
