// The operator's own words and files, as configured.
import { describe, expect, test } from 'vitest'
import { load } from './load.js'

describe('the operator’s own words', () => {
  test('a logo on this machine is served by us, one of this site by the proxy', () => {
    const own = load({ SITE_LOGO_FILE: './logo.svg' })
    expect([own.site.logoUrl, own.siteFiles.logo]).toEqual(['/site/logo', './logo.svg'])
    const other = load({ SITE_LOGO_URL: '/logo.svg' })
    expect([other.site.logoUrl, other.siteFiles.logo]).toEqual(['/logo.svg', null])
  })

  test('a version makes the agreement one that is asked about', () => {
    const agreed = { SITE_PRIVACY_URL: '/privacy', SITE_AGREEMENT_VERSION: '2026-11-01' }
    expect(load(agreed).site).toMatchObject({ privacyUrl: '/privacy', agreementVersion: '2026-11-01' })
    expect(load({ SITE_PRIVACY_URL: '/privacy' }).site.agreementVersion).toBeNull()
  })

  test('WeChat’s files hold what their names say, or what is said beside them', () => {
    const names = 'MP_verify_AbCd1234EfGh5678.txt, MP_verify_0000000000000000.txt=fedcba9876543210'
    expect(load({ WECHAT_VERIFY_FILES: names }).siteFiles.verify).toEqual([
      { name: 'MP_verify_AbCd1234EfGh5678.txt', content: 'AbCd1234EfGh5678' },
      { name: 'MP_verify_0000000000000000.txt', content: 'fedcba9876543210' },
    ])
  })
})
