// WeChat's notices, pushed for real: what each erases, which sessions it ends, and that nobody else can say so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppLoggedIn } from '#shared/api.js'
import { createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const account = (id: string) => world.node().store.read.accounts.find(id)
const doors = async (id: string) => (await world.node().store.read.identities.ofAccount(id)).length
/** Somebody who came by the PC, inside WeChat and from the app: one account, three sessions. */
async function everywhere() {
  const person = await world.wechat.newPerson()
  const { pc, redeemed } = await world.signedIn('website', person)
  const phone = world.phone(person)
  await phone.follow('/wechat/login/mp?scope=snsapi_userinfo')
  const body = JSON.stringify({ app: 'app', code: await world.wechat.code('app', person) })
  const headers = { 'content-type': 'application/json' }
  const answer = await createBrowser(world).request(`${world.connectTo}/api/login/mobile`, {
    method: 'POST',
    body,
    headers,
  })
  const { token } = answer.json<AppLoggedIn>()
  const byApp = () => createBrowser(world).get('/api/session', { headers: { authorization: `Bearer ${token}` } })
  const alive = async () => [
    (await pc.session()).status === 200,
    (await phone.browser.get('/api/session')).status === 200,
    (await byApp()).status === 200,
  ]
  expect(await alive()).toEqual([true, true, true])
  return { person, pc, id: redeemed.account.id, alive }
}
const FORMS = [
  { mode: 'secure', format: 'xml' },
  { mode: 'secure', format: 'json', spacedKeys: true },
  { mode: 'compatible', format: 'xml', repeat: 2 },
]

describe('user_info_modified', () => {
  test.each(FORMS)('forgets name and picture that came by this app, and ends nothing (%o)', async (form) => {
    const { person, id, alive } = await everywhere()
    const source = (await account(id))?.nicknameSource ?? ''
    const other = source === 'mp' ? 'pc' : 'mp'
    await world.wechat.event(other, person, 'user_info_modified', form)
    expect((await account(id))?.nickname).not.toBe('')
    await world.wechat.event(source, person, 'user_info_modified', form)
    expect(await account(id)).toMatchObject({ nickname: '', avatarUrl: '', nicknameSource: null })
    expect(await alive()).toEqual([true, true, true])
  })
})

describe('user_authorization_revoke', () => {
  test.each([
    ['mp', '205', [true, false, true]],
    ['mp', '201,205', [true, false, true]],
    ['app', '301', [true, true, false]],
    ['pc', '1', [false, true, true]],
    ['mp', '204', [true, true, true]],
  ])('%s, %s ends the sessions of that app and no others', async (app, revokeInfo, left) => {
    const { person, alive } = await everywhere()
    await world.wechat.event(app, person, 'user_authorization_revoke', { revokeInfo })
    expect(await alive()).toEqual(left)
  })

  test('the open page of an ended session is told at once', async () => {
    const { person, pc } = await everywhere()
    const live = await pc.socket()
    live.send({ type: 'session' })
    await world.wechat.event('pc', person, 'user_authorization_revoke', { revokeInfo: '301' })
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
  })
})

describe('user_authorization_cancellation', () => {
  test('takes that identity and every session; with the last one the account goes', async () => {
    const { person, id, alive } = await everywhere()
    await world.wechat.event('pc', person, 'user_authorization_cancellation')
    expect(await alive()).toEqual([false, false, false])
    expect([await doors(id), (await account(id))?.status]).toEqual([2, 'active'])
    for (const app of ['mp', 'app']) await world.wechat.event(app, person, 'user_authorization_cancellation')
    expect([await doors(id), (await account(id))?.status]).toEqual([0, 'deleted'])
    expect((await world.signedIn('website', person)).redeemed.account.id).not.toBe(id)
  })

  test('without an openid the unionid says who', async () => {
    const { person, id } = await everywhere()
    await world.wechat.event('mp', person, 'user_authorization_cancellation', { omitOpenid: true })
    expect(await doors(id)).toBe(2)
  })

  test('of somebody who was never here makes nobody', async () => {
    const before = await rows(world.file, 'SELECT id FROM accounts')
    const pushed = await world.wechat.event('mp', await world.wechat.newPerson(), 'user_authorization_cancellation')
    expect(pushed.deliveries).toHaveLength(1)
    expect(await rows(world.file, 'SELECT id FROM accounts')).toEqual(before)
  })
})

test('replayed notice: the same one later, when the person is back, changes nothing', async () => {
  const { person, id } = await everywhere()
  const notice = { event: 'user_authorization_revoke', revokeInfo: '301' }
  await world.wechat.event('pc', person, notice.event, { revokeInfo: '301', repeat: 2 })
  expect(await rows(world.file, 'SELECT id FROM pushes')).not.toEqual([])
  await world.signedIn('website', person)
  expect(await account(id)).toMatchObject({ status: 'active' })
})

test('forged notice: without WeChat’s signature nobody is forgotten', async () => {
  const { person, id, alive } = await everywhere()
  await world.wechat.putApp('mp', { push: { mode: 'plain' } })
  await world.wechat.event('mp', person, 'user_authorization_cancellation')
  await world.wechat.putApp('mp', { push: { mode: 'secure' } })
  expect(await alive()).toEqual([true, true, true])
  expect(await doors(id)).toBe(3)
})

test('WeChat’s check of the address is answered', async () => {
  expect(await world.wechat.checkPushAddress('mp')).toMatchObject({ ok: true })
  const answer = await createBrowser(world).get('/wechat/notify/mp?signature=x&timestamp=1&nonce=2&echostr=3')
  expect(answer).toMatchObject({ status: 403, code: 'push_refused' })
  expect(await createBrowser(world).get('/wechat/notify/nobody?echostr=3')).toMatchObject({ code: 'app_unknown' })
})
