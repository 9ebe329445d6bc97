// Which of the two languages a page speaks, and the shape of its texts.

import { useLayoutEffect, useState } from 'preact/hooks'

export type Language = 'zh' | 'en'
export type Texts<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>

/** A page's texts; that nothing is missing in English is for the compiler to see. */
export function defineTexts<Key extends string>(
  zh: Readonly<Record<Key, string>>,
  en: Readonly<Record<NoInfer<Key>, string>>,
): Texts<Key> {
  return { zh, en }
}

/** The person's earlier choice, else Chinese unless the browser prefers another language to it. */
export function pickLanguage(saved: string | null, preferred: readonly string[]): Language {
  if (saved === 'zh' || saved === 'en') return saved
  const first = preferred[0]
  return first === undefined || /^zh\b/i.test(first) ? 'zh' : 'en'
}

const STORED_AS = 'saoma-sim-language'

/** The page's language and its switch. The choice is remembered where the browser allows it. */
export function useLanguage(): readonly [Language, (language: Language) => void] {
  const [language, setLanguage] = useState(() => pickLanguage(recall(), navigator.languages))
  function choose(next: Language) {
    remember(next)
    setLanguage(next)
  }
  return [language, choose]
}

/** Tells the document its language and title. */
export function useDocument(language: Language, title: string): void {
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = title
  }, [language, title])
}

// Storage throws where a browser forbids it, as in a third party's iframe.
function recall(): string | null {
  try {
    return localStorage.getItem(STORED_AS)
  } catch {
    return null
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORED_AS, language)
  } catch {
    // Then it lasts as long as the page.
  }
}
