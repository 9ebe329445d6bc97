// The ways to sign in that this site offers. With one there is nothing to choose.
import type { Method } from '#shared/ticket.js'
import type { LoginEvent } from './state.js'
import type { LoginTexts } from './texts.js'

export function MethodTabs(props: {
  methods: readonly Method[]
  chosen: Method | null
  /** It is too late to choose. */
  fixed: boolean
  t: LoginTexts
  send: (event: LoginEvent) => void
}) {
  const { methods, chosen, fixed, t, send } = props
  if (methods.length < 2) return <span />
  return (
    <fieldset class="methods" aria-label={t.methodsLabel}>
      {methods.map((method) => (
        <button
          key={method}
          type="button"
          aria-pressed={method === chosen}
          disabled={fixed}
          onClick={() => method !== chosen && send({ type: 'choose', method })}
        >
          {t.methods[method]}
        </button>
      ))}
    </fieldset>
  )
}
