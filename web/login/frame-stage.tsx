// WeChat's own page with WeChat's own code, in a frame; or in the whole window for browsers that will not frame it.
import { safeAddress } from '../safe-address.js'
import { Offline, type StageProps, Veil } from './code-stage.js'

export function FrameStage({ shown, t, link, stale, onPhone }: StageProps & { onPhone: boolean }) {
  const embed = safeAddress(shown?.embedUrl ?? null)
  const whole = safeAddress(shown?.redirectUrl ?? null)
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
      {onPhone && <p class="small muted">{t.otherPhone}</p>}
    </div>
  )
}
