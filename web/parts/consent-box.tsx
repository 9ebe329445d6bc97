// The box by which a person agrees to the site's own texts: empty at first, and the texts are one press away.
import type { SiteConfig } from '#shared/api.js'
import type { Language, Texts } from '../language.js'
import { safeAddress } from '../safe-address.js'
import { consent as en } from '../words/en/consent.js'
import { consent as zh } from '../words/zh-CN/consent.js'

const texts: Texts<typeof zh> = { zh, en }

export interface ConsentBoxProps {
  readonly site: Pick<SiteConfig['site'], 'agreementUrl' | 'privacyUrl'>
  readonly language: Language
  readonly ticked: boolean
  readonly disabled?: boolean
  readonly tick: (on: boolean) => void
}

export function ConsentBox({ site, language, ticked, disabled = false, tick }: ConsentBoxProps) {
  const t = texts[language]
  const agreement = safeAddress(site.agreementUrl)
  const privacy = safeAddress(site.privacyUrl)
  return (
    <label class="consent">
      <input
        type="checkbox"
        checked={ticked}
        disabled={disabled}
        onChange={(event) => tick(event.currentTarget.checked)}
      />
      <span>
        {t.lead}
        {agreement && <Text address={agreement} name={t.agreement} />}
        {agreement && privacy && t.and}
        {privacy && <Text address={privacy} name={t.privacy} />}
      </span>
    </label>
  )
}

function Text({ address, name }: { address: string; name: string }) {
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {name}
    </a>
  )
}
