// The site's own small print, where it has any.
import type { SiteConfig } from '#shared/api.js'
import { safeAddress } from '../safe-address.js'
import type { LoginTexts } from './texts.js'

export function Footer({ config, t }: { config: SiteConfig | null; t: LoginTexts }) {
  const site = config?.site
  const agreement = safeAddress(site?.agreementUrl ?? null)
  const privacy = safeAddress(site?.privacyUrl ?? null)
  return (
    <footer class="small muted">
      {agreement && (
        <a href={agreement} target="_blank" rel="noreferrer">
          {t.agreement}
        </a>
      )}
      {privacy && (
        <a href={privacy} target="_blank" rel="noreferrer">
          {t.privacy}
        </a>
      )}
      {site?.icp && (
        <a href="https://beian.miit.gov.cn/" target="_blank" rel="noreferrer">
          {site.icp}
        </a>
      )}
    </footer>
  )
}
