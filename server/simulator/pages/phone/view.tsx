// The phone's screens, one for each place its state can be at.

import type { PhoneData } from '../../page-data.js'
import { Icon } from '../parts/icons.js'
import { useDocument, useLanguage } from '../parts/language.js'
import { PhoneFrame } from '../parts/phone-frame.js'
import { Home } from './home.js'
import { Scanner } from './scanner.js'
import type { Event, State } from './state.js'
import { texts } from './texts.js'
import { Who } from './who.js'

interface PhoneProps {
  readonly data: PhoneData
  readonly state: State
  readonly dispatch: (event: Event) => void
  readonly onText: (text: string) => void
}

export function Phone(props: PhoneProps) {
  const [language, setLanguage] = useLanguage()
  const t = texts[language]
  useDocument(language, t.title)
  return (
    <PhoneFrame language={language} onLanguage={setLanguage}>
      {screen(props)}
    </PhoneFrame>
  )

  function screen({ data, state, dispatch, onText }: PhoneProps) {
    switch (state.screen.at) {
      case 'home':
        return <Home data={data} state={state} language={language} dispatch={dispatch} />
      case 'who':
        return (
          <Who
            people={data.people}
            state={state}
            pending={state.screen.pending !== null}
            language={language}
            dispatch={dispatch}
          />
        )
      case 'scan':
        return (
          <Scanner
            language={language}
            unreadable={state.screen.unreadable}
            onText={onText}
            onMissed={() => dispatch({ type: 'code-missed' })}
            onBack={() => dispatch({ type: 'home-tapped' })}
          />
        )
      case 'foreign':
        return <Foreign text={state.screen.text} t={t} dispatch={dispatch} />
      case 'opening':
        return (
          <main class="notice">
            <span class="spinner" />
            <p role="status">{t.opening}</p>
          </main>
        )
    }
  }
}

interface ForeignProps {
  readonly text: string
  readonly t: (typeof texts)['zh']
  readonly dispatch: (event: Event) => void
}

function Foreign({ text, t, dispatch }: ForeignProps) {
  return (
    <>
      <main class="notice">
        <span class="notice-icon">
          <Icon name="question" />
        </span>
        <h1>{t.foreign}</h1>
        <p>{t.foreignText}</p>
        <bdi class="foreign-text" dir="auto">
          {text}
        </bdi>
      </main>
      <footer class="dock">
        <button type="button" class="button primary" onClick={() => dispatch({ type: 'scan-tapped' })}>
          {t.again}
        </button>
        <button type="button" class="button" onClick={() => dispatch({ type: 'home-tapped' })}>
          {t.home}
        </button>
      </footer>
    </>
  )
}
