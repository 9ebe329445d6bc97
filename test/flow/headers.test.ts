// The headers that every answer carries, also when something went wrong, and what pages are allowed beyond.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../world/browser.js'
import { sql } from '../world/database.js'
import { callAsProgram } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'
import { relay, returning, scanned } from './refusals/refusal.js'

let world: World
let https: World
beforeAll(async () => {
  // With a proxy in front, so that visitors come from many addresses.
  world = await startWorld({ config: (config) => ({ ...config, trustedProxies: 1 }) })
  https = await startWorld({
    publicUrl: 'https://login.example.cn',
    config: (config) => ({ ...config, secure: true }),
  })
})
afterAll(() => Promise.all([world.close(), https.close()]))

const STRICT = "default-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'"
const HTML = { headers: { accept: 'text/html' } }

const FAR = { 'x-forwarded-for': '198.51.100.7' }

async function appLogin(): Promise<Answer> {
  const code = await world.wechat.code('mini', await world.wechat.newPerson())
  return callAsProgram(world, '/api/login/mini-program', { method: 'POST', json: { app: 'mini', code } })
}

async function broken(): Promise<Answer> {
  const { pc } = await world.signedIn('website', await world.wechat.newPerson())
  await sql(world.file, 'ALTER TABLE sessions RENAME TO sessions_away')
  const answer = await pc.session()
  await sql(world.file, 'ALTER TABLE sessions_away RENAME TO sessions')
  return answer
}

const ANSWERS: readonly (readonly [number, string, () => Promise<Answer>])[] = [
  [200, 'JSON', () => world.pc().browser.get('/api/config')],
  [201, 'a ticket', () => world.pc().browser.post('/api/tickets', { method: 'relay' })],
  [
    204,
    'a ticket given up',
    async () => {
      const { pc, id } = await relay(world)
      return pc.cancel(id)
    },
  ],
  [
    303,
    'a phone sent on to WeChat',
    async () => {
      const { phone, id } = await relay(world)
      return phone.visit(`/t/${id}`)
    },
  ],
  [
    303,
    'WeChat’s return',
    async () => {
      const { pc, callback } = await returning(world)
      return pc.browser.get(callback)
    },
  ],
  [400, 'a bad request', () => world.pc().browser.post('/api/tickets', [])],
  [401, 'nobody signed in', () => world.pc().session()],
  [403, 'another site', () => world.pc().browser.post('/api/tickets', {}, { headers: { origin: 'null' } })],
  [404, 'nothing there', () => world.pc().browser.get('/nothing')],
  [404, 'an asset that is not there', () => world.pc().browser.get('/assets/nothing.js')],
  [405, 'a method not taken', () => world.pc().browser.request('/api/tickets', { method: 'PUT' })],
  [405, 'a method nobody takes', () => world.pc().browser.request('/', { method: 'PROPFIND' })],
  [
    409,
    'not confirmed yet',
    async () => {
      const { pc, id } = await relay(world)
      return pc.redeem(id)
    },
  ],
  [413, 'too large a body', () => world.pc().browser.post('/api/tickets', { returnTo: 'x'.repeat(9_000) })],
  [
    422,
    'a wrong match number',
    async () => {
      const { phone, id } = await scanned(world)
      return phone.confirm(id, 'xx')
    },
  ],
  [425, 'a page not ready', async () => world.phone('alice').open((await world.pc().begin('relay')).ticket.id)],
  [400, 'a parameter that comes twice', () => world.pc().browser.get('/api/config?a=1&a=2')],
  [401, 'counters without a key', () => world.pc().browser.get('/metrics', { headers: FAR })],
  [
    429,
    'a flood',
    async () => {
      const begin = () => world.pc().browser.post('/api/tickets', { method: 'relay' }, { headers: FAR })
      for (let count = 0; count < 40; count += 1) await begin()
      return begin()
    },
  ],
  [
    502,
    'WeChat in trouble',
    async () => {
      await world.wechat.fault({ path: '/sns/jscode2session', kind: 'html', times: 1 })
      return appLogin()
    },
  ],
  [
    503,
    'WeChat that wants us to slow down',
    async () => {
      await world.wechat.fault({ path: '/sns/jscode2session', kind: 'errcode', errcode: 45011, times: 1 })
      return appLogin()
    },
  ],
  [500, 'something that broke', broken],
  [
    410,
    'a ticket that was given up',
    async () => {
      const { pc, id } = await relay(world)
      await pc.ticket(id)
      await pc.cancel(id)
      return pc.redeem(id)
    },
  ],
  [
    503,
    'a node that is leaving',
    async () => {
      const leaving = await startWorld()
      const closed = leaving.node().close(500)
      const answer = await leaving.pc().browser.get('/readyz')
      await closed
      await leaving.close()
      return answer
    },
  ],
]

describe('every answer forbids to be sniffed, cached, framed or referred to', () => {
  test.each(ANSWERS)('%i: %s', async (status, _, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(status)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': STRICT,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-request-id': expect.stringMatching(/^req_/),
    })
    expect(answer.headers.get('x-powered-by')).toBeNull()
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('500: it tells nobody what broke', async () => {
    const answer = await broken()
    expect(answer.code).toBe('internal')
    expect(answer.text).not.toMatch(/sqlite|sessions_away|no such table|at .*\.ts/i)
  })
})

describe('pages loosen exactly what they need', () => {
  const policy = (answer: Answer) =>
    Object.fromEntries(
      (answer.headers.get('content-security-policy') ?? '').split('; ').map((part) => {
        const [name = '', ...values] = part.split(' ')
        return [name, values.join(' ')]
      }),
    )
  const expected = (more: Record<string, string> = {}) => ({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': `'self' ${world.publicUrl.replace('http', 'ws')}`,
    'frame-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    ...more,
  })

  /** Of the pages of the installed client. */
  const INSTALLED = { 'manifest-src': "'self'", 'worker-src': "'self'" }

  test.each(['/', '/login'])('%s may frame WeChat’s page and our own, and is framed by nobody', async (path) => {
    const page = await world.pc().browser.get(path, HTML)
    expect(page.status).toBe(200)
    expect(policy(page)).toEqual(expected({ ...INSTALLED, 'frame-src': `'self' ${world.wechat.url}` }))
    expect(page.headers.get('x-frame-options')).toBe('DENY')
  })

  test.each(['/account', '/confirm/tkt_x', '/nothing'])('%s frames nobody and is framed by nobody', async (path) => {
    const page = await world.pc().browser.get(path, HTML)
    expect(policy(page)).toEqual(expected(path === '/account' ? INSTALLED : {}))
    expect(page.headers.get('x-frame-options')).toBe('DENY')
  })

  test('the callback page may stand in our own frame, loads no picture but ours and WeChat’s, and is not cached', async () => {
    const { path, code, state } = await returning(world)
    const page = await world.pc().browser.get(`${path}?code=${code}&state=${state}`, HTML)
    expect(page.status).toBe(200)
    expect(policy(page)).toMatchObject({ 'frame-ancestors': "'self'", 'frame-src': "'none'" })
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.text).not.toContain(code)
    expect(page.text).not.toContain(state)
  })
})

describe('over https', () => {
  test('every cookie is __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and names no domain', async () => {
    const pc = https.pc()
    const begun = await pc.browser.post('/api/tickets', { method: 'website', returnTo: '/somewhere' })
    const body = begun.json<{ ticket: { id: string }; embedUrl: string }>()
    const arrived = await pc.arrive(await https.wechat.websiteScan(body, await https.wechat.newPerson()))
    const redeemed = await pc.redeem(body.ticket.id)
    const relayed = await pc.begin('relay')
    await pc.ticket(relayed.ticket.id)
    const opened = await https.phone('alice').visit(`/t/${relayed.ticket.id}`)
    const lines = [begun, arrived, redeemed, opened].flatMap(({ cookies }) => cookies)
    expect(lines.map((line) => line.split('=')[0])).toEqual([
      '__Host-saoma-browser',
      expect.stringMatching(/^__Host-saoma-return-/),
      '__Host-saoma-session',
      '__Host-saoma-phone',
    ])
    for (const line of lines) {
      const attributes = line.toLowerCase().split('; ').slice(1)
      expect(attributes).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']))
      expect(attributes.some((attribute) => attribute.startsWith('domain'))).toBe(false)
    }
    expect((await pc.session()).status).toBe(200)
  })

  test('a cookie under its plain name is not believed', async () => {
    const { pc } = await https.signedIn('website', await https.wechat.newPerson())
    const cookie = `saoma-session=${pc.browser.cookie('session')}`
    expect((await https.pc().browser.get('/api/session', { headers: { cookie } })).status).toBe(401)
  })

  test('the browser is told to stay with https', async () => {
    expect((await https.pc().browser.get('/')).headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
    expect((await world.pc().browser.get('/')).headers.get('strict-transport-security')).toBeNull()
  })
})
