// The account page as a picture of its state.
import { useEffect } from 'preact/hooks'
import { dayText, timeText } from '../dates.js'
import type { Language } from '../language.js'
import { Avatar } from '../parts/avatar.js'
import { Emblem } from '../parts/icons.js'
import { LanguageSwitch } from '../parts/language-switch.js'
import { Brand } from '../parts/mark.js'
import { failureText } from '../reasons.js'
import { Devices } from './devices.js'
import { Doors } from './doors.js'
import { Erase } from './erase.js'
import { Logins } from './logins.js'
import type { AccountEvent, AccountState, Here } from './state.js'
import { texts } from './texts.js'

interface Props {
  state: AccountState
  send: (event: AccountEvent) => void
  language: Language
}

export function AccountView(props: Props & { chooseLanguage: (language: Language) => void }) {
  const { state, language } = props
  const t = texts[language]
  const site = 'config' in state ? state.config?.site : undefined
  const title = site ? `${t.title} · ${site.name}` : t.title
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <div class="desk">
      <div class="window">
        <header class="bar">
          <Brand name={site?.name ?? ''} logoUrl={site?.logoUrl ?? null} />
          <LanguageSwitch language={language} choose={props.chooseLanguage} />
        </header>
        <Body {...props} />
      </div>
    </div>
  )
}

function Body({ state, send, language }: Props) {
  const t = texts[language]
  switch (state.name) {
    case 'loading':
    case 'gone':
      return (
        <div class="middle">
          <span class="spinner" role="img" aria-label={t.loading} />
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
    case 'ended':
      return (
        <div class="middle" role="alert">
          <Emblem icon="alert" tone="wait" />
          <h1>{t.endedTitle}</h1>
          <p class="muted">{t.endedText}</p>
          <a class="button primary" href="/login">
            {t.toLogin}
          </a>
        </div>
      )
    case 'erased':
      return (
        <div class="middle" role="status">
          <Emblem icon="tick" />
          <h1>{t.erasedTitle}</h1>
          <p class="muted">{t.erasedText}</p>
          <a class="button" href="/login">
            {t.toLogin}
          </a>
        </div>
      )
    case 'here':
      if (state.erasing) return <Erase state={state} send={send} language={language} />
      return <Overview state={state} send={send} language={language} />
  }
}

function Overview({ state, send, language }: Props & { state: Here }) {
  const t = texts[language]
  const { busy } = state
  const { account, session } = state.me
  const name = account.nickname || t.unnamed
  return (
    <>
      <div class="me">
        <Avatar name={name} url={account.avatarUrl} size={72} />
        <div class="names">
          <p class="small muted">{t.signedInAs}</p>
          <h1 class="one-line">
            <bdi>{name}</bdi>
          </h1>
        </div>
      </div>
      <dl class="rows">
        <Row term={t.id} text={account.id} />
        <Row term={t.since} text={dayText(account.createdAt, language)} />
        <Row term={t.until} text={timeText(session.expiresAt, language)} />
      </dl>
      <Devices state={state} send={send} language={language} />
      <Logins logins={state.logins} language={language} />
      <Doors doors={state.doors} language={language} />
      {state.exported !== null && (
        <label class="exported small">
          <span>{t.exported}</span>
          <textarea readOnly rows={4} value={state.exported} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
      <div class="actions">
        <p class="problem small" role="alert">
          {state.problem && state.ending === null && failureText(state.problem, language)}
        </p>
        <div class="pair">
          <button type="button" class="button" disabled={busy !== null} onClick={() => send({ type: 'export' })}>
            {busy === 'export' ? t.exporting : t.export}
          </button>
          <button type="button" class="button" disabled={busy !== null} onClick={() => send({ type: 'logOut' })}>
            {busy === 'logOut' ? t.loggingOut : t.logOut}
          </button>
        </div>
        <button
          type="button"
          class="plain small erase-door"
          disabled={busy !== null}
          onClick={() => send({ type: 'askErase' })}
        >
          {t.erase}
        </button>
      </div>
    </>
  )
}

function Row({ term, text }: { term: string; text: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>
        <bdi>{text}</bdi>
      </dd>
    </>
  )
}
