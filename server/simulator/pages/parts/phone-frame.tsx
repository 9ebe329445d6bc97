// What holds the pages that are seen on a phone. On a desktop a bezel is drawn around them, on a real phone nothing is.

import type { ComponentChildren } from 'preact'
import type { Language } from './language.js'
import { SimMark } from './sim-mark.js'
import './phone-frame.css'

const OTHER = {
  zh: { language: 'en', lang: 'en', label: 'EN', title: 'Switch to English' },
  en: { language: 'zh', lang: 'zh-CN', label: '中文', title: '切换到中文' },
} as const

interface FrameProps {
  readonly language: Language
  readonly onLanguage: (language: Language) => void
  /** What stays above whatever scrolls, below the simulator's mark. */
  readonly bar?: ComponentChildren
  readonly children: ComponentChildren
}

/** A page of the phone. */
export function PhoneFrame(props: FrameProps) {
  return (
    <div class="phone">
      <Screen {...props} />
    </div>
  )
}

/** The same without the phone, for what is seen on a computer as well. */
export function Screen({ language, onLanguage, bar, children }: FrameProps) {
  const other = OTHER[language]
  return (
    <div class="screen">
      <div class="screen-head">
        <header class="screen-top">
          <SimMark language={language} />
          <button
            type="button"
            class="language"
            lang={other.lang}
            aria-label={other.title}
            onClick={() => onLanguage(other.language)}
          >
            {other.label}
          </button>
        </header>
        {bar}
      </div>
      {children}
    </div>
  )
}
