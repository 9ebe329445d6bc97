// The operator's own words and files: what the site is called, what people agree to, and what WeChat asks to be shown.
import type { SiteConfig } from '#shared/api.js'
import { Refused, type Source } from './source.js'
import { line, link, listOf } from './values.js'

/** Where the logo that SITE_LOGO_FILE names is to be had. */
const LOGO_PATH = '/site/logo'

/** A file that WeChat's consoles want to find at the root of the domain, with what is in it. */
export interface VerifyFile {
  readonly name: string
  readonly content: string
}

export interface SiteFiles {
  /** The path of a picture on this machine; null: the logo is elsewhere on this site, or there is none. */
  readonly logo: string | null
  readonly verify: readonly VerifyFile[]
}

/** What people read about the site, as GET /api/config says it. */
export function readSite(source: Source): SiteConfig['site'] {
  const { read } = source
  if (source.given('SITE_LOGO_FILE') && source.given('SITE_LOGO_URL')) {
    source.refuse('SITE_LOGO_FILE', 'and SITE_LOGO_URL are both set: keep one of them')
  }
  const site = {
    name: read('SITE_NAME', line(60), 'Saoma 扫码'),
    logoUrl: source.given('SITE_LOGO_FILE') ? LOGO_PATH : read('SITE_LOGO_URL', ownPath, null),
    agreementUrl: read('SITE_AGREEMENT_URL', link, null),
    privacyUrl: read('SITE_PRIVACY_URL', link, null),
    agreementVersion: read('SITE_AGREEMENT_VERSION', version, null),
    icp: read('SITE_ICP', line(60), null),
  }
  if (site.agreementVersion !== null && !source.given('SITE_AGREEMENT_URL') && !source.given('SITE_PRIVACY_URL')) {
    source.refuse(
      'SITE_AGREEMENT_VERSION',
      'asks people to agree to nothing that they could read: set SITE_AGREEMENT_URL, SITE_PRIVACY_URL, or both',
    )
  }
  return site
}

export function readSiteFiles({ read }: Source): SiteFiles {
  return {
    logo: read('SITE_LOGO_FILE', (path) => path, null),
    verify: read('WECHAT_VERIFY_FILES', verifyFiles, []),
  }
}

/** A path of this site: a picture from another one would tell that one who visits. */
function ownPath(text: string): string {
  if (text.startsWith('/')) return link(text)
  throw new Refused(
    'is no path of this site, and pages load nothing from other ones: write it like /logo.svg, or set SITE_LOGO_FILE to a picture on this machine',
  )
}

function version(text: string): string {
  if (/^[A-Za-z0-9._-]{1,32}$/.test(text)) return text
  throw new Refused('is not 1 to 32 letters, digits, dots, hyphens or underscores: write it like 2026-11-01')
}

/** Names and contents are both WeChat's; nothing else is served by this. */
function verifyFiles(text: string): readonly VerifyFile[] {
  const files = listOf(verifyFile, /[,\n]/)(text)
  const names = files.map(({ name }) => name)
  if (new Set(names).size < names.length) throw new Refused('names one file twice: write each once')
  return files
}

function verifyFile(text: string): VerifyFile {
  const [, name, token, content = token] =
    /^(MP_verify_([A-Za-z0-9]{8,32})\.txt)(?:=([A-Za-z0-9]{8,64}))?$/.exec(text) ?? []
  if (name !== undefined && content !== undefined) return { name, content }
  throw new Refused('is no file of WeChat’s: write its name as it came, like MP_verify_AbCd1234EfGh5678.txt')
}
