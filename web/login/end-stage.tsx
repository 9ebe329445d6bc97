// How a login ended without a session: what happened, why, and the way on.
import { ERRORS } from '#shared/errors.js'
import type { Method } from '#shared/ticket.js'
import type { Failure } from '../http.js'
import type { Language } from '../language.js'
import { Emblem, type IconName } from '../parts/icons.js'
import { failureText } from '../reasons.js'
import type { End } from './end.js'
import type { LoginEvent } from './state.js'
import { endText } from './summary.js'
import { texts } from './texts.js'

const SIGNS: Readonly<Record<End['kind'], { icon: IconName; tone: 'bad' | 'wait' }>> = {
  denied: { icon: 'cross', tone: 'bad' },
  expired: { icon: 'clock', tone: 'wait' },
  failed: { icon: 'alert', tone: 'bad' },
  codeless: { icon: 'offline', tone: 'wait' },
  error: { icon: 'alert', tone: 'wait' },
  cookies: { icon: 'alert', tone: 'wait' },
}

/** Ends that another method may not have. */
const MAY_DIFFER: readonly End['kind'][] = ['codeless', 'failed']

interface Props {
  language: Language
  send: (event: LoginEvent) => void
}

/** `others`: the methods that might still work when this one did not. */
export function EndStage({ end, others, language, send }: Props & { end: End; others: readonly Method[] }) {
  const t = texts[language]
  const { title, text } = endText(end, language)
  // What the address asked for is refused: only another address helps.
  const hopeless = end.kind === 'error' && end.code !== 'network' && ERRORS[end.code].retry === 'no'
  return (
    <div class="person">
      <Emblem {...SIGNS[end.kind]} />
      <h2>{title}</h2>
      <p class="muted narrow">{text}</p>
      {hopeless ? (
        <a class="button primary" href="/login">
          {t.home}
        </a>
      ) : (
        <button type="button" class="button primary" onClick={() => send({ type: 'again' })}>
          {end.kind === 'codeless' ? t.retry : t.again}
        </button>
      )}
      {MAY_DIFFER.includes(end.kind) &&
        others.map((method) => (
          <button key={method} type="button" class="button" onClick={() => send({ type: 'choose', method })}>
            {t.instead(t.methods[method])}
          </button>
        ))}
    </div>
  )
}

export function UnreachableStage({ code, language, send }: Props & { code: Failure }) {
  const t = texts[language]
  const limited = code === 'too_many_requests'
  return (
    <div class="person">
      <Emblem icon={limited ? 'clock' : 'offline'} tone="wait" />
      <h2>{limited ? t.limitedTitle : t.unreachableTitle}</h2>
      <p class="muted narrow">{limited ? t.limitedText : failureText(code, language)}</p>
      <button type="button" class="button primary" onClick={() => send({ type: 'again' })}>
        {t.retry}
      </button>
    </div>
  )
}
