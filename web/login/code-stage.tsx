// Our own code on its white plate, with the time it has left running round it.
import { useNow } from '../parts/hooks.js'
import { icons } from '../parts/icons.js'
import { clockText, timeLeft } from './countdown.js'
import { SimulatedScan } from './simulated-scan.js'
import type { Link, Shown } from './state.js'
import type { LoginTexts } from './texts.js'

export interface StageProps {
  shown: Shown | null
  t: LoginTexts
  simulator: string | null
  link: Link
  /** Given when the code is out of date and waits for a click. */
  stale: (() => void) | null
}

export function CodeStage({ shown, t, simulator, link, stale }: StageProps) {
  const now = useNow()
  const left = shown ? timeLeft(shown, now) : 0
  const dim = stale !== null || left === 0
  const qr = shown?.qr ?? null
  const scene = shown?.ticket.method === 'scene'
  // WeChat makes this code, which takes it a moment: until then there is nothing to count down.
  const fetching = scene && !qr && !dim
  return (
    <div class="code">
      <div class={`plate ${dim ? 'dim' : ''}`}>
        {qr ? (
          <img
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(qr.svg)}`}
            alt={t.codeAlt}
            draggable={false}
          />
        ) : (
          <span class="spinner" role="img" aria-label={t.loading} />
        )}
        <TimeLeft part={qr && shown && !dim ? left / Math.max(1, shown.span) : 0} />
        {stale && <Veil t={t} renew={stale} />}
      </div>
      <p class={fetching ? 'call muted' : 'call'}>{stale ? t.stale : fetching ? t.fetching : t.pending}</p>
      {scene && !stale && <p class={`line muted narrow ${fetching ? 'kept' : ''}`}>{t.pendingScene}</p>}
      <p class="line small muted">
        {link === 'offline' ? (
          <Offline t={t} />
        ) : (
          qr && !dim && <span class="digits">{t.validFor(clockText(left))}</span>
        )}
      </p>
      {simulator && <SimulatedScan simulator={simulator} content={dim ? null : (qr?.content ?? null)} t={t} />}
      <p class="on-phone small muted">{t.onPhoneHint}</p>
    </div>
  )
}

/** Says that the page is cut off, without hiding the code: scanning may still work. */
export function Offline({ t }: { t: LoginTexts }) {
  return (
    <span class="offline">
      <icons.offline />
      {t.offline}
    </span>
  )
}

/** Over a code that waits for a click. */
export function Veil({ t, renew }: { t: LoginTexts; renew: () => void }) {
  return (
    <button type="button" class="veil" onClick={renew}>
      <icons.renew />
      {t.renew}
    </button>
  )
}

/** Once round the plate, clockwise from the top. */
const ROUND =
  'M50 .55H94.78a4.67 4.67 0 0 1 4.67 4.67V94.78a4.67 4.67 0 0 1-4.67 4.67H5.22A4.67 4.67 0 0 1 .55 94.78V5.22A4.67 4.67 0 0 1 5.22 .55Z'

/** `part`: how much is left, from 1 to 0. */
function TimeLeft({ part }: { part: number }) {
  return (
    <svg class="time-left" viewBox="0 0 100 100" aria-hidden="true">
      <path class="track" d={ROUND} />
      {part > 0 && <path d={ROUND} pathLength={1} stroke-dashoffset={part - 1} />}
    </svg>
  )
}
