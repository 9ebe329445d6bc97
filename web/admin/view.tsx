// The console as a picture of its state: the sections at the side, the one that is open beside them.
import { useEffect, useRef } from 'preact/hooks'
import type { Language } from '../language.js'
import { Emblem } from '../parts/icons.js'
import { LanguageSwitch } from '../parts/language-switch.js'
import { Mark } from '../parts/mark.js'
import { failureText } from '../reasons.js'
import { Accounts } from './accounts.js'
import { Apps } from './apps.js'
import { Claim } from './claim.js'
import { History } from './history.js'
import { Jobs } from './jobs.js'
import { Operators } from './operators.js'
import { Overview } from './overview.js'
import { Problem } from './question.js'
import { Settings } from './settings.js'
import { type AdminEvent, type AdminState, type Desk, SECTIONS } from './state.js'
import { texts } from './texts.js'

export interface Props<S = Desk> {
  readonly state: S
  readonly send: (event: AdminEvent) => void
  readonly language: Language
}
type Choose = (language: Language) => void

export function AdminView(props: Props<AdminState> & { chooseLanguage: Choose }) {
  const { state, language } = props
  const t = texts[language]
  const title = state.name === 'desk' ? `${t.sections[state.section]} · ${t.title}` : t.title
  useEffect(() => {
    document.title = title
  }, [title])
  if (state.name === 'desk') return <Office {...props} state={state} />
  return (
    <div class="gate">
      <div class="card">
        <header class="bar">
          <div class="brand">
            <Mark />
            <span>{t.title}</span>
          </div>
          <LanguageSwitch language={language} choose={props.chooseLanguage} />
        </header>
        <Gate {...props} />
      </div>
    </div>
  )
}

function Gate({ state, send, language }: Props<AdminState>) {
  const t = texts[language]
  switch (state.name) {
    case 'claim':
      return <Claim state={state} send={send} language={language} />
    case 'gone':
      return (
        <div class="middle" role="alert">
          <Emblem icon="alert" tone="wait" />
          <h1>{t.goneTitle}</h1>
          <p class="muted">{t.goneText}</p>
          <a class="button primary" href="/login?returnTo=/admin">
            {t.toLogin}
          </a>
        </div>
      )
    case 'unreachable':
      return (
        <div class="middle" role="alert">
          <Emblem icon="offline" tone="wait" />
          <h1>{t.unreachableTitle}</h1>
          <p class="muted">{failureText(state.code, language)}</p>
          <button type="button" class="button primary" onClick={() => send({ type: 'retry' })}>
            {t.retry}
          </button>
        </div>
      )
    default:
      return (
        <div class="middle">
          <span class="spinner" role="img" aria-label={t.loading} />
        </div>
      )
  }
}

function Office({ state, send, language, chooseLanguage }: Props & { chooseLanguage: Choose }) {
  const t = texts[language]
  const { section, me } = state
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone the sections are a strip that may begin with others.
    nav.current?.querySelector(`[href="#${section}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section])
  return (
    <div class="office">
      <aside class="rail">
        <div class="brand">
          <Mark />
          <span class="one-line">{t.title}</span>
        </div>
        <nav aria-label={t.title} ref={nav}>
          {SECTIONS.map((one) => (
            <a
              key={one}
              href={`#${one}`}
              aria-current={one === section ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault()
                send({ type: 'go', section: one })
              }}
            >
              {t.sections[one]}
            </a>
          ))}
        </nav>
        <footer class="small">
          <a href="/account" class="one-line">
            <bdi>{me.account.nickname || t.account}</bdi>
          </a>
          <LanguageSwitch language={language} choose={chooseLanguage} />
        </footer>
      </aside>
      <section class="sheet" aria-labelledby="section">
        <h1 id="section">{t.sections[section]}</h1>
        {state.asking === null && <Problem state={state} send={send} language={language} />}
        <Section state={state} send={send} language={language} />
      </section>
    </div>
  )
}

function Section(props: Props) {
  switch (props.state.section) {
    case 'overview':
      return <Overview {...props} />
    case 'accounts':
      return <Accounts {...props} />
    case 'apps':
      return <Apps {...props} />
    case 'jobs':
      return <Jobs {...props} />
    case 'history':
      return <History {...props} />
    case 'operators':
      return <Operators {...props} />
    case 'config':
      return <Settings {...props} />
  }
}
