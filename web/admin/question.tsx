// Nothing is ordered by one press: what will happen is said first. Then what came of it.
import { useLayoutEffect, useRef } from 'preact/hooks'
import { numberText } from '../dates.js'
import type { Wish } from './state.js'
import { problemText, texts } from './texts.js'
import type { Props } from './view.js'

/** The question about `wish`, when that is what stands. */
export function Question({ state, send, language, about }: Props & { about: (wish: Wish) => boolean }) {
  const t = texts[language]
  const { asking, busy } = state
  const no = useRef<HTMLButtonElement>(null)
  const stands = asking !== null && about(asking)
  // The harmless answer is the one that Enter gives, and Escape, from the moment in which the question is seen.
  useLayoutEffect(() => {
    if (stands) no.current?.focus()
  }, [stands])
  if (!stands) return null
  const text = asking.kind === 'order' ? t.questions[asking.order.order] : t.jobQuestions[asking.job.job]
  return (
    <fieldset
      class="question"
      aria-label={text}
      onKeyDown={(event) => event.key === 'Escape' && send({ type: 'keep' })}
    >
      <p>{text}</p>
      <span class="ways">
        <button ref={no} type="button" class="button slim" disabled={busy} onClick={() => send({ type: 'keep' })}>
          {t.keep}
        </button>
        <button type="button" class="button danger slim" disabled={busy} onClick={() => send({ type: 'carryOut' })}>
          {busy ? t.doing : t.doIt}
        </button>
      </span>
      <Problem state={state} send={send} language={language} />
    </fieldset>
  )
}

/** What was asked for last and did not happen. */
export function Problem({ state, language }: Props) {
  const t = texts[language]
  const { problem } = state
  return (
    <p class="problem small" role="alert">
      {problem && `${problemText(problem, language)} `}
      {problem === 'signed_out' && <a href="/login?returnTo=/admin">{t.signInAgain}</a>}
    </p>
  )
}

/** What came of the last order. */
export function Outcome({ state, language }: Props) {
  const t = texts[language]
  const { outcome } = state
  return (
    <p class={`outcome small ${outcome && !outcome.done ? 'bad' : ''}`} role="status">
      {outcome && (outcome.done ? said() : `${t.refusals[outcome.why ?? 'other']} ${outcome.about ?? ''}`)}
    </p>
  )

  function said(): string {
    const { endedSessions = 0, endedLogins = 0 } = outcome ?? {}
    if (endedSessions + endedLogins === 0) return t.done
    return t.doneEnded(numberText(endedSessions, language), numberText(endedLogins, language))
  }
}
