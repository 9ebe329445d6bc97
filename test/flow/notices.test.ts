// WeChat's notices, pushed for real: what each erases, which sessions it ends, and that nobody else can say so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../world/database.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import { signedPush } from '../world/signed-push.js'
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
  const app = await logInByApp(world, person)
  const alive = async () => [
    (await pc.session()).status === 200,
    (await phone.browser.get('/api/session')).status === 200,
    (await app.get('/api/session')).status === 200,
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
    // How several codes are told apart, and what websites can be told, is documented nowhere.
    ['mp', '201;205', [true, false, true]],
    ['mp', '201，205', [true, false, true]],
    ['mp', '2050', [true, true, true]],
    ['pc', '7', [false, true, true]],
    ['app', 'unknown', [true, true, false]],
    ['mp', 'unknown', [true, false, true]],
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

describe('pushes in hand', () => {
  const send = (push: { address: string; body: string }) =>
    callAsProgram(world, push.address, { method: 'POST', body: push.body, headers: { 'content-type': 'text/xml' } })
  const notice = async (key: string, fields: Record<string, string>, sentAt?: number) => {
    const app = (await world.wechat.apps()).find((known) => known.key === key)
    return signedPush(app ?? expect.fail(key), { Event: 'user_authorization_cancellation', ...fields }, sentAt)
  }
  const openidIn = async (id: string, appid: string) =>
    (await world.node().store.read.identities.ofAccount(id)).find((known) => known.appid === appid)?.openid ?? ''
  const pcOpenid = async (id: string) => {
    const app = (await world.wechat.apps()).find(({ key }) => key === 'pc')
    return openidIn(id, app?.appid ?? '')
  }

  test('replayed notice: the very same bytes later, when the person is back, change nothing', async () => {
    const { person, id } = await everywhere()
    const push = await notice('pc', { OpenID: await pcOpenid(id) })
    expect(await send(push)).toMatchObject({ status: 200, text: 'success' })
    expect(await doors(id)).toBe(2)
    const { pc } = await world.signedIn('website', person)
    expect(await doors(id)).toBe(3)
    expect(await send(push)).toMatchObject({ status: 200, text: 'success' })
    expect([await doors(id), (await pc.session()).status]).toEqual([3, 200])
  })

  test('recorded notice: eleven minutes later it is not even read', async () => {
    const { id } = await everywhere()
    const push = await notice('pc', { OpenID: await pcOpenid(id) }, Date.now() - 11 * 60_000)
    expect(await send(push)).toMatchObject({ status: 403, code: 'push_refused' })
    expect(await doors(id)).toBe(3)
  })

  test('confused deputy: a notice for one app means nothing at another’s address', async () => {
    const { id } = await everywhere()
    const push = await notice('pc', { OpenID: await pcOpenid(id) })
    const answer = await send({ ...push, address: push.address.replace('/pc?', '/app?') })
    expect(answer).toMatchObject({ status: 403, code: 'push_refused' })
    // Whoever holds another app's keys says this person's openid: there it is nobody's.
    expect((await send(await notice('app', { OpenID: await pcOpenid(id) }))).status).toBe(200)
    expect(await doors(id)).toBe(3)
  })

  test('confused deputy: a notice about another app than the address’s is refused, however well signed', async () => {
    const { id, alive } = await everywhere()
    const { appid } = (await world.wechat.apps()).find(({ key }) => key === 'mp') ?? expect.fail('mp')
    const openid = await pcOpenid(id)
    expect(await send(await notice('pc', { OpenID: openid, AppID: appid }))).toMatchObject({ code: 'push_refused' })
    expect([await doors(id), await alive()]).toEqual([3, [true, true, true]])
    const own = (await world.wechat.apps()).find(({ key }) => key === 'pc')
    expect(await send(await notice('pc', { OpenID: openid, AppID: own?.appid ?? '' }))).toMatchObject({ status: 200 })
    expect(await doors(id)).toBe(2)
  })

  test('an openid that is not known is not helped by a unionid that is', async () => {
    const { id } = await everywhere()
    const { unionid } = (await world.node().store.read.identities.ofAccount(id))[0] ?? expect.fail('nobody')
    await send(await notice('pc', { OpenID: 'oSomebodyElse', UnionID: unionid ?? '' }))
    expect(await doors(id)).toBe(3)
    await send(await notice('pc', { UnionID: unionid ?? '' }))
    expect(await doors(id)).toBe(2)
  })

  test('what is no notice is answered, and nothing more', async () => {
    const { id, alive } = await everywhere()
    for (const Event of ['unsubscribe', 'CLICK', 'user_authorization_something', '']) {
      expect(await send(await notice('mp', { Event, OpenID: await pcOpenid(id) }))).toMatchObject({ text: 'success' })
    }
    expect(await alive()).toEqual([true, true, true])
  })
})

test('the name that was taken away is in no row any more', async () => {
  const person = await world.wechat.newPerson({ nickname: '不雅的名字' })
  const { phone } = await world.signedIn('relay', person)
  expect(phone).not.toBeNull()
  await world.wechat.event('mp', person, 'user_info_modified')
  for (const table of ['accounts', 'tickets']) {
    expect(JSON.stringify(await rows(world.file, `SELECT * FROM ${table}`))).not.toContain('不雅的名字')
  }
})

test('forged notice: without WeChat’s signature nobody is forgotten', async () => {
  const { person, id, alive } = await everywhere()
  await world.wechat.putApp('mp', { push: { mode: 'plain' } })
  await world.wechat.event('mp', person, 'user_authorization_cancellation')
  await world.wechat.putApp('mp', { push: { mode: 'secure' } })
  expect(await alive()).toEqual([true, true, true])
  expect(await doors(id)).toBe(3)
})

test('WeChat’s check of the address is answered with its own text', async () => {
  expect(await world.wechat.checkPushAddress('mp')).toMatchObject({ ok: true })
  const app = (await world.wechat.apps()).find(({ key }) => key === 'mp') ?? expect.fail('mp')
  const { address } = signedPush(app, {})
  const answer = await callAsProgram(world, `${address}&echostr=%3Cb%3E1`)
  expect(answer).toMatchObject({ status: 200, text: '<b>1' })
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await callAsProgram(world, `${address}&echostr=1&nonce=2`)).toMatchObject({ code: 'bad_request' })
  const other = `${address.replace(/nonce=[^&]*/, 'nonce=2')}&echostr=1`
  expect(await callAsProgram(world, other)).toMatchObject({ code: 'push_refused' })
  const forged = '/wechat/notify/mp?signature=x&timestamp=1&nonce=2&echostr=3'
  expect(await callAsProgram(world, forged)).toMatchObject({ status: 403, code: 'push_refused' })
  expect(await callAsProgram(world, '/wechat/notify/nobody?echostr=3')).toMatchObject({ code: 'app_unknown' })
})
