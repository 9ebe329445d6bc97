// The traps that other systems fell into, one test each: what happened to them cannot happen here.
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

interface Call {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}
const calls = async (): Promise<readonly Call[]> => (await (await fetch(`${world.wechat.url}/sim/calls`)).json()).calls
const app = async (door: 'mobile' | 'mini-program', key: string, person: string): Promise<AppLoggedIn> => {
  const body = JSON.stringify({ app: key, code: await world.wechat.code(key, person) })
  const headers = { 'content-type': 'application/json' }
  return (
    await createBrowser(world).request(`${world.connectTo}/api/login/${door}`, { method: 'POST', body, headers })
  ).json()
}
const active = async () => (await rows(world.file, "SELECT id FROM accounts WHERE status = 'active'")).length
const statusOf = (person: string) => world.confirmed('website', person).then(({ id, pc }) => pc.ticket(id))

describe('identity', () => {
  test('trap 1, the openid that got lost on the way: the profile is asked for with it', async () => {
    const person = await world.wechat.newPerson()
    await world.signedIn('website', person)
    const asked = (await calls()).findLast(({ path }) => path === '/sns/userinfo')
    const [stored] = await rows(
      world.file,
      'SELECT openid FROM identities ORDER BY created_at DESC, rowid DESC LIMIT 1',
    )
    expect(asked?.query.openid).toBe(stored?.openid)
  })

  test('trap 2, an openid stored where a unionid belongs: no column ever holds the other', async () => {
    const openids = new Set((await rows(world.file, 'SELECT openid FROM identities')).map(({ openid }) => openid))
    const unionids = await rows(world.file, 'SELECT unionid FROM unionids')
    expect(unionids.length).toBeGreaterThan(0)
    for (const { unionid } of unionids) expect(openids.has(unionid)).toBe(false)
  })

  test('trap 4, a second account for who comes by the mini program first and the web later, or the other way', async () => {
    const first = await world.wechat.newPerson()
    const byMini = await app('mini-program', 'mini', first)
    expect((await world.signedIn('website', first)).redeemed.account.id).toBe(byMini.account.id)
    const second = await world.wechat.newPerson()
    const byWeb = await world.signedIn('website', second)
    expect((await app('mini-program', 'mini', second)).account.id).toBe(byWeb.redeemed.account.id)
  })

  test('trap 5, an account taken by a nickname: a name, an id and an address that are somebody’s join nobody', async () => {
    const owner = await world.signedIn('website', await world.wechat.newPerson({ nickname: '站长' }))
    const { id } = owner.redeemed.account
    for (const nickname of ['站长', id, 'admin@example.com']) {
      const thief = await world.signedIn('website', await world.wechat.newPerson({ nickname }))
      expect(thief.redeemed.account.id).not.toBe(id)
    }
  })

  test('trap 14, “undefined” for a unionid that did not come: such people are as many accounts as they are', async () => {
    const [one, other] = [
      await world.signedIn('website', await world.wechat.newPerson({ noUnionid: true })),
      await world.signedIn('website', await world.wechat.newPerson({ noUnionid: true })),
    ]
    expect(one.redeemed.account.id).not.toBe(other.redeemed.account.id)
    expect(await rows(world.file, "SELECT * FROM unionids WHERE unionid IN ('undefined', 'null', '')")).toEqual([])
    expect(await rows(world.file, "SELECT * FROM identities WHERE openid IN ('undefined', 'null', '')")).toEqual([])
  })

  test('trap 18, no way in without a unionid: there is one', async () => {
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson({ noUnionid: true }))
    expect(redeemed.account.id).toMatch(/^acc_/)
  })

  test('trap 19, an account id made of the unionid or the openid: it stays when the unionid appears', async () => {
    const person = await world.wechat.newPerson({ noUnionid: true })
    const before = await world.signedIn('website', person)
    await world.wechat.putPerson(person, { noUnionid: false })
    const after = await world.signedIn('website', person)
    expect(after.redeemed.account.id).toBe(before.redeemed.account.id)
    const [identity] = await rows(
      world.file,
      `SELECT openid, unionid FROM identities WHERE account_id = '${after.redeemed.account.id}'`,
    )
    expect(after.redeemed.account.id).not.toContain(String(identity?.unionid))
    expect(after.redeemed.account.id).not.toContain(String(identity?.openid))
  })

  test('trap 17, names decoded by a guessed charset: an emoji name arrives as it is', async () => {
    const { redeemed } = await world.signedIn('website', 'emoji')
    expect(redeemed.account.nickname).toContain('👨‍👩‍👧‍👦')
  })
})

describe('who may come in', () => {
  test('traps 6 and 20, a state that is a constant or lives on: one browser, one use', async () => {
    const pc = world.pc()
    const begun = await pc.begin('website')
    const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    const stranger = world.pc()
    await stranger.begin('website')
    expect(await stranger.arrive(scan)).toMatchObject({ status: 400, code: 'state_invalid' })
    expect(await pc.arrive(scan)).toMatchObject({ status: 303 })
    const upstream = await world.wechat.upstream()
    const replay = { ...scan, callback: scan.callback.replace(scan.code, await world.wechat.code('pc', 'bob')) }
    expect(await pc.arrive(replay)).toMatchObject({ status: 303 })
    expect(await world.wechat.upstream()).toBe(upstream)
  })

  test('traps 7 and 13, a result for whoever polls with the id: an id of one’s own choice or another’s opens nothing', async () => {
    const { id, pc } = await world.confirmed('relay', await world.wechat.newPerson())
    const poller = world.pc()
    await poller.begin('relay')
    for (const chosen of [id, 'my-own-id', `tkt_${'A'.repeat(60)}`]) {
      expect(await poller.read(chosen)).toMatchObject({ status: 404, code: 'ticket_unknown' })
      expect(await poller.redeem(chosen)).toMatchObject({ status: 404, code: 'ticket_unknown' })
    }
    const begun = await poller.browser.post('/api/tickets', { method: 'relay', id: 'my-own-id', ticket: 'my-own-id' })
    expect(begun.text).not.toContain('my-own-id')
    await pc.signIn(id)
  })

  test('trap 8, an openid in the address taken as proof: no call believes one', async () => {
    const person = await world.wechat.newPerson()
    const { redeemed } = await world.signedIn('website', person)
    const [{ openid } = {}] = await rows(
      world.file,
      `SELECT openid FROM identities WHERE account_id = '${redeemed.account.id}'`,
    )
    const phone = world.phone(await world.wechat.newPerson())
    const thief = `openid=${openid}&unionid=${openid}&code=`
    for (const path of ['/wechat/callback/mp', '/wechat/callback/pc', '/wechat/login/mp', '/login', '/api/session']) {
      const answer = await phone.visit(`${path}?${thief}`)
      expect(answer.cookies.join()).not.toContain('saoma-session')
    }
    expect(await createBrowser(world).post('/api/login/mobile', { app: 'app', openid, code: 'x' })).not.toMatchObject({
      status: 200,
    })
  })

  test('trap 8, pushes without a signature, or with a default token, are believed by nobody', async () => {
    const body =
      '<xml><ToUserName>x</ToUserName><FromUserName>y</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>SCAN</Event><EventKey>z</EventKey></xml>'
    for (const query of [
      '',
      '?signature=&timestamp=&nonce=',
      '?signature=da39a3ee5e6b4b0d3255bfef95601890afd80709&timestamp=1&nonce=1',
    ]) {
      const answer = await createBrowser(world).request(`${world.connectTo}/wechat/notify/mp${query}`, {
        method: 'POST',
        body,
      })
      expect(answer).toMatchObject({ status: 403, code: 'push_refused' })
    }
  })

  test('trap 11, callbacks built from what the request says its host is: they follow PUBLIC_URL alone', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
    const pc = world.pc()
    const begun = await pc.browser.post('/api/tickets', { method: 'website' }, { headers })
    expect(begun.text).not.toContain('evil.example')
    const inside = await world.phone('alice').browser.get('/wechat/login/mp', { headers })
    expect(inside.location).toContain(encodeURIComponent(world.publicUrl))
    expect(inside.location).not.toContain('evil.example')
  })

  test('trap 12, a state with an alias or a colon in it: only our own, whole, is one', async () => {
    const pc = world.pc()
    const begun = await pc.begin('website')
    const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    for (const state of [
      `mp:${scan.state}`,
      `${scan.state}:x`,
      `alias:${scan.state}`,
      `${scan.state}#wechat_redirect`,
    ]) {
      const callback = `/wechat/callback/pc?code=${scan.code}&state=${encodeURIComponent(state)}`
      expect((await pc.browser.get(callback)).cookies.join()).not.toContain('session')
      const posted = await pc.browser.post('/wechat/callback/pc', { code: scan.code, state })
      expect(posted).toMatchObject({ status: 400, code: 'state_invalid' })
    }
  })

  test('trap 15, any address with a code starts an exchange: without our state none does', async () => {
    const upstream = await world.wechat.upstream()
    const code = await world.wechat.code('mp', 'bob')
    for (const state of ['', '&state=STATE', '&state=123', `&state=${'0'.repeat(108)}`, `&state=${'03'.repeat(54)}`]) {
      await world.phone('bob').visit(`/wechat/callback/mp?code=${code}${state}`)
      await world.phone('bob').browser.post('/wechat/callback/mp', { code, state: state.slice(7) })
    }
    expect(await world.wechat.upstream()).toBe(upstream)
  })

  test('trap 24, being in WeChat when the link is opened counts as a yes: nobody is in before the number is typed', async () => {
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    const phone = world.phone(await world.wechat.newPerson())
    await phone.scan(ticket.id)
    expect((await pc.ticket(ticket.id)).ticket.status).toBe('scanned')
    expect(await pc.redeem(ticket.id)).toMatchObject({ code: 'ticket_not_confirmed' })
    expect(await phone.confirm(ticket.id, null)).toMatchObject({ status: 422, code: 'match_number_wrong' })
  })
})

describe('what is said and kept', () => {
  test('trap 9, secrets in the log and trust in the user agent', async () => {
    await world.signedIn('website', await world.wechat.newPerson())
    await app('mini-program', 'mini', await world.wechat.newPerson())
    for (const { secret } of await world.wechat.apps()) expect(world.log.join('')).not.toContain(secret)
    expect(world.log.join('')).not.toMatch(/access_token|session_key|[?&]code=/)
    const claims = world.phone(await world.wechat.newPerson(), 'Mozilla/5.0 WindowsWechat MicroMessenger/8 FROM_PC')
    expect(await claims.browser.get('/api/session')).toMatchObject({ code: 'signed_out' })
  })

  test('trap 13, an answer before the work is done: the phone’s callback says what came of it', async () => {
    const pc = world.pc()
    const begun = await pc.begin('website')
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 40029, times: 1 })
    const { posted } = await pc.arriveInFrame(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
    expect(posted.json()).toMatchObject({ status: 'failed' })
  })

  test.each([
    [40029, 'code_rejected'],
    [40163, 'code_rejected'],
    [50002, 'refused_by_wechat'],
    [45009, 'platform_busy'],
    [40125, 'misconfigured'],
  ])('trap 16, every error called “cancelled by the user”: WeChat’s %i is %s', async (errcode, reason) => {
    const before = await active()
    const pc = world.pc()
    const begun = await pc.begin('website')
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode, times: 1 })
    await pc.arriveInFrame(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
    expect((await pc.ticket(begun.ticket.id)).ticket).toMatchObject({ status: 'failed', reason })
    expect(await active()).toBe(before)
  })

  test('trap 21, a parameter under another name: the simulator refuses what WeChat would', async () => {
    const [pc] = await world.wechat.apps()
    const query = new URLSearchParams({
      appid: pc?.appid ?? '',
      consumer_secret_ref: pc?.secret ?? '',
      code: 'x',
      grant_type: 'authorization_code',
    })
    const answer = await fetch(`${world.wechat.url}/sns/oauth2/access_token?${query}`)
    expect(await answer.json()).toMatchObject({ errcode: 41004 })
    expect((await statusOf(await world.wechat.newPerson())).ticket.status).toBe('confirmed')
  })

  test('trap 23, a code that the phone showing it cannot scan: inside WeChat there is none', async () => {
    const answer = await world.phone('alice').visit('/login')
    expect(answer).toMatchObject({ status: 303, location: `${world.publicUrl}/wechat/login/mp` })
  })
})
