// The inert page at WeChat's return address, mostly inside a frame: hands code and state on, from our own origin.

import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CallbackAnswer } from '#shared/api.js'
import { createHttp } from '../http.js'
import { useLanguage } from '../parts/hooks.js'
import { Emblem } from '../parts/icons.js'
import { failureText } from '../reasons.js'
import { safeAddress } from '../safe-address.js'
import 'virtual:weui.css'
import '../theme.css'
import '../phone.css'
import { browserTimers } from '../world.js'
import './callback.css'
import { type CallbackState, handOver, readReturned, restartOf } from './state.js'
import { texts } from './texts.js'

const sampleName = import.meta.env.DEV ? new URLSearchParams(location.search).get('state') : null
// Before anything else: neither the code nor the state stays in the address or the history.
const returned = readReturned(location.search)
history.replaceState(null, '', location.pathname)
const restart = restartOf(location.pathname, returned)

function Page({ sample }: { sample: CallbackState | null }) {
  const [state, become] = useState<CallbackState>(sample ?? { name: 'working' })
  const [language] = useLanguage()
  const t = texts[language]
  useEffect(() => {
    if (sample) return
    const http = createHttp(fetch.bind(globalThis))
    const ports = {
      timers: browserTimers,
      framed: window.top !== window,
      post: (body: typeof returned, signal: AbortSignal) =>
        http({ method: 'POST', path: location.pathname, schema: CallbackAnswer, body, signal }),
      leave: (to: string) => location.replace(safeAddress(to) ?? '/'),
    }
    handOver(ports, returned, become)
  }, [sample])
  return (
    <div class="note" aria-live="polite">
      {view(state)}
    </div>
  )

  function view(now: CallbackState) {
    if (now.name === 'working') {
      return (
        <>
          <span class="spinner" />
          <p class="muted">{t.working}</p>
        </>
      )
    }
    if (now.name === 'failed') {
      return (
        <>
          <Emblem icon="alert" tone="bad" />
          <h1>{t.failed}</h1>
          <p class="muted">{failureText(now.code, language)}</p>
          {restart ? (
            <a class="weui-btn weui-btn_primary" href={restart} target="_top">
              {t.again}
            </a>
          ) : (
            <p class="muted">{t.scanAgain}</p>
          )}
        </>
      )
    }
    return (
      <>
        <Emblem icon={now.refused ? 'cross' : 'tick'} tone={now.refused ? 'bad' : ''} />
        <h1>{now.refused ? t.refused : t.done}</h1>
        <p class="muted">{now.refused ? t.refusedText : t.doneText}</p>
      </>
    )
  }
}

async function start(): Promise<void> {
  document.title = texts.zh.title
  const root = document.getElementById('page')
  if (!root) return
  const samples = import.meta.env.DEV ? (await import('./samples.js')).samples : {}
  render(<Page sample={samples[sampleName ?? ''] ?? null} />, root)
}

void start()
