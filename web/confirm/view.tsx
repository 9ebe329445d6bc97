// The phone's page as a picture of its state. Everything needed to decide is on one small screen.

import { useEffect } from 'preact/hooks'
import { REASON_TEXTS } from '#shared/reasons.js'
import type { Language } from '../language.js'
import { Emblem, type IconName } from '../parts/icons.js'
import { LanguageSwitch } from '../parts/language-switch.js'
import { Brand } from '../parts/mark.js'
import { failureText } from '../reasons.js'
import { CloseButton } from './close-button.js'
import { Question } from './question.js'
import type { ConfirmEvent, ConfirmState } from './state.js'
import { texts, wordsFor } from './texts.js'

export interface ConfirmProps {
  state: ConfirmState
  send: (event: ConfirmEvent) => void
  language: Language
}

type Ended = ConfirmState & { name: 'ended' }

const SIGNS: Readonly<Record<Ended['end'], { icon: IconName; tone: '' | 'bad' | 'wait' }>> = {
  confirmed: { icon: 'tick', tone: '' },
  denied: { icon: 'cross', tone: 'bad' },
  expired: { icon: 'clock', tone: 'wait' },
  failed: { icon: 'alert', tone: 'bad' },
}

export function ConfirmView(props: ConfirmProps & { chooseLanguage: (language: Language) => void }) {
  const { state, language } = props
  const t = texts[language]
  const site = state.name === 'asking' ? state.question.site : state.name === 'ended' ? state.site : null
  const title = state.name === 'ended' ? t.ends[state.end].title : t.title
  useEffect(() => {
    document.title = site ? `${title} · ${site.name}` : title
  }, [title, site])
  return (
    <div class="sheet">
      <header class="top">
        {site ? <Brand name={site.name} logoUrl={site.logoUrl} /> : <span />}
        <LanguageSwitch language={language} choose={props.chooseLanguage} />
      </header>
      <Body {...props} />
      {/* It stands there from the beginning: what is put in later is announced. */}
      <p class="unseen" role="status">
        {state.name === 'ended' && title}
      </p>
    </div>
  )
}

/** Only a failure has more to say than its kind. */
function endText({ end, reason, device }: Ended, language: Language): string {
  const { ends, wrongNumberEnd } = wordsFor(texts[language], device)
  if (end !== 'failed' || reason === null) return ends[end]
  return reason === 'match_number_wrong' ? wrongNumberEnd : REASON_TEXTS[reason][language]
}

function Body({ state, send, language }: ConfirmProps) {
  const t = texts[language]
  switch (state.name) {
    case 'loading':
      return (
        <div class="result">
          <span class="spinner" />
          <p class="muted">{t.loading}</p>
        </div>
      )
    case 'asking':
      return <Question state={state} send={send} language={language} />
    case 'ended':
      return (
        <div class="result">
          <Emblem {...SIGNS[state.end]} />
          <h1>{t.ends[state.end].title}</h1>
          <p class="muted">{endText(state, language)}</p>
          <CloseButton label={t.close} />
        </div>
      )
    case 'lost': {
      const known = state.code === 'ticket_unknown'
      return (
        <div class="result" role="alert">
          <Emblem icon={state.code === 'network' ? 'offline' : 'phone'} tone="wait" />
          <h1>{t.lostTitle}</h1>
          <p class="muted">{known ? t.lostText : failureText(state.code, language)}</p>
          {!known && (
            <button type="button" class="weui-btn weui-btn_default" onClick={() => send({ type: 'retry' })}>
              {t.retry}
            </button>
          )}
        </div>
      )
    }
  }
}
