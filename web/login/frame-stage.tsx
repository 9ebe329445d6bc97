// WeChat's own page with WeChat's own code, in a frame; or in the whole window for browsers that will not frame it.
import type { JSX } from 'preact'
import { icons } from '../parts/icons.js'
import { safeAddress } from '../safe-address.js'
import { Offline, type StageProps, Veil } from './code-stage.js'

interface Props extends StageProps {
  onPhone: boolean
  /** The box beside the site's texts, where there is one. */
  consent: JSX.Element | null
  /** Not before that is ticked: WeChat's page is not even loaded. */
  hidden: boolean
}

export function FrameStage({ shown, t, link, stale, onPhone, consent, hidden }: Props) {
  const embed = safeAddress(shown?.embedUrl ?? null)
  const whole = safeAddress(shown?.redirectUrl ?? null)
  if (hidden) {
    return (
      <div class="code">
        <div class="plate frame veiled">
          <icons.lock />
          <p class="muted">{t.codeHidden}</p>
        </div>
        {consent}
      </div>
    )
  }
  return (
    <div class="code">
      <div class={`plate frame ${stale ? 'dim' : ''}`}>
        {embed ? (
          // A new ticket is a new frame: changing `src` would leave an entry in the window's history.
          <iframe key={embed} src={embed} title={t.frameTitle} allow="local-network-access" />
        ) : (
          <span class="spinner" role="img" aria-label={t.loading} />
        )}
        {stale && <Veil t={t} renew={stale} />}
      </div>
      <p class="line small muted">
        {link === 'offline' ? <Offline t={t} /> : whole && !stale && <a href={whole}>{t.wholeWindow}</a>}
      </p>
      {consent}
      {onPhone && <p class="small muted">{t.otherPhone}</p>}
    </div>
  )
}
