// Where the confirmed PC page goes, and in which window.

import { describe, expect, it } from 'vitest'
import { leavingWindow, returnAddress } from '#server/simulator/pages/qrconnect/leave.js'

describe('the way back to the site', () => {
  it.each([
    ['https://site.test/back', 'https://site.test/back?code=c0de&state=s1'],
    ['https://site.test/back?app=pc', 'https://site.test/back?app=pc&code=c0de&state=s1'],
    ['https://site.test/#/login', 'https://site.test/#/login?code=c0de&state=s1'],
  ])('adds code and state to %s as the scan page of WeChat does', (redirectUri, address) => {
    expect(returnAddress({ redirectUri, state: 's1' }, 'c0de')).toBe(address)
  })

  it('cannot be given further parameters by a state', () => {
    expect(returnAddress({ redirectUri: 'https://site.test/?a=b', state: 's1' }, null)).toBe(
      'https://site.test/?a=b&state=s1',
    )
    expect(returnAddress({ redirectUri: 'https://site.test/', state: 'a&code=evil#' }, 'c0de')).toBe(
      'https://site.test/?code=c0de&state=a%26code%3Devil%23',
    )
  })

  it.each([
    [{ jssdk: false, selfRedirect: 'default' }, '_self'],
    [{ jssdk: false, selfRedirect: 'false' }, '_self'],
    [{ jssdk: true, selfRedirect: 'true' }, '_self'],
    [{ jssdk: true, selfRedirect: 'false' }, '_top'],
    [{ jssdk: true, selfRedirect: 'default' }, '_top'],
  ] as const)('with %o moves %s', (data, target) => {
    expect(leavingWindow(data)).toBe(target)
  })
})
