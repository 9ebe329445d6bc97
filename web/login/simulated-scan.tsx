// In the simulated world: a phone in a small window, which scans this very code. Without one its place is kept.
import type { LoginTexts } from './texts.js'

export function SimulatedScan(props: { simulator: string; content: string | null; t: LoginTexts }) {
  const { simulator, content, t } = props
  const phone = `${simulator}/phone?scan=${encodeURIComponent(content ?? '')}`
  return (
    <button
      type="button"
      class={`button simulated ${content === null ? 'kept' : ''}`}
      onClick={() => window.open(phone, 'saoma-phone', 'popup,width=390,height=760')}
    >
      {t.scanWithPhone}
    </button>
  )
}
