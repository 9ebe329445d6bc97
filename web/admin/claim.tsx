// Becoming an operator by the code that the program printed.
import { useState } from 'preact/hooks'
import type { AdminState } from './state.js'
import { problemText, texts } from './texts.js'
import type { Props } from './view.js'

export function Claim({ state, send, language }: Props<Extract<AdminState, { name: 'claim' }>>) {
  const t = texts[language]
  const [code, setCode] = useState('')
  const busy = state.code !== null
  return (
    <form
      class="claim"
      onSubmit={(event) => {
        event.preventDefault()
        if (code.trim() !== '') send({ type: 'claim', code })
      }}
    >
      <h1>{t.claimTitle}</h1>
      <p class="muted">{t.claimText}</p>
      <p class="small">{t.claimAs(state.me.account.nickname || t.unnamed)}</p>
      <label>
        <span class="small">{t.code}</span>
        <input
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
          placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
          maxLength={64}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          disabled={busy}
        />
      </label>
      <p class="problem small" role="alert">
        {state.problem && problemText(state.problem, language)}
      </p>
      <button type="submit" class="button primary" disabled={busy || code.trim() === ''}>
        {busy ? t.claiming : t.claim}
      </button>
      <p class="small muted">
        {t.claimAgain} <code>npm run operator -- operator-code</code>
      </p>
    </form>
  )
}
