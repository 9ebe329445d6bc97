// Whoever is no operator, or no longer, at the operator's console.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, describeConfig } from '#server/config.js'
import { undoMerge } from '#server/core/identity/undo-merge.js'
import { FRESH_MS } from '#server/core/operator/role.js'
import type { Answer } from '../world/browser.js'
import { type Desk, desk, newOperator } from '../world/console.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
let olga: Desk
beforeAll(async () => {
  world = await startWorld()
  olga = await newOperator(world)
})
afterAll(() => world.close())

const source = readFileSync(new URL('../../server/operator-routes.ts', import.meta.url), 'utf8')
/** Every address of the console. */
const ADDRESSES = [...source.matchAll(/router\.(get|post)\('([^']+)'/g)].map(
  ([, method = '', path = '']) => [method.toUpperCase(), path.replace(':id', 'acc_x')] as const,
)
const person = () => world.wechat.newPerson()
const signedIn = async () => {
  const { pc, redeemed } = await world.signedIn('website', await person())
  return { pc, id: redeemed.account.id }
}
const ask = ({ browser }: Pc, method: string, path: string): Promise<Answer> =>
  method === 'GET' ? browser.get(path) : browser.post(path, {})
/** An answer without what differs from one request to the next. */
const bare = ({ status, text, headers }: Answer) => ({
  status,
  text: text.replace(/"requestId":"[^"]*"/, ''),
  headers: [...headers.keys()].filter((name) => name !== 'set-cookie').toSorted(),
})
const unknown = async (pc: Pc, method: string, path: string) =>
  bare(await ask(pc, method, path.startsWith('/api/') ? '/api/no-such-thing' : '/no-such-page'))
const actsOf = async (account: string) =>
  (await world.node().store.read.audit.ofAccounts([account], 50)).map(({ act, actor, actorName }) => [
    act,
    ...(actor === 'operator' ? [actorName] : []),
  ])

test('there are addresses to attack', () => expect(ADDRESSES.length).toBeGreaterThan(10))

describe.each(ADDRESSES)('%s %s', (method, path) => {
  test('a stranger hears what they hear of an address that does not exist', async () => {
    const pc = world.pc()
    expect(bare(await ask(pc, method, path))).toEqual(await unknown(pc, method, path))
  })

  test('so does somebody who is signed in and no operator', async () => {
    const { pc } = await signedIn()
    expect(bare(await ask(pc, method, path))).toEqual(await unknown(pc, method, path))
  })

  test('so does a program with a good token of an operator', async () => {
    const someone = await person()
    const app = await logInByApp(world, someone)
    const { redeemed, pc } = await world.signedIn('website', someone)
    await olga.order({ order: 'grant', account: redeemed.account.id })
    expect((await pc.browser.get('/api/admin/me')).status).toBe(200)
    const options = { method, headers: { authorization: `Bearer ${app.token}` } }
    expect((await callAsProgram(world, path, options)).status).toBe(404)
  })

  test('another method finds nothing either', async () => {
    expect((await olga.pc.browser.request(path, { method: 'PUT', json: {} })).status).toBe(404)
  })
})

describe('an ended session', () => {
  test('of an operator opens nothing', async () => {
    const eve = await newOperator(world)
    const cookie = eve.pc.browser.cookieHeader()
    await eve.pc.logout()
    const answer = await eve.pc.browser.request('/api/admin/me', { cookies: false, headers: { cookie } })
    expect(answer.status).toBe(404)
  })

  test('ended by another operator opens nothing', async () => {
    const eve = await newOperator(world)
    const { session } = await eve.pc.me()
    expect(await olga.order({ order: 'endSession', account: eve.account, session: session.id })).toMatchObject({
      done: true,
      endedSessions: 1,
    })
    expect((await eve.get('me')).status).toBe(404)
  })
})

describe('a role that was taken away', () => {
  test('is gone at the next request, and its taking is recorded by name', async () => {
    const eve = await newOperator(world)
    expect((await eve.get('operators')).status).toBe(200)
    expect(await olga.order({ order: 'revoke', account: eve.account })).toMatchObject({ done: true })
    expect((await eve.get('operators')).status).toBe(404)
    expect(await actsOf(eve.account)).toContainEqual(['operator_revoked', olga.account])
  })

  test('while a slow body was on its way gives no order any more', async () => {
    const eve = await newOperator(world)
    const victim = await signedIn()
    const text = JSON.stringify({ order: 'disable', account: victim.id })
    let finish = () => {}
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from(text.slice(0, 10)))
        finish = () => {
          controller.enqueue(Buffer.from(text.slice(10)))
          controller.close()
        }
      },
    })
    const headers = { cookie: eve.pc.browser.cookieHeader(), 'content-type': 'application/json' }
    const late = fetch(`${world.connectTo}/api/admin/orders`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit)
    // The first guard has let it in before the role goes.
    await new Promise((resolve) => setTimeout(resolve, 200))
    await olga.order({ order: 'revoke', account: eve.account })
    finish()
    expect((await late).status).toBe(404)
    expect((await victim.pc.session()).status).toBe(200)
  })

  test('with the account disabled or deleted is no role', async () => {
    const [eve, mallory] = [await newOperator(world), await newOperator(world)]
    await olga.order({ order: 'disable', account: eve.account })
    expect((await eve.get('me')).status).toBe(404)
    await mallory.pc.browser.delete('/api/account')
    expect((await mallory.get('me')).status).toBe(404)
    expect(await world.node().store.read.operators.has(mallory.account)).toBe(false)
  })
})

test('a merged-away operator: the survivor operates; undone, whoever was none is none, at once', async () => {
  const someone = await world.wechat.newPerson({ noUnionid: true })
  const older = await world.signedIn('website', someone)
  const younger = await world.signedIn('relay', someone)
  const [survivor, loser] = [older.redeemed.account.id, younger.redeemed.account.id]
  await olga.order({ order: 'grant', account: loser })
  await world.wechat.putPerson(someone, { noUnionid: false })
  await world.signedIn('relay', someone, younger.pc)
  await world.signedIn('website', someone, older.pc)
  const atOlder = desk(older.pc, survivor)
  expect((await atOlder.get('operators')).status).toBe(200)
  const [merge] = await world.node().store.read.identities.merges(loser)
  await undoMerge(world.node().store, merge?.id ?? '', world.now())
  const { redeemed } = await world.signedIn('website', someone, older.pc)
  expect(redeemed.account.id).toBe(survivor)
  expect((await atOlder.get('operators')).status).toBe(404)
  expect(await world.node().store.read.operators.has(loser)).toBe(true)
})

describe('CSRF: another site’s page in an operator’s browser', () => {
  const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

  test('gives no order and begins no work', async () => {
    const { pc, id } = await signedIn()
    const orders = await olga.pc.browser.post(
      '/api/admin/orders',
      { order: 'disable', account: id },
      { headers: FOREIGN },
    )
    const jobs = await olga.pc.browser.post('/api/admin/jobs', { job: 'purge' }, { headers: FOREIGN })
    expect([orders.code, jobs.code]).toEqual(['origin_refused', 'origin_refused'])
    expect((await pc.session()).status).toBe(200)
    expect((await olga.jobs()).jobs).toEqual([])
  })

  test('by a link does not even leave a look in the history', async () => {
    const { id } = await signedIn()
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await olga.pc.browser.get(`/api/admin/accounts/${id}`, { headers })).code).toBe('origin_refused')
    expect(await actsOf(id)).toEqual([['login']])
  })

  test('shows the console in no frame', async () => {
    const { headers } = await olga.pc.browser.get('/admin')
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/)
    expect(headers.get('x-frame-options')).toBe('DENY')
  })
})

test('an old login gives light orders and no grave one, until the operator signs in again', async () => {
  const own = await startWorld()
  try {
    const eve = await newOperator(own)
    const { redeemed } = await own.signedIn('website', await own.wechat.newPerson())
    const account = redeemed.account.id
    own.advance(FRESH_MS + 1)
    for (const order of [
      { order: 'disable', account },
      { order: 'delete', account },
      { order: 'grant', account },
      { order: 'undoMerge', merge: 'mrg_x' },
    ]) {
      expect((await eve.pc.browser.post('/api/admin/orders', order)).code).toBe('signed_out')
    }
    expect((await eve.pc.browser.post('/api/admin/jobs', { job: 'purge' })).code).toBe('signed_out')
    expect((await eve.get('history/export')).code).toBe('signed_out')
    expect(await eve.order({ order: 'endSessions', account })).toMatchObject({ done: true, endedSessions: 1 })
  } finally {
    await own.close()
  }
})

test('the configuration as it is shown holds no secret, nor how long one is', async () => {
  const secret = 'a-service-key-for-tests-0123456789abcdef'
  let loaded: Config | null = null
  const own = await startWorld({
    config(config) {
      loaded = { ...config, serviceKeys: [secret], sessionKeys: [`${secret}-signing`] }
      return loaded
    },
  })
  try {
    const eve = await newOperator(own)
    const { text } = await eve.get('config')
    expect(text).toContain('"name":"publicUrl"')
    for (const { secret: ofApp } of await own.wechat.apps()) expect(text).not.toContain(ofApp)
    for (const hidden of [secret, 'a-fixed-key']) expect(text).not.toContain(hidden)
    const config: Config = loaded ?? expect.fail('not loaded')
    const longer = {
      ...config,
      serviceKeys: config.serviceKeys.map((key) => `${key}-longer`),
      sessionKeys: config.sessionKeys?.map((key) => `${key}-longer`) ?? null,
      apps: config.apps.map((app) => ({ ...app, secret: `${app.secret}-longer` })),
    }
    expect(describeConfig(longer)).toEqual(describeConfig(config))
  } finally {
    await own.close()
  }
})
