// My recent logins: one's own, with door and machine, and which of them is still open.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undoMerge } from '#server/core/identity/undo-merge.js'
import { type OwnLogins, OwnLogins as Schema } from '#shared/api.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const loginsOf = async ({ browser }: ReturnType<World['pc']>): Promise<OwnLogins> =>
  Schema.parse((await browser.get('/api/account/logins')).json())

test('each login is there, the newest first, with its door, its machine, and whether it still holds', async () => {
  const person = await world.wechat.newPerson()
  const first = await world.signedIn('website', person)
  world.advance(1_000)
  await logInByApp(world, person)
  world.advance(1_000)
  const here = await world.signedIn('relay', person)
  await first.pc.logout()
  const { logins, keptDays, serverTime } = await loginsOf(here.pc)
  expect(logins.map(({ method, app, open, current }) => ({ method, app, open, current }))).toEqual([
    { method: 'relay', app: 'mp', open: true, current: true },
    { method: 'mobile', app: 'app', open: true, current: false },
    { method: 'website', app: 'pc', open: false, current: false },
  ])
  expect(logins[0]?.device).toMatchObject({ browser: 'Chrome 126', os: 'Windows 10/11', address: '127.0.0.1' })
  expect(logins.map(({ at }) => at)).toEqual(logins.map(({ at }) => at).toSorted((a, b) => b - a))
  expect([keptDays, Math.abs(serverTime - world.now()) < 60_000]).toEqual([180, true])
})

test('nobody sees another’s, and nobody signed out sees any', async () => {
  const one = await world.signedIn('website', await world.wechat.newPerson())
  const other = await world.signedIn('website', await world.wechat.newPerson())
  const own = await loginsOf(one.pc)
  expect(own.logins).toHaveLength(1)
  expect(own.logins[0]?.session).not.toBe((await loginsOf(other.pc)).logins[0]?.session)
  expect(await world.pc().browser.get('/api/account/logins')).toMatchObject({ status: 401, code: 'signed_out' })
})

test('whatever door they came by, they are one person’s', async () => {
  const person = await world.wechat.newPerson()
  const app = await logInByApp(world, person)
  const { pc, redeemed } = await world.signedIn('relay', person)
  expect(redeemed.account.id).toBe(app.accountId)
  expect((await loginsOf(pc)).logins).toHaveLength(2)
})

describe('two accounts that were joined', () => {
  /** Signed in to the older one by `website`, and to the younger by the app; then by both again, as one. */
  async function joined() {
    const person = await world.wechat.newPerson({ noUnionid: true })
    const { pc, redeemed } = await world.signedIn('website', person)
    world.advance(1_000)
    await logInByApp(world, person)
    await world.wechat.putPerson(person, { noUnionid: false })
    for (const again of [() => world.signedIn('website', person), () => logInByApp(world, person)]) {
      world.advance(1_000)
      await again()
    }
    return { pc, older: redeemed.account.id }
  }
  const methods = ({ logins }: OwnLogins) => logins.map(({ method }) => method)

  test('show the logins of both', async () => {
    expect(methods(await loginsOf((await joined()).pc))).toEqual(['mobile', 'website', 'mobile', 'website'])
  })

  test('show none that may have been the other’s, once an operator has seen that they are two people', async () => {
    const { pc, older } = await joined()
    const { store } = world.node()
    world.advance(1_000)
    const [merge] = await store.read.identities.merges(older)
    await undoMerge(store, merge?.id ?? '', world.now())
    expect(methods(await loginsOf(pc))).toEqual(['website', 'website'])
    const { history } = (await pc.browser.get('/api/account/export')).json<{
      history: { act: string; method: string | null; address: string | null }[]
    }>()
    const addresses = history.filter(({ act }) => act === 'login').map(({ method, address }) => [method, address])
    expect(addresses).toEqual([
      ['mobile', null],
      ['website', '127.0.0.1'],
      ['website', '127.0.0.1'],
    ])
  })
})

test('thirty are shown, however many there were', async () => {
  const person = await world.wechat.newPerson()
  for (let login = 0; login < 31; login += 1) await logInByApp(world, person)
  const { pc } = await world.signedIn('website', person)
  const { logins } = await loginsOf(pc)
  expect([logins.length, logins[0]?.current]).toEqual([30, true])
})
