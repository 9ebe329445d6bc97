// Links are opened by crawlers, previews and prefetchers, with and without a visitor's cookies: no GET changes anything.
// And what does change something, the phone's confirmation, takes a POST from our own page by the phone that scanned.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { type Phone, WECHAT } from '../world/phone.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** The routes as app.ts lists them: one that is added is tried too. */
const LISTED = readFileSync(new URL('../../server/app.ts', import.meta.url), 'utf8').matchAll(
  /(?:router|login)\.([a-z]+)\('(\/[^']*)'/g,
)
const ALL_ROUTES = [...LISTED].map(([, method = '', path = '']) => ({ method: method.toUpperCase(), path }))
/** Those that a GET may reach. */
const ROUTES = ALL_ROUTES.filter(({ method }) => method === 'GET').map(({ path }) => path)
/** All others but WeChat's pushes, which are signed and no browser's. */
const CHANGES = ALL_ROUTES.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/wechat/notify/'))

/** The whole database, but for these tables. */
async function dump(...except: string[]): Promise<string> {
  const tables = await rows(world.file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
  const contents = await Promise.all(
    tables
      .filter(({ name }) => !except.includes(String(name)))
      .map(async ({ name }) => [name, await rows(world.file, `SELECT * FROM ${name} ORDER BY 1`)]),
  )
  return JSON.stringify(contents)
}

const APPS = ['pc', 'mp', 'nobody']
function addresses(ids: readonly string[]): string[] {
  return ROUTES.flatMap((route) => {
    const filled = route.includes(':id') ? ids.map((id) => route.replace(':id', id)) : [route]
    return filled.flatMap((path) => (path.includes(':app') ? APPS.map((app) => path.replace(':app', app)) : [path]))
  }).flatMap((path) => [path, `${path}?code=made-up&state=made-up&ticket=x&returnTo=/x&scope=snsapi_base`])
}

async function crawl(browser: Browser, ids: readonly string[], methods = ['GET', 'HEAD']): Promise<number> {
  let asked = 0
  for (let turn = 0; turn < 2; turn += 1) {
    for (const address of addresses(ids)) {
      for (const method of methods) {
        const answer = await browser.request(address, { method })
        expect(answer.status, `${method} ${address}`).toBeLessThan(500)
        asked += 1
      }
    }
  }
  return asked
}

/** A phone with the question on it, its waiting page, and a signed-in browser. */
async function scene() {
  const pc = world.pc()
  const { ticket, matchNumber } = await pc.begin('relay')
  await pc.ticket(ticket.id)
  const phone = world.phone(await world.wechat.newPerson())
  await phone.scan(ticket.id)
  const confirmed = await world.confirmed('relay', await world.wechat.newPerson())
  const signedIn = await world.signedIn('website', await world.wechat.newPerson())
  return { pc, phone, id: ticket.id, matchNumber, confirmed, signedIn }
}

describe('every GET route, crawled twice, leaves the database as it was', () => {
  test('the routes are read from app.ts', () => expect(ROUTES.length).toBeGreaterThanOrEqual(19))

  test.each([
    ['a crawler', 'Mozilla/5.0 (compatible; Baiduspider/2.0)'],
    ['a preview inside WeChat', WECHAT],
    ['a prefetching browser', 'Mozilla/5.0 Chrome/126.0.0.0'],
  ])(
    'by %s without cookies',
    async (_, agent) => {
      const { id, confirmed, signedIn } = await scene()
      const begun = await world.pc().begin('relay')
      // Its code is on a screen, and waits for whoever opens it.
      const pc = world.pc()
      const shown = await pc.begin('relay')
      await pc.ticket(shown.ticket.id)
      const before = await dump()
      const ids = [id, confirmed.id, signedIn.id, begun.ticket.id, shown.ticket.id, 'tkt_x', 'ses_x']
      expect(await crawl(createBrowser(world, { 'user-agent': agent, purpose: 'prefetch' }), ids)).toBeGreaterThan(200)
      expect(await dump()).toBe(before)
    },
    60_000,
  )

  test('by the phone, the waiting page and the signed-in browser themselves', async () => {
    const { pc, phone, id, confirmed, signedIn } = await scene()
    const before = await dump('audit')
    const [{ last } = {}] = await rows(world.file, 'SELECT MAX(id) AS last FROM audit')
    const ids = [id, confirmed.id, signedIn.id, 'tkt_x']
    for (const browser of [pc.browser, phone.browser, confirmed.pc.browser, signedIn.pc.browser]) {
      await crawl(browser, ids)
    }
    expect(await dump('audit')).toBe(before)
    // That somebody took their data along is written down: the one thing that a GET adds.
    const acts = await rows(world.file, `SELECT DISTINCT act FROM audit WHERE id > ${last}`)
    expect(acts).toEqual([{ act: 'exported' }])
  }, 60_000)

  test('a POST does change it: the tests above can fail', async () => {
    const { phone, id } = await scene()
    const before = await dump()
    await phone.deny(id)
    expect(await dump()).not.toBe(before)
  })
})

describe('every other route refuses a page of another site', () => {
  test('the routes are read from app.ts', () => expect(CHANGES.length).toBeGreaterThanOrEqual(12))

  test.each(CHANGES.map(({ method, path }) => [method, path] as const))('%s %s', async (method, path) => {
    const { id, signedIn } = await scene()
    const address = path.replace(':id', id).replace(':app', 'pc')
    const before = await dump()
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
      const answer = await signedIn.pc.browser.request(address, { method, json: {}, headers })
      expect(answer).toMatchObject({ status: 403, code: expect.stringMatching(/^(origin_refused|native_only)$/) })
    }
    expect(await dump()).toBe(before)
  })
})

describe('the phone’s confirmation takes', () => {
  const YES = (matchNumber: string | null) => ({ decision: 'confirm', matchNumber })
  const refused: Record<string, (phone: Phone, id: string, matchNumber: string | null) => Promise<{ status: number }>> =
    {
      'a POST: GET': (phone, id, number) =>
        phone.browser.get(`/api/confirmations/${id}?decision=confirm&matchNumber=${number}&_method=POST`),
      'a POST: PUT': (phone, id, number) =>
        phone.browser.request(`/api/confirmations/${id}`, { method: 'PUT', json: YES(number) }),
      'a POST: GET that says it is one': (phone, id) =>
        phone.browser.get(`/api/confirmations/${id}`, { headers: { 'x-http-method-override': 'POST' } }),
      'JSON: a form': (phone, id, number) =>
        phone.browser.request(`/api/confirmations/${id}`, {
          method: 'POST',
          body: `decision=confirm&matchNumber=${number}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      'JSON: text that is some': (phone, id, number) =>
        phone.browser.request(`/api/confirmations/${id}`, {
          method: 'POST',
          body: JSON.stringify(YES(number)),
          headers: { 'content-type': 'text/plain' },
        }),
      'our own page: another site’s': (phone, id, number) =>
        phone.browser.post(`/api/confirmations/${id}`, YES(number), { headers: { origin: 'https://evil.example' } }),
      'our own page: a sandboxed frame': (phone, id, number) =>
        phone.browser.post(`/api/confirmations/${id}`, YES(number), { headers: { origin: 'null' } }),
      'our own page: one without an Origin': (phone, id, number) =>
        phone.browser.post(`/api/confirmations/${id}`, YES(number), {
          headers: { origin: '', 'sec-fetch-site': 'cross-site' },
        }),
      'the phone: nobody’s': (_, id, number) => createBrowser(world).post(`/api/confirmations/${id}`, YES(number)),
      'the phone: another one': (_, id, number) => world.phone('alice').confirm(id, number),
      'the phone: the waiting page': (_, id, number) =>
        world.pc().browser.post(`/api/confirmations/${id}`, YES(number)),
    }
  test.each(Object.entries(refused))('%s', async (_, attempt) => {
    const { pc, phone, id, matchNumber } = await scene()
    const before = await dump()
    const { status } = await attempt(phone, id, matchNumber)
    expect([200, 400, 403, 404, 405, 409]).toContain(status)
    expect(await dump()).toBe(before)
    expect((await pc.ticket(id)).ticket.status).toBe('scanned')
    expect((await phone.confirm(id, matchNumber)).status).toBe(200)
  })

  test('the number: three wrong ones end the ticket, and then the right one is too late', async () => {
    const { pc, phone, id, matchNumber } = await scene()
    const wrong = String((Number(matchNumber) + 50) % 100).padStart(2, '0')
    for (let turn = 0; turn < 3; turn += 1) expect((await phone.confirm(id, wrong)).status).toBe(422)
    expect((await pc.ticket(id)).ticket).toMatchObject({ status: 'failed', reason: 'match_number_wrong' })
    expect(await phone.confirm(id, matchNumber)).toMatchObject({ status: 409, code: 'ticket_over' })
    expect(await pc.redeem(id)).toMatchObject({ status: 409, code: 'ticket_over' })
  })
})
