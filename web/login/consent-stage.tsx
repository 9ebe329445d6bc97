// The site's agreement, once WeChat has said who this is and they have not agreed to it before.
import type { SiteConfig } from '#shared/api.js'
import type { Language } from '../language.js'
import { ConsentBox } from '../parts/consent-box.js'
import { Emblem } from '../parts/icons.js'
import type { LoginEvent } from './state.js'
import { texts } from './texts.js'

interface Props {
  site: SiteConfig['site']
  language: Language
  ticked: boolean
  send: (event: LoginEvent) => void
}

export function ConsentStage({ site, language, ticked, send }: Props) {
  const t = texts[language]
  return (
    <form
      class="person"
      onSubmit={(event) => {
        event.preventDefault()
        send({ type: 'agree' })
      }}
    >
      <Emblem icon="tick" />
      <h2>{t.consentTitle}</h2>
      <p class="muted narrow">{t.consentText}</p>
      <ConsentBox site={site} language={language} ticked={ticked} tick={(on) => send({ type: 'tick', on })} />
      <button type="submit" class="button primary" disabled={!ticked}>
        {t.agree}
      </button>
    </form>
  )
}
