// The login page as one picture of its state: what to do on the left, the code and what became of it on the right.
import { useEffect } from 'preact/hooks'
import type { Method } from '#shared/ticket.js'
import type { Language } from '../language.js'
import { ConsentBox } from '../parts/consent-box.js'
import { Emblem } from '../parts/icons.js'
import { LanguageSwitch } from '../parts/language-switch.js'
import { Brand } from '../parts/mark.js'
import { CodeStage, type StageProps } from './code-stage.js'
import { asksBeforeCode, hidesCode } from './consent.js'
import { ConsentStage } from './consent-stage.js'
import { EndStage, UnreachableStage } from './end-stage.js'
import { Footer } from './footer.js'
import { FrameStage } from './frame-stage.js'
import { MethodTabs } from './method-tabs.js'
import { KnownStage, PersonStage, WaitStage, WelcomeStage } from './person-stage.js'
import { PhoneStage } from './phone-stage.js'
import type { LoginEvent, LoginState } from './state.js'
import { announcement, methodOf, stepAt, titleOf } from './summary.js'
import { texts } from './texts.js'
import { WechatLink } from './wechat-link.js'

export interface ViewProps {
  state: LoginState
  send: (event: LoginEvent) => void
  language: Language
}

export function LoginView(props: ViewProps & { chooseLanguage: (language: Language) => void }) {
  const { state, send, language } = props
  const { config, phase } = state
  const t = texts[language]
  // Whoever is signed in has chosen none: each leads to its code.
  const chosen = phase.name === 'known' ? null : methodOf(state)
  const name = config?.site.name ?? ''
  const title = titleOf(phase, t, name)
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <div class="desk">
      <div class={state.onPhone ? 'window phone' : 'window'}>
        <aside class="guide">
          <Brand name={name} logoUrl={config?.site.logoUrl ?? null} />
          <h1>{t.headline}</h1>
          {chosen && <Steps steps={t.steps[chosen]} at={stepAt(phase)} />}
          <p class="safety small muted">{t.safety}</p>
        </aside>
        <section class="stage">
          <header class="bar">
            <MethodTabs methods={state.methods} chosen={chosen} fixed={stepAt(phase) === 3} t={t} send={send} />
            {(config?.languages.length ?? 2) > 1 && (
              <LanguageSwitch language={language} choose={props.chooseLanguage} />
            )}
          </header>
          <div class="scene">
            <Stage {...props} />
          </div>
        </section>
        {config?.simulator && (
          <p class="ribbon small" title={t.simulatedHint}>
            {t.simulated}
          </p>
        )}
      </div>
      <Footer config={config} t={t} />
      <p class="unseen" role="status" aria-live="polite">
        {announcement(state, language)}
      </p>
    </div>
  )
}

function Steps({ steps, at }: { steps: readonly string[]; at: number | null }) {
  const place = (step: number): string => (at === null ? '' : step < at ? 'past' : step === at ? 'now' : 'later')
  return (
    <ol class="steps">
      {steps.map((step, number) => (
        <li key={step} class={place(number)} aria-current={number === at ? 'step' : undefined}>
          {step}
        </li>
      ))}
    </ol>
  )
}

function Stage({ state, send, language }: ViewProps) {
  const { phase, config } = state
  const t = texts[language]
  const simulator = config?.simulator ?? null
  const { onPhone } = state
  const site = config?.site ?? null
  const box = site && asksBeforeCode(state) && (
    // With a key it stays the same box, with the focus on it, when the code appears above it.
    <ConsentBox
      key="consent"
      site={site}
      language={language}
      ticked={state.ticked !== null}
      tick={(on) => send({ type: 'tick', on })}
    />
  )
  const asked = { consent: box || null, hidden: hidesCode(state) }
  switch (phase.name) {
    case 'starting':
      return <WaitStage text={t.starting} />
    case 'leaving':
      return <WaitStage text={t.leaving} />
    case 'unreachable':
      return <UnreachableStage code={phase.code} language={language} send={send} />
    case 'over':
      return <EndStage end={phase.end} others={others(state)} language={language} send={send} />
    case 'inWechat':
      return (
        <div class="person">
          <Emblem icon="phone" />
          <WechatLink address={state.wechatLink ?? ''} title={t.inWechatTitle} t={t} />
        </div>
      )
    case 'redeeming':
      return (
        <PersonStage shown={phase.shown} t={t} onPhone={onPhone} busy={phase.struggling ? t.struggling : t.redeeming} />
      )
    case 'consent':
      return site && <ConsentStage site={site} language={language} ticked={state.ticked !== null} send={send} />
    case 'known':
      return <KnownStage account={phase.account} t={t} send={send} />
    case 'signedIn':
      return <WelcomeStage account={phase.account} t={t} />
    case 'beginning':
      if (phase.method === 'website')
        return (
          <FrameStage {...asked} shown={null} t={t} simulator={simulator} link="live" stale={null} onPhone={onPhone} />
        )
      return code({ shown: phase.previous, t, simulator, link: 'live', stale: null })
    case 'stale':
    case 'watching': {
      const { shown } = phase
      const link = phase.name === 'watching' ? phase.link : 'live'
      const stale = phase.name === 'stale' ? () => send({ type: 'again' }) : null
      if (shown.ticket.status === 'scanned') {
        const notMe = () => send({ type: 'again' })
        return <PersonStage shown={shown} t={t} onPhone={onPhone} link={link} notMe={notMe} />
      }
      const stage = { shown, t, simulator, link, stale }
      return shown.ticket.method === 'website' ? <FrameStage {...stage} {...asked} onPhone={onPhone} /> : code(stage)
    }
  }

  function code(stage: StageProps) {
    if (!onPhone) return <CodeStage {...stage} />
    return (
      <PhoneStage
        {...stage}
        site={config?.site.name ?? ''}
        saved={state.saved}
        onSaved={(ticketId) => send({ type: 'saved', ticketId })}
        wechatLink={state.wechatLink}
      />
    )
  }
}

function others(state: LoginState): readonly Method[] {
  return state.methods.filter((method) => method !== methodOf(state))
}
