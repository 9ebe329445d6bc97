// This page's address, to be opened inside WeChat, where nothing needs to be scanned.
import { useRef, useState } from 'preact/hooks'
import type { LoginTexts } from './texts.js'

export function WechatLink({ address, title, t }: { address: string; title: string; t: LoginTexts }) {
  const [copied, setCopied] = useState(false)
  const field = useRef<HTMLInputElement>(null)

  async function copy(): Promise<void> {
    field.current?.select()
    try {
      // Where there is no clipboard to write to, the field's own text is copied as if by hand.
      if (navigator.clipboard) await navigator.clipboard.writeText(address)
      else document.execCommand('copy')
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }

  return (
    <section class="in-wechat">
      <h3>{title}</h3>
      <p class="small muted">{t.inWechatText}</p>
      <div class="copying">
        <input
          ref={field}
          class="small"
          type="text"
          readOnly
          value={address}
          aria-label={t.inWechatLabel}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={() => void copy()}>
          {copied ? t.copied : t.copy}
        </button>
      </div>
    </section>
  )
}
