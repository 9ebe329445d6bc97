// The phone after its answer: what has happened, and where to look now.

import { render } from 'preact'
import type { DoneData } from '../../page-data.js'
import { Icon, type IconName } from '../parts/icons.js'
import { useDocument, useLanguage } from '../parts/language.js'
import { PhoneFrame } from '../parts/phone-frame.js'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import { results, texts } from './texts.js'

const LOOKS: Readonly<Record<DoneData['result'], readonly [IconName, string]>> = {
  allowed: ['check', 'good'],
  denied: ['cross', 'plain'],
  withheld: ['cross', 'plain'],
  expired: ['clock', 'warn'],
  taken: ['people', 'warn'],
}

function Done({ data }: { readonly data: DoneData }) {
  const [language, setLanguage] = useLanguage()
  const t = texts[language]
  const { title, text } = results[data.result][language]
  const [icon, look] = LOOKS[data.result]
  useDocument(language, title)
  return (
    <PhoneFrame language={language} onLanguage={setLanguage}>
      <main class="notice">
        <span class={`notice-icon ${look}`}>
          <Icon name={icon} />
        </span>
        <h1>{title}</h1>
        <p>{text}</p>
      </main>
      <footer class="dock">
        {/* Only a window that a script has opened may be closed by one. */}
        {window.opener === null ? null : (
          <button type="button" class="button primary" onClick={() => window.close()}>
            {t.close}
          </button>
        )}
        <a class="button" href="/phone">
          {t.home}
        </a>
      </footer>
    </PhoneFrame>
  )
}

render(<Done data={readSimData('done')} />, document.getElementById('app') ?? document.body)
