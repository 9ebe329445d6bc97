// On a phone's own browser: the code goes into the album, and from there into WeChat's Scan.
import { useMemo, useState } from 'preact/hooks'
import { useNow } from '../parts/hooks.js'
import { Offline, type StageProps, Veil } from './code-stage.js'
import { clockText, timeLeft } from './countdown.js'
import { drawPicture } from './picture.js'
import { savePicture } from './save-picture.js'
import { SimulatedScan } from './simulated-scan.js'
import { WechatLink } from './wechat-link.js'

interface Props extends StageProps {
  /** Written below the code in the picture. */
  site: string
  /** The ticket whose picture was saved last. */
  saved: string | null
  onSaved: (ticketId: string) => void
  wechatLink: string | null
}

export function PhoneStage(props: Props) {
  const { shown, t, simulator, stale, saved, wechatLink } = props
  const now = useNow()
  const left = shown ? timeLeft(shown, now) : 0
  const dim = stale !== null || left === 0
  const qr = shown?.qr ?? null
  const isSaved = shown !== null && saved === shown.ticket.id
  const scene = shown?.ticket.method === 'scene'
  return (
    <div class="code by-phone">
      <h2>{t.phoneTitle}</h2>
      <ol class="steps">
        <li class={isSaved ? 'past' : 'now'}>
          <p>{t.phoneSteps.save}</p>
          <Picture {...props} left={left} dim={dim} isSaved={isSaved} />
        </li>
        <li class={isSaved ? 'now' : 'later'}>
          <p>{scene ? t.phoneSteps.scanAndFollow : t.phoneSteps.scan}</p>
          {shown?.matchNumber && (
            <p class="small-tiles">
              <span>{t.phoneSteps.type}</span>
              <strong role="img" aria-label={t.matchLabel(shown.matchNumber)}>
                {[...shown.matchNumber].map((digit, place) => (
                  <span key={place}>{digit}</span>
                ))}
              </strong>
            </p>
          )}
        </li>
        <li class={isSaved ? '' : 'later'}>{t.phoneSteps.back}</li>
      </ol>
      {simulator && qr && !dim && <SimulatedScan simulator={simulator} content={qr.content} t={t} />}
      {wechatLink && <WechatLink address={wechatLink} title={t.inWechatInstead} t={t} />}
    </div>
  )
}

function Picture(props: Props & { left: number; dim: boolean; isSaved: boolean }) {
  const { shown, t, site, link, stale, saved, onSaved, left, dim, isSaved } = props
  const [saving, setSaving] = useState(false)
  const qr = shown?.qr ?? null
  const png = useMemo(() => qr && drawPicture(qr.svg, { name: site, caption: t.pictureCaption }), [qr, site, t])
  // Saved as it is: a finger that rests on it is offered the very same picture.
  const address = png ?? (qr && `data:image/svg+xml;charset=utf-8,${encodeURIComponent(qr.svg)}`)

  async function save(ticketId: string, picture: string): Promise<void> {
    setSaving(true)
    if (await savePicture(picture, t.pictureFile)) onSaved(ticketId)
    setSaving(false)
  }

  return (
    <>
      <div class={`plate picture ${dim ? 'dim' : ''}`}>
        {address ? (
          <img src={address} alt={t.codeAlt} draggable={false} />
        ) : (
          <span class="spinner" role="img" aria-label={t.loading} />
        )}
        {stale && <Veil t={t} renew={stale} />}
      </div>
      {png && shown && (
        <button
          type="button"
          class={`button ${isSaved ? '' : 'primary'}`}
          disabled={dim || saving}
          onClick={() => void save(shown.ticket.id, png)}
        >
          {isSaved ? t.saveAgain : t.savePicture}
        </button>
      )}
      <p class="small muted digits">{link === 'offline' ? <Offline t={t} /> : line()}</p>
    </>
  )

  function line() {
    if (dim || !qr) return stale ? t.stale : shown?.ticket.method === 'scene' ? t.fetching : t.loading
    if (isSaved) return t.savedUntil(clockText(left))
    return saved ? <span class="caution">{t.savedBefore}</span> : `${t.validFor(clockText(left))} · ${t.cannotSave}`
  }
}
