// In the simulated world: a phone in a small window, which scans this very code.
import type { LoginTexts } from './texts.js'

export function SimulatedScan({ simulator, content, t }: { simulator: string; content: string; t: LoginTexts }) {
  const phone = `${simulator}/phone?scan=${encodeURIComponent(content)}`
  return (
    <button
      type="button"
      class="button simulated"
      onClick={() => window.open(phone, 'saoma-phone', 'popup,width=390,height=760')}
    >
      {t.scanWithPhone}
    </button>
  )
}
