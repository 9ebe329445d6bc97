// The site's agreement: nobody is signed in who has not agreed to the version of today, by whichever door they come, and who
// agreed, when and to what is kept.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Confirmation } from '#shared/api.js'
import { rows } from '../world/database.js'
import { callAsProgram } from '../world/native-app.js'
import { newAttempt } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

const V1 = '2026-11-01'
const V2 = '2027-01-01'

let version: string | null = V1
let world: World
beforeAll(async () => {
  world = await startWorld({
    config: (config) => ({
      ...config,
      site: { ...config.site, agreementUrl: '/terms', privacyUrl: '/privacy', agreementVersion: version },
    }),
  })
})
afterAll(() => world.close())

const redeem = (pc: ReturnType<World['pc']>, id: string, consent?: string, attempt = newAttempt()) =>
  pc.browser.post(`/api/tickets/${id}/redeem`, { attempt, ...(consent === undefined ? {} : { consent }) })
const kept = (person: string) =>
  rows(
    world.file,
    `SELECT version, given_at, method, app_key FROM consents WHERE account_id = '${person}' ORDER BY version`,
  )
const sessions = async () => (await rows(world.file, 'SELECT id FROM sessions')).length
const accounts = async () => (await rows(world.file, 'SELECT id FROM accounts')).length

/** Somebody who has agreed to the version of today, by `website`. */
async function agreed() {
  const person = await world.wechat.newPerson()
  const { pc, id } = await world.confirmed('website', person)
  const account = (await redeem(pc, id, version ?? undefined)).json<{ account: { id: string } }>().account.id
  return { person, pc, account }
}

describe('website', () => {
  test.each([
    ['nothing', undefined],
    ['another version', V2],
    ['an empty one', ''],
    ['the version in other letters', V1.replaceAll('1', '１')],
  ])('with %s ticked there is no session, and the ticket waits', async (_what, consent) => {
    const { pc, id } = await world.confirmed('website', await world.wechat.newPerson())
    const before = await sessions()
    expect(await redeem(pc, id, consent)).toMatchObject({ status: 409, code: 'consent_required' })
    expect((await pc.session()).status).toBe(401)
    expect(await sessions()).toBe(before)
    expect((await pc.ticket(id)).ticket.status).toBe('confirmed')
    expect((await redeem(pc, id, V1)).status).toBe(200)
  })

  test('the consent is kept in the same commit, with account, time, version and door', async () => {
    const { account } = await agreed()
    expect(await kept(account)).toEqual([
      { version: V1, given_at: expect.any(Number), method: 'website', app_key: 'pc' },
    ])
    expect(Math.abs(Number((await kept(account))[0]?.given_at) - world.now())).toBeLessThan(60_000)
  })

  test('the same redeem again, whose answer was lost, needs it as little as it is recorded twice', async () => {
    const { pc, id } = await world.confirmed('website', await world.wechat.newPerson())
    const attempt = newAttempt()
    const first = await redeem(pc, id, V1, attempt)
    const again = await redeem(pc, id, undefined, attempt)
    expect(again.json()).toEqual(first.json())
    expect(await kept(first.json<{ account: { id: string } }>().account.id)).toHaveLength(1)
  })

  test('who has agreed is not asked again, after a restart neither', async () => {
    const { person, account } = await agreed()
    await world.restart()
    const { pc, id } = await world.confirmed('website', person)
    expect((await redeem(pc, id)).status).toBe(200)
    expect(await kept(account)).toHaveLength(1)
  })
})

describe('relay', () => {
  test('the phone asks, before anybody is made: without the tick nothing happens, and no try is lost', async () => {
    const pc = world.pc()
    const { ticket, matchNumber } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    const phone = world.phone(await world.wechat.newPerson())
    const question: Confirmation = await phone.scan(ticket.id)
    expect(question).toMatchObject({ consent: V1, site: { agreementUrl: '/terms', privacyUrl: '/privacy' } })
    const before = await accounts()
    const decide = (consent?: string) =>
      phone.answer(ticket.id, {
        decision: 'confirm',
        matchNumber: matchNumber ?? '',
        ...(consent !== undefined && { consent }),
      })
    for (const consent of [undefined, V2, '', 'x']) {
      expect(await decide(consent)).toMatchObject({ status: 409, code: 'consent_required' })
    }
    expect(await accounts()).toBe(before)
    expect((await decide(V1)).json()).toEqual({ status: 'confirmed' })
    const { account } = await pc.signIn(ticket.id)
    expect(await kept(account.id)).toMatchObject([{ version: V1, method: 'relay', app_key: 'mp' }])
  })

  test('who has agreed by another door is not asked: they are one person', async () => {
    const { person } = await agreed()
    const pc = world.pc()
    const { ticket, matchNumber } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    const phone = world.phone(person)
    expect((await phone.scan(ticket.id)).consent).toBeNull()
    expect((await phone.confirm(ticket.id, matchNumber)).status).toBe(200)
    await pc.signIn(ticket.id)
  })

  test('refusing needs no consent, and is none', async () => {
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    const phone = world.phone(await world.wechat.newPerson())
    await phone.scan(ticket.id)
    const before = await rows(world.file, 'SELECT * FROM consents')
    expect((await phone.deny(ticket.id)).json()).toEqual({ status: 'denied' })
    expect(await rows(world.file, 'SELECT * FROM consents')).toEqual(before)
  })
})

describe('inside WeChat', () => {
  test('whoever has not agreed is led to the page that asks, with the same ticket; then they are in', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    const trail: string[] = []
    await phone.follow('/wechat/login/mp?scope=snsapi_userinfo&returnTo=%2Forders', trail)
    const asking = new URL(trail.at(-1) ?? '')
    expect(asking.pathname).toBe('/login')
    const id = asking.searchParams.get('ticket') ?? ''
    expect((await phone.browser.get('/api/session')).status).toBe(401)
    const go = (consent?: string) =>
      phone.browser.post(`/api/tickets/${id}/redeem`, { attempt: newAttempt(), ...(consent && { consent }) })
    expect(await go()).toMatchObject({ code: 'consent_required' })
    const done = await go(V1)
    expect(done.json()).toMatchObject({ returnTo: '/orders' })
    expect(await kept(done.json<{ account: { id: string } }>().account.id)).toMatchObject([{ method: 'official' }])
    expect((await phone.browser.get('/api/session')).status).toBe(200)
  })

  test('who has agreed is in at once', async () => {
    const { person } = await agreed()
    const phone = world.phone(person)
    await phone.follow('/wechat/login/mp?scope=snsapi_userinfo').catch(() => null)
    expect((await phone.browser.get('/api/session')).status).toBe(200)
  })
})

describe.each([
  ['app', '/api/login/mobile', 'mobile'],
  ['mini', '/api/login/mini-program', 'mini-program'],
] as const)('a native login (%s)', (app, path, method) => {
  const login = async (person: string, more: object) =>
    callAsProgram(world, path, { method: 'POST', json: { app, code: await world.wechat.code(app, person), ...more } })

  test('without the consent it makes neither session nor account; with it both', async () => {
    const person = await world.wechat.newPerson()
    const before = [await accounts(), await sessions()]
    for (const more of [{}, { consent: V2 }]) {
      expect(await login(person, more)).toMatchObject({ status: 409, code: 'consent_required' })
    }
    expect([await accounts(), await sessions()]).toEqual(before)
    const done = await login(person, { consent: V1 })
    expect(done.status).toBe(200)
    expect(await kept(done.json<{ account: { id: string } }>().account.id)).toMatchObject([{ method, app_key: app }])
    expect((await login(person, {})).status).toBe(200)
  })
})

test('another version is asked for anew, and both are kept', async () => {
  const { person, account } = await agreed()
  version = V2
  await world.restart()
  try {
    const { pc, id } = await world.confirmed('website', person)
    expect(await redeem(pc, id, V1)).toMatchObject({ code: 'consent_required' })
    expect((await redeem(pc, id, V2)).status).toBe(200)
    expect((await kept(account)).map((row) => row.version)).toEqual([V1, V2])
  } finally {
    version = V1
    await world.restart()
  }
})

test('people take their consents along, and with the account they are gone', async () => {
  const { pc, account } = await agreed()
  const taken = (await pc.browser.get('/api/account/export')).json<{ consents: unknown }>()
  expect(taken.consents).toEqual([
    { accountId: account, version: V1, givenAt: expect.any(Number), method: 'website', appKey: 'pc' },
  ])
  expect((await pc.browser.delete('/api/account')).status).toBe(204)
  expect(await kept(account)).toEqual([])
})

test('without a version nobody is asked anything', async () => {
  version = null
  await world.restart()
  try {
    const { redeemed } = await world.signedIn('relay', await world.wechat.newPerson())
    expect(await kept(redeemed.account.id)).toEqual([])
    expect((await world.pc().browser.get('/api/config')).json()).toMatchObject({ site: { agreementVersion: null } })
  } finally {
    version = V1
    await world.restart()
  }
})
