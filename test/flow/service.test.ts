// The operator's own back end, bearer tokens, and what people may do with their own account.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountForService, AppLoggedIn, Introspected, OwnAccount } from '#shared/api.js'
import { createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

const KEYS = ['a-service-key-for-tests-0123456789abcdef', 'an-older-service-key-0123456789abcdefgh']
let world: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, serviceKeys: KEYS }) })
})
afterAll(() => world.close())

const authorization = (value: string) => ({ headers: { authorization: value } })
const backEnd = (path: string, json?: unknown, key = KEYS[0]) =>
  createBrowser(world).request(`${world.connectTo}${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })
const introspect = async (token: string) => (await backEnd('/api/introspect', { token })).json<Introspected>()
async function byApp(person: string): Promise<AppLoggedIn> {
  const json = { app: 'app', code: await world.wechat.code('app', person) }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(json)
  return (
    await createBrowser(world).request(`${world.connectTo}/api/login/mobile`, { method: 'POST', body, headers })
  ).json()
}

describe('introspection', () => {
  test('says whose token or session it is, until it is over', async () => {
    const person = await world.wechat.newPerson()
    const { account, token } = await byApp(person)
    expect(await introspect(token)).toMatchObject({
      active: true,
      account: { id: account.id },
      session: { method: 'mobile' },
    })
    const { pc } = await world.signedIn('website', person)
    expect(await introspect(pc.browser.cookie('session'))).toMatchObject({ active: true, account: { id: account.id } })
    await createBrowser(world).request(`${world.connectTo}/api/session`, {
      method: 'DELETE',
      ...authorization(`Bearer ${token}`),
    })
    expect(await introspect(token)).toEqual({ active: false })
    for (const junk of ['', 'x', 'A'.repeat(43), `${token}x`]) expect(await introspect(junk)).toEqual({ active: false })
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
    const younger = (await byApp(person)).account.id
    await world.wechat.putPerson(person, { noUnionid: false })
    await world.signedIn('website', person)
    await byApp(person)
    const answer = (await backEnd(`/api/accounts/${younger}`)).json<AccountForService>()
    expect(answer).toMatchObject({ account: { id: older, status: 'active' }, mergedFrom: younger })
    expect(answer.identities.map(({ app }) => app).toSorted()).toEqual(['app', 'pc'])
    expect((await backEnd(`/api/accounts/${older}`)).json()).toMatchObject({ mergedFrom: null })
    expect(await backEnd('/api/accounts/acc_nobody')).toMatchObject({ status: 404, code: 'account_unknown' })
    expect(await createBrowser(world).get(`/api/accounts/${older}`)).toMatchObject({ code: 'service_key_wrong' })
  })
})

describe('bearer and cookie', () => {
  test('token confusion: a cookie’s id is no bearer token, and a bearer token no cookie', async () => {
    const person = await world.wechat.newPerson()
    const { pc } = await world.signedIn('website', person)
    const { token } = await byApp(person)
    const asBearer = await createBrowser(world).get(
      '/api/session',
      authorization(`Bearer ${pc.browser.cookie('session')}`),
    )
    expect(asBearer).toMatchObject({ status: 401, code: 'signed_out' })
    const browser = createBrowser(world)
    browser.jar.set('saoma-session', token)
    expect(await browser.get('/api/session')).toMatchObject({ status: 401, code: 'signed_out' })
  })

  test('a page of another site cannot use a token that it got hold of from a browser', async () => {
    const { token } = await byApp(await world.wechat.newPerson())
    const headers = { authorization: `Bearer ${token}`, origin: 'https://evil.example' }
    expect(await createBrowser(world).get('/api/session', { headers })).toMatchObject({ code: 'signed_out' })
  })
})

describe('forward-auth', () => {
  test('says who it is in a header that no client can choose', async () => {
    const { pc, redeemed } = await world.signedIn('website', await world.wechat.newPerson())
    const asked = await pc.browser.get('/api/session', { headers: { 'x-saoma-account': 'acc_somebody_else' } })
    expect(asked.headers.get('x-saoma-account')).toBe(redeemed.account.id)
    const stranger = await createBrowser(world).get('/api/session', {
      headers: { 'x-saoma-account': redeemed.account.id },
    })
    expect(stranger.status).toBe(401)
    expect(stranger.headers.get('x-saoma-account')).toBeNull()
  })
})

describe('mine', () => {
  test('the doors one came by, all of it to take along, and gone for good', async () => {
    const person = await world.wechat.newPerson({ nickname: '小明' })
    const { pc, redeemed } = await world.signedIn('website', person)
    const { token } = await byApp(person)
    const own = (await pc.browser.get('/api/account')).json<OwnAccount>()
    expect(own.doors.map(({ app, kind }) => [app, kind]).toSorted()).toEqual([
      ['app', 'mobile'],
      ['pc', 'website'],
    ])
    const taken = await pc.browser.get('/api/account/export')
    expect(taken.headers.get('content-disposition')).toContain(`${redeemed.account.id}.json`)
    expect(taken.json()).toMatchObject({
      account: { nickname: '小明', nicknameSource: 'pc' },
      identities: [{}, {}],
      sessions: [{}, {}],
    })
    expect(taken.text).not.toContain(token)

    const foreign = { headers: { origin: 'https://evil.example' } }
    expect(await pc.browser.delete('/api/account', foreign)).toMatchObject({ code: 'origin_refused' })
    expect((await pc.browser.delete('/api/account')).status).toBe(204)
    expect(await pc.session()).toMatchObject({ code: 'signed_out' })
    expect(await createBrowser(world).get('/api/session', authorization(`Bearer ${token}`))).toMatchObject({
      status: 401,
    })
    const id = redeemed.account.id
    for (const table of ['accounts', 'identities', 'unionids', 'merges', 'tickets']) {
      expect(JSON.stringify(await rows(world.file, `SELECT * FROM ${table}`))).not.toContain('小明')
    }
    expect(await rows(world.file, `SELECT * FROM identities WHERE account_id = '${id}'`)).toEqual([])
    expect((await world.signedIn('website', person)).redeemed.account.id).not.toBe(id)
  })
})
