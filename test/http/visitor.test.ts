import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { cookieNames, readCookie } from '#server/http/cookies.js'
import { createVisitors } from '#server/http/visitor.js'

const request = (headers: Record<string, string>, remoteAddress = '10.0.0.2') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage

const visitors = (trustedProxies: number) =>
  createVisitors({ cookies: cookieNames(false), trustedProxies, returnOrigins: [] })

describe('the visitor’s address', () => {
  it('a spoofed X-Forwarded-For changes nothing when no proxy is trusted', () => {
    expect(visitors(0).address(request({ 'x-forwarded-for': '1.2.3.4' }))).toBe('10.0.0.2')
  })

  it('is the one that the outermost trusted proxy saw, whatever the client wrote before it', () => {
    const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' }
    expect(visitors(1).address(request(forwarded))).toBe('10.0.0.1')
    expect(visitors(2).address(request(forwarded))).toBe('203.0.113.7')
  })

  it('is the connection’s own when the header is shorter than the chain, and never an IPv4-mapped spelling', () => {
    expect(visitors(2).address(request({ 'x-forwarded-for': '1.2.3.4' }, '::ffff:10.0.0.2'))).toBe('10.0.0.2')
  })
})

describe('cookies', () => {
  it('are read by exact name, and count for nothing when there are two', () => {
    expect(readCookie('xsaoma-phone=1;\tsaoma-phone=2 ; x', 'saoma-phone')).toBe('2')
    expect(readCookie('saoma-phone=2; saoma-phone=3', 'saoma-phone')).toBeUndefined()
    expect(readCookie('saoma-phones=1', 'saoma-phone')).toBeUndefined()
    expect(readCookie(undefined, 'saoma-phone')).toBeUndefined()
  })

  it('a name behind a no-break space is another cookie', () => {
    expect(readCookie('\xa0__Host-saoma-phone=1', '__Host-saoma-phone')).toBeUndefined()
    expect(readCookie('\xa0__Host-saoma-phone=1; __Host-saoma-phone=2', '__Host-saoma-phone')).toBe('2')
  })

  it('count only when they have the shape of a secret of ours', () => {
    const secret = 'A'.repeat(43)
    expect(visitors(0).phoneSecret(request({ cookie: `saoma-phone=${secret}` }))).toBe(secret)
    expect(visitors(0).phoneSecret(request({ cookie: `saoma-phone=${secret}A` }))).toBeNull()
    expect(visitors(0).phoneSecret(request({ cookie: 'saoma-phone=__proto__' }))).toBeNull()
  })

  it('an address planted in the return cookie is checked again', () => {
    const id = `tkt_${'a'.repeat(60)}`
    const planted = (target: string) => ({
      headers: { cookie: `${cookieNames(false).returnTo(id)}=${Buffer.from(target).toString('base64url')}` },
    })
    expect(visitors(0).returnTo(planted('/orders?id=7'), id)).toBe('/orders?id=7')
    expect(visitors(0).returnTo(planted('//evil.example'), id)).toBe('/account')
  })

  it('are host-bound by name over https', () => {
    expect(Object.values(cookieNames(true)).filter((name) => typeof name === 'string')).toEqual([
      '__Host-saoma-browser',
      '__Host-saoma-phone',
      '__Host-saoma-session',
      '__Host-saoma-return-',
    ])
  })
})
