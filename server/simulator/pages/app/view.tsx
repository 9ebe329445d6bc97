// The screens of an app: its button, WeChat's question, and what came of it.

import type { AppData } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { BackLink } from '../parts/back.js'
import { Icon } from '../parts/icons.js'
import { useDocument, useLanguage } from '../parts/language.js'
import { PersonRow } from '../parts/person-row.js'
import { PhoneFrame } from '../parts/phone-frame.js'
import { Outcome } from './outcome.js'
import type { Event, State } from './state.js'
import { texts } from './texts.js'

interface AppProps {
  readonly data: AppData
  readonly state: State
  readonly dispatch: (event: Event) => void
}

export function SimulatedApp({ data, state, dispatch }: AppProps) {
  const [language, setLanguage] = useLanguage()
  const t = texts[language]
  useDocument(language, data.name)
  const bar = (
    <div class="bar">
      <BackLink href="/phone">{t.home}</BackLink>
      <h1>
        <bdi dir="auto">{data.name}</bdi>
      </h1>
    </div>
  )
  return (
    <PhoneFrame language={language} onLanguage={setLanguage} bar={bar}>
      {screen()}
    </PhoneFrame>
  )

  function screen() {
    switch (state.at) {
      case 'start':
        return (
          <>
            <main class="notice app-start">
              <Avatar name={data.key} label={data.name} shape="tile" />
              <span class="app-kind">{t[data.kind]}</span>
              <p>{data.kind === 'mobile' ? t.mobileText : t.miniprogramText}</p>
            </main>
            <footer key="start" class="dock">
              <button
                type="button"
                class="button primary"
                onClick={() => dispatch({ type: 'login-tapped', kind: data.kind })}
              >
                {t.login}
              </button>
            </footer>
          </>
        )
      case 'consent':
        return (
          <>
            <main class="notice app-start">
              <Avatar name={data.key} label={data.name} shape="tile" />
              <p class="app-asks">
                <Icon name="people" />
                {t.asks}
              </p>
              <div class="app-person">
                <span class="app-as">{t.asWho}</span>
                <PersonRow person={data.person} language={language} />
              </div>
            </main>
            <footer key="consent" class="dock answers">
              <button type="button" class="button" onClick={() => dispatch({ type: 'answered', allow: false })}>
                {t.deny}
              </button>
              <button type="button" class="button primary" onClick={() => dispatch({ type: 'answered', allow: true })}>
                {t.allow}
              </button>
            </footer>
          </>
        )
      case 'working':
        return (
          <main class="notice">
            <span class="spinner" />
            <p role="status">{t.working}</p>
          </main>
        )
      case 'over':
        return (
          <Outcome result={state.result} t={t} language={language} onAgain={() => dispatch({ type: 'again-tapped' })} />
        )
    }
  }
}
