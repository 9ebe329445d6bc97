// The operator's own back end: whose token is this, who is behind an id, and that nobody else may ask.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disableAccount } from '#server/core/account/operate.js'
import { operator } from '#server/core/audit.js'
import type { AccountForService, Introspected } from '#shared/api.js'
import { createBrowser } from '../world/browser.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

const KEYS = ['a-service-key-for-tests-0123456789abcdef', 'an-older-service-key-0123456789abcdefgh']
let world: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, serviceKeys: KEYS }) })
})
afterAll(() => world.close())

const backEnd = (path: string, json?: unknown, key = KEYS[0]) =>
  callAsProgram(world, path, {
    ...(json === undefined ? {} : { method: 'POST', json }),
    headers: { authorization: `Bearer ${key}` },
  })
const introspect = async (token: string) => (await backEnd('/api/introspect', { token })).json<Introspected>()

describe('introspection', () => {
  test('says whose token or session it is, until it is over', async () => {
    const person = await world.wechat.newPerson()
    const app = await logInByApp(world, person)
    const account = { id: app.accountId }
    expect(await introspect(app.token)).toMatchObject({ active: true, account, session: { method: 'mobile' } })
    const { pc } = await world.signedIn('website', person)
    const cookie = pc.browser.cookie('session')
    expect(await introspect(cookie)).toMatchObject({ active: true, account, session: { method: 'website' } })
    expect((await app.delete('/api/session')).status).toBe(204)
    expect(await introspect(app.token)).toEqual({ active: false })
    await disableAccount(world.node().store, app.accountId, world.now(), operator(null))
    expect(await introspect(cookie)).toEqual({ active: false })
    for (const junk of ['', 'x', 'A'.repeat(43), `${app.token}x`])
      expect(await introspect(junk)).toEqual({ active: false })
  })

  test('every configured key counts; none, another and a page in a browser do not', async () => {
    for (const key of KEYS) expect((await backEnd('/api/introspect', { token: 'x' }, key)).status).toBe(200)
    for (const key of ['', 'x', KEYS[0]?.slice(1), `${KEYS[0]} `]) {
      expect(await backEnd('/api/introspect', { token: 'x' }, key)).toMatchObject({
        code: key?.endsWith(' ') ? null : 'service_key_wrong',
      })
    }
    const page = { headers: { authorization: `Bearer ${KEYS[0]}`, origin: world.publicUrl } }
    expect(await createBrowser(world).post('/api/introspect', { token: 'x' }, page)).toMatchObject({
      code: 'native_only',
    })
  })
})

describe('GET /api/accounts/:id', () => {
  test('answers through tombstones, with every identity', async () => {
    const person = await world.wechat.newPerson({ noUnionid: true })
    const older = (await world.signedIn('website', person)).redeemed.account.id
    const younger = (await logInByApp(world, person)).accountId
    await world.wechat.putPerson(person, { noUnionid: false })
    await world.signedIn('website', person)
    await logInByApp(world, person)
    const answer = (await backEnd(`/api/accounts/${younger}`)).json<AccountForService>()
    expect(answer).toMatchObject({ account: { id: older, status: 'active' }, mergedFrom: younger })
    expect(answer.identities.map(({ app }) => app).toSorted()).toEqual(['app', 'pc'])
    expect((await backEnd(`/api/accounts/${older}`)).json()).toMatchObject({ mergedFrom: null })
    expect(await backEnd('/api/accounts/acc_nobody')).toMatchObject({ status: 404, code: 'account_unknown' })
    expect(await createBrowser(world).get(`/api/accounts/${older}`)).toMatchObject({ code: 'service_key_wrong' })
  })
})

test('without SERVICE_KEYS nobody may ask', async () => {
  const keyless = await startWorld()
  try {
    for (const key of ['', 'undefined', 'A'.repeat(43)]) {
      const headers = { authorization: `Bearer ${key}` }
      const asked = await callAsProgram(keyless, '/api/introspect', { method: 'POST', json: { token: 'x' }, headers })
      expect(asked).toMatchObject({ status: 401, code: 'service_key_wrong' })
      const account = await callAsProgram(keyless, '/api/accounts/acc_x', { headers })
      expect(account).toMatchObject({ status: 401, code: 'service_key_wrong' })
    }
  } finally {
    await keyless.close()
  }
})

test('a disabled account is known as disabled, and its tokens say nothing', async () => {
  const app = await logInByApp(world, await world.wechat.newPerson())
  await disableAccount(world.node().store, app.accountId, world.now(), operator(null))
  expect((await backEnd(`/api/accounts/${app.accountId}`)).json()).toMatchObject({
    account: { id: app.accountId, status: 'disabled' },
    identities: [{ app: 'app' }],
  })
  expect(await introspect(app.token)).toEqual({ active: false })
})

test('a deleted account is known as deleted, and says nothing more', async () => {
  const app = await logInByApp(world, await world.wechat.newPerson())
  expect((await app.delete('/api/account')).status).toBe(204)
  expect((await backEnd(`/api/accounts/${app.accountId}`)).json<AccountForService>()).toEqual({
    account: { id: app.accountId, nickname: '', avatarUrl: '', createdAt: expect.any(Number), status: 'deleted' },
    mergedFrom: null,
    identities: [],
  })
})
