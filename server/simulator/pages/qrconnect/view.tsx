// The PC page as a function of its state.

import type { QrconnectData } from '../../page-data.js'
import { Icon } from '../parts/icons.js'
import { useDocument } from '../parts/language.js'
import { SimMark } from '../parts/sim-mark.js'
import { leavingWindow, returnAddress } from './leave.js'
import { PhoneLink } from './phone-link.js'
import type { State } from './state.js'
import { texts } from './texts.js'

interface ConnectProps {
  readonly data: QrconnectData
  readonly state: State
}

export function Connect({ data, state }: ConnectProps) {
  const t = texts[data.language]
  useDocument(data.language, `${t.title} · ${data.appName}`)
  return (
    <main class="connect">
      <SimMark language={data.language} />
      <h1 class="heading">
        <span class="heading-to">{t.to}</span> <bdi dir="auto">{data.appName}</bdi>
      </h1>
      <div class={`code is-${state.phase}`}>
        <img class="qrcode lightBorder js_qr_img web_qrcode_img" src={`/connect/qrcode/${state.uuid}`} alt={t.code} />
        <Veil phase={state.phase} />
      </div>
      <Status data={data} state={state} />
      {state.phase === 'confirmed' ? (
        <a class="continue" href={returnAddress(data, state.code)} target={leavingWindow(data)}>
          {t.continue}
        </a>
      ) : (
        <PhoneLink uuid={state.uuid} label={t.phone} />
      )}
    </main>
  )
}

/** What covers a code that is not to be scanned now. */
function Veil({ phase }: { readonly phase: State['phase'] }) {
  switch (phase) {
    case 'renewing':
      return (
        <span class="veil">
          <span class="spinner" />
        </span>
      )
    case 'scanned':
      return (
        <span class="veil">
          <span class="badge">
            <Icon name="phone" />
          </span>
        </span>
      )
    case 'confirmed':
      return (
        <span class="veil">
          <span class="badge">
            <Icon name="check" />
          </span>
        </span>
      )
    default:
      return null
  }
}

function Status({ data, state }: ConnectProps) {
  const t = texts[data.language]
  const [said, next] = words()
  return (
    <p class={`status is-${state.phase}`} role="status">
      {said}
      {next === null ? null : <span class="status-next">{next}</span>}
    </p>
  )

  function words(): readonly [string, string | null] {
    if (state.phase !== 'confirmed' && state.failures > 1) return [t.trouble, null]
    switch (state.phase) {
      case 'waiting':
        return [t.waiting, null]
      case 'renewing':
        return [t.renewing, null]
      case 'scanned':
        return [t.scanned, t.scannedNext]
      case 'cancelled':
        return [t.cancelled, t.cancelledNext]
      case 'confirmed':
        return [t.confirmed, t.confirmedNext]
    }
  }
}
