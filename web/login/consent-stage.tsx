// The site's agreement, on the login page: in place of WeChat's code until it is agreed to, or once WeChat has said who this is and
// they have not agreed to it before.
import type { SiteConfig } from '#shared/api.js'
import type { Language } from '../language.js'
import { ConsentBox } from '../parts/consent-box.js'
import { Emblem, icons } from '../parts/icons.js'
import type { LoginEvent } from './state.js'
import { texts } from './texts.js'

interface Props {
  site: SiteConfig['site']
  language: Language
  ticked: boolean
  send: (event: LoginEvent) => void
}

/** No code is asked of WeChat's page before: it is not even loaded. */
export function CodeBehindConsent({ site, language, ticked, send }: Props) {
  const t = texts[language]
  return (
    <div class="code">
      <div class="plate frame veiled">
        <icons.lock />
        <p class="muted">{t.codeHidden}</p>
      </div>
      <ConsentBox site={site} language={language} ticked={ticked} tick={(on) => send({ type: 'tick', on })} />
    </div>
  )
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
