// Open redirects: some two hundred addresses, in every parameter and header that might lead somewhere.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Redeemed } from '#shared/api.js'
import { type Answer, createBrowser } from '../world/browser.js'
import { WECHAT } from '../world/phone.js'
import { startWorld, type World } from '../world.js'
import { exchange } from './raw.js'

const EVIL = 'evil.example'
const ALLOWED = 'https://shop.example.com'
let world: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, returnOrigins: [ALLOWED] }) })
})
afterAll(() => world.close())

const SEPARATORS = [
  '/',
  '//',
  '///',
  '/\\',
  '\\/',
  '\\\\',
  '/\\/',
  '/./',
  '/../',
  '/%2f',
  '/%5c',
  '%2f%2f',
  '%5c%5c',
  '/;/',
  '/\t/',
]
const SCHEMES = [
  'http:',
  'https:',
  'HTTPS:',
  'hTtPs:',
  'ftp:',
  'ws:',
  'javascript:',
  'data:',
  'blob:',
  'vbscript:',
  'file:',
  'weixin:',
]
const PAYLOADS: readonly string[] = [
  ...SEPARATORS.map((separator) => `${separator}${EVIL}`),
  ...SEPARATORS.map((separator) => `/account${separator}..${separator}${EVIL}`),
  ...SCHEMES.flatMap((scheme) => [
    `${scheme}${EVIL}`,
    `${scheme}/${EVIL}`,
    `${scheme}//${EVIL}`,
    `${scheme}///${EVIL}`,
  ]),
  ...SCHEMES.flatMap((scheme) => [`${scheme}alert(1)//`, `/${scheme}//${EVIL}`, `${scheme}\\\\${EVIL}`]),
  ...['\t', '\n', '\r', '\r\n', '\0', ' ', '\u00a0', '\u2028', '\u200b', '\ufeff'].flatMap((blank) => [
    `${blank}//${EVIL}`,
    `/${blank}/${EVIL}`,
    `https:${blank}//${EVIL}`,
    `//${blank}${EVIL}`,
  ]),
  ...[`${ALLOWED}.${EVIL}`, `${ALLOWED}@${EVIL}`, `https://${EVIL}/${ALLOWED}`, `https://${EVIL}#${ALLOWED}`],
  ...[`https://${EVIL}?${ALLOWED}`, `https://${EVIL}\\@shop.example.com`, `https://shop.example.com\\.${EVIL}`],
  ...[`https://shop.example.com%00.${EVIL}`, `https://shop.example.com%2f@${EVIL}`, 'https://shop.example.com:8443/'],
  ...['http://shop.example.com/', `https://${EVIL}:443`, `https://u:p@shop.example.com`, `https://xshop.example.com`],
  ...[`https://shop.example.com,${EVIL}`, `https://sub.shop.example.com`, `https://shop。example.com.${EVIL}`],
  ...[`/?returnTo=//${EVIL}`, `/login?returnTo=//${EVIL}`, `/#//${EVIL}`, `/@${EVIL}`, `/.${EVIL}`, `/${EVIL}`],
  ...[`.${EVIL}`, `@${EVIL}`, EVIL, `:80@${EVIL}`, `?//${EVIL}`, `#//${EVIL}`, `account`, '', '.', '..', '*'],
  ...[
    '%0d%0aLocation:%20//evil.example',
    '/\r\nLocation: //evil.example',
    '/%0d%0aSet-Cookie:x=1',
    '/\u560d\u560aLocation:x',
  ],
  ...[
    `/𝒆vil.example`,
    `//ⓔⓥⓘⓛ.example`,
    `//evil。example`,
    `//0x7f000001`,
    `//[::1]`,
    `//127.0.0.1:1`,
    `////${EVIL}//`,
  ],
  ...[
    `/%09/${EVIL}`,
    `/%0a/${EVIL}`,
    `/%2e%2e//${EVIL}`,
    `/..//${EVIL}`,
    `/.//${EVIL}`,
    `/a/..//${EVIL}`,
    `/%252f${EVIL}`,
  ],
]

/** Nobody is sent anywhere but to a path of ours, an allowed origin, or WeChat, from where they return to us. */
function staysHere(where: string | null): void {
  if (where === null) return
  expect(where).not.toMatch(/^(\/[/\\]|\\)|[\0\t\r\n]/)
  const url = new URL(where, world.publicUrl)
  expect([new URL(world.publicUrl).origin, ALLOWED, new URL(world.wechat.url).origin]).toContain(url.origin)
  const back = url.searchParams.get('redirect_uri')
  if (back !== null) expect(new URL(back).origin).toBe(new URL(world.publicUrl).origin)
}
const header = (answer: Answer) => answer.headers.get('location')
const sendable = (text: string) => !/[^\x21-\xff]/.test(text)

test('there are two hundred payloads', () => expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200))

describe('no address of the attacker’s leads anywhere', () => {
  test('as returnTo of a ticket, through a whole login', async () => {
    const leads = new Set<string>()
    for (const returnTo of PAYLOADS) {
      const answer = await createBrowser(world).post('/api/tickets', { method: 'website', returnTo })
      if (answer.status === 201) leads.add(returnTo)
      else expect(answer.code).toBe('return_to_refused')
      const { embedUrl, redirectUrl } = answer.status === 201 ? answer.json<Record<string, string>>() : {}
      for (const url of [embedUrl, redirectUrl]) staysHere(url ?? null)
    }
    // Some are paths of ours, however odd: those are walked to their end.
    expect(leads.size).toBeGreaterThan(10)
    for (const returnTo of leads) {
      const pc = world.pc()
      const begun = await pc.begin('website', { returnTo })
      await pc.arriveInFrame(await world.wechat.websiteScan(begun, 'alice'))
      staysHere((await pc.redeem(begun.ticket.id)).json<Redeemed>().returnTo)
    }
  }, 60_000)

  test('planted in the cookie that keeps it', async () => {
    for (const payload of PAYLOADS.slice(0, 120)) {
      const pc = world.pc()
      const begun = await pc.begin('website')
      pc.browser.jar.set(`saoma-return-${begun.ticket.id.slice(-8)}`, Buffer.from(payload).toString('base64url'))
      await pc.ticket(begun.ticket.id)
      await pc.arriveInFrame(await world.wechat.websiteScan(begun, 'alice'))
      staysHere((await pc.redeem(begun.ticket.id)).json<Redeemed>().returnTo)
    }
  }, 60_000)

  test.each([
    ['in a browser', 'Mozilla/5.0 Chrome/126.0.0.0'],
    ['inside WeChat', WECHAT],
  ])(
    'as a parameter of any name of any page, %s',
    async (_, agent) => {
      const browser = createBrowser(world, { 'user-agent': agent })
      const names = [
        'returnTo',
        'redirect_uri',
        'redirect',
        'next',
        'url',
        'continue',
        'state',
        'ticket',
        'app',
        'wechat',
      ]
      for (const payload of PAYLOADS) {
        const query = new URLSearchParams(names.map((name) => [name, payload]))
        for (const path of ['/', '/login', '/wechat/login/mp', '/wechat/callback/pc', '/account']) {
          const answer = await browser.get(`${path}?${query}`)
          staysHere(header(answer))
          expect(answer.text).not.toMatch(/(href|src|action)="[^"]*evil\.example/)
        }
      }
    },
    60_000,
  )

  test('as a header that names a host, an address or where one came from', async () => {
    const names = ['host', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded', 'x-original-url']
    const more = ['x-rewrite-url', 'referer', 'x-host', 'x-forwarded-server', 'x-http-host-override', 'origin']
    for (const payload of PAYLOADS.filter(sendable)) {
      for (const line of ['GET /wechat/login/mp', 'GET /wechat/login/nobody', 'GET /t/tkt_x', 'GET /']) {
        const headers = [...names, ...more].filter((name) => name !== 'host').map((name) => `${name}: ${payload}\r\n`)
        const bytes = `${line} HTTP/1.1\r\nhost: ${payload}\r\nuser-agent: ${WECHAT}\r\n${headers.join('')}\r\n`
        staysHere((await exchange(world, Buffer.from(bytes, 'latin1'))).headers.location ?? null)
      }
    }
  }, 60_000)

  test('as the path that is asked for', async () => {
    for (const payload of PAYLOADS.filter(sendable)) {
      for (const path of [
        payload,
        `/${payload}`,
        `/t/${payload}`,
        `/wechat/login/${payload}`,
        `http://${EVIL}/${payload}`,
      ]) {
        const answer = await exchange(world, `GET ${path} HTTP/1.1\r\nhost: x\r\nuser-agent: ${WECHAT}\r\n\r\n`)
        staysHere(answer.headers.location ?? null)
      }
    }
  }, 60_000)
})

test('an allowed address does lead there: the tests above can fail', async () => {
  const pc = world.pc()
  const begun = await pc.begin('website', { returnTo: `${ALLOWED}/cart` })
  await pc.arriveInFrame(await world.wechat.websiteScan(begun, 'alice'))
  expect((await pc.redeem(begun.ticket.id)).json<Redeemed>().returnTo).toBe(`${ALLOWED}/cart`)
  expect(() => staysHere(`https://${EVIL}/`)).toThrow()
  expect(() => staysHere(`//${EVIL}/`)).toThrow()
})
