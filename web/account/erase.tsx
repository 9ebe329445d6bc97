// The question before an account goes for good: what happens, that nothing brings it back, and two ways out.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Language } from '../language.js'
import { useNow } from '../parts/hooks.js'
import { Emblem } from '../parts/icons.js'
import { failureText } from '../reasons.js'
import { COOLING_MS } from './machine.js'
import type { AccountEvent, Here } from './state.js'
import { texts } from './texts.js'

interface Props {
  state: Here
  send: (event: AccountEvent) => void
  language: Language
}

export function Erase({ state, send, language }: Props) {
  const t = texts[language]
  const [understood, setUnderstood] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  // Whoever listens to the page hears the question, and not whatever stood where the button was.
  useEffect(() => heading.current?.focus(), [])
  const erasing = state.busy === 'erase'
  const now = useNow()
  const [askedAt] = useState(now)
  const seconds = Math.max(1, Math.ceil((COOLING_MS - now + askedAt) / 1000))
  return (
    <form
      class="erase"
      onSubmit={(event) => {
        event.preventDefault()
        if (understood) send({ type: 'erase' })
      }}
    >
      <Emblem icon="alert" tone="bad" />
      <h1 ref={heading} tabIndex={-1}>
        {t.eraseTitle}
      </h1>
      <ul>
        {t.eraseFacts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <p class="small muted">{t.eraseKept(state.logins?.keptDays ?? null)}</p>
      <p>
        <strong>{t.eraseCooling}</strong>
      </p>
      <p class="small muted">
        {t.exportFirst}{' '}
        <button type="button" class="plain" disabled={state.busy !== null} onClick={() => send({ type: 'export' })}>
          {state.busy === 'export' ? t.exporting : t.export}
        </button>
      </p>
      <label class="understood">
        <input
          type="checkbox"
          checked={understood}
          disabled={erasing}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
        />
        <span>{t.understood}</span>
      </label>
      <p class="problem small" role="alert">
        {state.problem && failureText(state.problem, language)}
      </p>
      <div class="pair">
        <button type="button" class="button" disabled={erasing} onClick={() => send({ type: 'keep' })}>
          {t.keep}
        </button>
        <button type="submit" class="button danger" disabled={!understood || !state.cooled || state.busy !== null}>
          {erasing ? t.erasing : state.cooled ? t.eraseNow : t.eraseSoon(seconds)}
        </button>
      </div>
    </form>
  )
}
