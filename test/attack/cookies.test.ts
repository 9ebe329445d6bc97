// Over https every cookie is protected, whatever the status it comes with: each answer to thousands of requests is looked at.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, createBrowser } from '../world/browser.js'
import { WECHAT } from '../world/phone.js'
import { startWorld, type World } from '../world.js'
import { exchange, handshake } from './raw.js'

let world: World
beforeAll(async () => {
  world = await startWorld({
    publicUrl: 'https://login.example.cn',
    config: (config) => ({ ...config, secure: true, trustedProxies: 1 }),
  })
})
afterAll(() => world.close())

const ROUTES = [
  ...readFileSync(new URL('../../server/app.ts', import.meta.url), 'utf8').matchAll(
    /(?:router|login)\.(get|post|delete)\('([^']+)'/g,
  ),
].map(([, method = '', path = '']) => ({ method: method.toUpperCase(), path }))
const REQUIRED = [
  'content-security-policy',
  'x-content-type-options',
  'cache-control',
  'referrer-policy',
  'x-frame-options',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'strict-transport-security',
  'x-request-id',
]

function protectedWell({ status, headers, cookies }: Answer, what: string): void {
  for (const name of REQUIRED) expect(headers.get(name), `${name} of ${status} ${what}`).not.toBeNull()
  for (const line of cookies) {
    expect(line, what).toMatch(/^__Host-saoma-[^=]+=[^;]*; path=\/;/)
    for (const attribute of ['secure', 'httponly', 'samesite=lax']) {
      expect(line.toLowerCase().split('; '), what).toContain(attribute)
    }
    expect(line.toLowerCase()).not.toContain('domain=')
  }
}

test('every route, asked in every way that comes to mind, sets no cookie that is not, and forgets no header', async () => {
  const { pc, id } = await world.signedIn('website', await world.wechat.newPerson())
  const holder = world.phone(await world.wechat.newPerson())
  const relay = await world.pc().begin('relay')
  const visitors = [
    { 'user-agent': 'Mozilla/5.0 Chrome/126.0.0.0' },
    { 'user-agent': WECHAT, accept: 'text/html' },
    { 'user-agent': WECHAT, cookie: pc.browser.cookieHeader() },
    { 'user-agent': WECHAT, cookie: holder.browser.cookieHeader(), 'x-forwarded-for': '203.0.113.9' },
    { cookie: `__Host-saoma-session=${'A'.repeat(43)}; __Host-saoma-browser=x`, origin: 'https://evil.example' },
  ]
  const statuses = new Set<number>()
  let cookies = 0
  for (const headers of visitors) {
    const browser = createBrowser(world, headers)
    for (const { method, path } of ROUTES) {
      for (const filled of [id, relay.ticket.id, 'x']) {
        const address = path.replace(':id', filled).replace(':app', filled === 'x' ? 'mp' : 'pc')
        const bodies =
          method === 'GET' ? [undefined] : ['{}', '{', '{"method":"relay","returnTo":"/x"}', 'x'.repeat(9_000)]
        for (const body of bodies) {
          for (const type of ['application/json', 'text/plain']) {
            const more = body === undefined ? {} : { body, headers: { 'content-type': type } }
            const answer = await browser.request(address, { method, cookies: false, ...more })
            protectedWell(answer, `${method} ${address}`)
            statuses.add(answer.status)
            cookies += answer.cookies.length
          }
        }
      }
    }
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      protectedWell(await browser.request('/api/tickets', { method }), method)
    }
  }
  for (const status of [200, 201, 303, 400, 401, 403, 404, 413]) expect([...statuses]).toContain(status)
  expect(cookies).toBeGreaterThan(20)
}, 60_000)

test('logging in and out, by each door, sets only such cookies', async () => {
  const pc = world.pc()
  const begun = await pc.browser.post('/api/tickets', { method: 'website', returnTo: '/x' })
  const { ticket, embedUrl } = begun.json<{ ticket: { id: string }; embedUrl: string }>()
  const arrived = await pc.arrive(await world.wechat.websiteScan({ embedUrl }, await world.wechat.newPerson()))
  const redeemed = await pc.redeem(ticket.id)
  const phone = world.phone(await world.wechat.newPerson())
  const inside = await phone.visit('/wechat/login/mp?scope=snsapi_userinfo')
  const back = await phone.visit((await phone.visit(inside.location ?? '')).location ?? '')
  const out = await pc.logout()
  const all = { begun, arrived, redeemed, inside, back, out }
  for (const [what, answer] of Object.entries(all)) protectedWell(answer, what)
  expect([redeemed, back, out].map(({ cookies }) => cookies.length > 0)).toEqual([true, true, true])
})

test('a refused upgrade carries the headers too', async () => {
  for (const request of [
    handshake(world, { origin: 'https://evil.example' }),
    handshake(world, { 'sec-websocket-version': '8' }),
    handshake(world, {}, 'GET /nothing HTTP/1.1'),
    handshake(world, { 'sec-websocket-protocol': null }),
  ]) {
    const answer = await exchange(world, request)
    expect([400, 403, 404, 426]).toContain(answer.status)
    for (const name of REQUIRED.slice(0, -1)) expect(answer.headers[name], name).toBeDefined()
  }
})
