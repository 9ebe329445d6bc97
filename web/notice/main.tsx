// The page in place of another: what went wrong, and the way on. The server writes the error's code, or a login's reason, into its HTML.
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useLanguage } from '../parts/hooks.js'
import { Emblem } from '../parts/icons.js'
import { LanguageSwitch } from '../parts/language-switch.js'
import { safeAddress, samePath } from '../safe-address.js'
import 'virtual:weui.css'
import '../theme.css'
import '../phone.css'
import './notice.css'
import { reloadsLeft } from './reload.js'
import { noticeFor, texts } from './texts.js'

/** What passes by itself, and how long this page waits for it. */
const RELOAD_MS: Readonly<Record<string, number>> = { ticket_not_attached: 2_000, too_many_requests: 15_000 }

function meta(name: string): string {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? ''
}

function Page({ code, next, phone }: { code: string; next: string; phone: string | null }) {
  const [language, chooseLanguage] = useLanguage()
  const t = texts[language]
  const notice = noticeFor(code, language, { path: location.pathname, next })
  const [retrying] = useState(() => code in RELOAD_MS && reloadsLeft(sessionStorage, location.pathname))
  useEffect(() => {
    document.title = notice.title
  }, [notice.title])
  useEffect(() => {
    if (!retrying) return
    const timer = setTimeout(() => location.reload(), RELOAD_MS[code])
    return () => clearTimeout(timer)
  }, [retrying, code])
  return (
    <div class="note">
      <header>
        <LanguageSwitch language={language} choose={chooseLanguage} />
      </header>
      <Emblem icon={notice.icon} tone={code === 'explicit_required' ? '' : 'wait'} />
      <h1>{notice.title}</h1>
      <p class="muted">{notice.text}</p>
      {retrying && <span class="spinner" />}
      {!retrying && notice.way === 'reload' && (
        <button type="button" class="weui-btn weui-btn_primary" onClick={() => location.reload()}>
          {notice.button}
        </button>
      )}
      {notice.way === 'next' && (
        <a class="weui-btn weui-btn_primary" href={next} target="_top">
          {notice.button}
        </a>
      )}
      {phone && code === 'open_in_wechat' && (
        <>
          <a class="weui-btn weui-btn_default simulated" href={phone}>
            {t.phone}
          </a>
          <p class="small muted">{t.simulated}</p>
        </>
      )}
    </div>
  )
}

// What WeChat brought is of no use here: it leaves the address bar and the history.
if (location.pathname.startsWith('/wechat/callback/')) history.replaceState(null, '', location.pathname)

async function start(): Promise<void> {
  const root = document.getElementById('page')
  if (!root) return
  if (import.meta.env.DEV) {
    const { samples } = await import('./samples.js')
    const sample = samples[new URLSearchParams(location.search).get('state') ?? '']
    if (sample) {
      render(<Page {...sample} />, root)
      return
    }
  }
  // Nobody is led away from this site by what stands in its own page.
  const next = samePath(meta('saoma-next')) ?? '/'
  render(<Page code={meta('saoma-notice')} next={next} phone={safeAddress(meta('saoma-phone'))} />, root)
}

void start()
