import QRCode from 'qrcode'
import { describe, expect, test } from 'vitest'
import { order, sceneCode, serverToken } from './scene.js'
import { startSimulator, type TestSimulator } from './world.js'

const STRING = { action_name: 'QR_STR_SCENE', action_info: { scene: { scene_str: 'login_1' } } }
const NUMBER = { action_name: 'QR_SCENE', action_info: { scene: { scene_id: 7 } } }
const idOf = (url: string) => new URL(url).pathname

/** What somebody who has scanned this code's text is pushed as, by the EventKey of the plain push. */
async function scanned(sim: TestSimulator, url: string, person = 'alice') {
  return (await sim.get(idOf(url), { 'x-sim-person': person })).json()
}

describe('ordering a code', () => {
  test('answers a ticket, a life and a text of the simulator, as WeChat writes JSON', async () => {
    const sim = await startSimulator({ advertisedUrl: 'http://127.0.0.1:3001' })
    const answer = await order(sim, { ...STRING, expire_seconds: 300 })
    expect(answer.headers.get('content-type')).toBe('application/json; encoding=utf-8')
    const text = await answer.text()
    expect(text).toContain('http:\\/\\/127.0.0.1:3001\\/q\\/')
    expect(JSON.parse(text)).toEqual({
      ticket: expect.stringMatching(/^gQ[\w+/]+=*$/),
      expire_seconds: 300,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3001\/q\/02[\w-]{22}$/),
    })
  })

  test('gives 60 seconds to who asks for none, and every order another code', async () => {
    const sim = await startSimulator()
    const [first, second] = [await (await order(sim, NUMBER)).json(), await (await order(sim, NUMBER)).json()]
    expect(first.expire_seconds).toBe(60)
    expect(first.url).not.toBe(second.url)
    await sim.advance(59_000)
    expect(await scanned(sim, first.url)).toMatchObject({ event: 'subscribe' })
    await sim.advance(1_000)
    expect(await scanned(sim, first.url)).toEqual({ error: 'this code has expired, or never was' })
  })

  test.each([
    ['QR_LIMIT_SCENE', { scene_id: 100_000 }],
    ['QR_LIMIT_STR_SCENE', { scene_str: 'shop' }],
  ])('%s lives for ever, and is the same when it is ordered again', async (action_name, scene) => {
    const sim = await startSimulator()
    const lasting = { action_name, action_info: { scene } }
    const code = await (await order(sim, lasting)).json()
    expect(code).not.toHaveProperty('expire_seconds')
    await sim.advance(400 * 24 * 3_600_000)
    expect(await (await order(sim, lasting)).json()).toEqual(code)
    expect(await scanned(sim, code.url)).toMatchObject({ event: 'subscribe' })
  })

  test('without the wrapper around the scene, silently gives a code with the scene 0', async () => {
    const sim = await startSimulator()
    const answer = await order(sim, { action_name: 'QR_STR_SCENE', action_info: { scene_str: 'login_1' } })
    const { url, expire_seconds } = await answer.json()
    expect(expire_seconds).toBe(60)
    await scanned(sim, url)
    const token = await serverToken(sim)
    const { openids } = await sim.person('alice')
    const info = await (await sim.get(`/cgi-bin/user/info?access_token=${token}&openid=${openids.mp}`)).json()
    expect(info).toMatchObject({ subscribe_scene: 'ADD_SCENE_QR_CODE', qr_scene: 0, qr_scene_str: '' })
  })

  test.each<[string, unknown, number]>([
    ['nothing', '', 44002],
    ['a form', 'action_name=QR_SCENE', 47001],
    ['no action', {}, 40052],
    ['another action', { ...NUMBER, action_name: 'QR_OTHER' }, 40052],
    ['no scene at all', { action_name: 'QR_SCENE' }, 40053],
    ['a number for a string', { ...STRING, action_info: { scene: { scene_str: 7 } } }, 40053],
    ['the other field', { ...STRING, action_info: NUMBER.action_info }, 40053],
    ['an empty string', { ...STRING, action_info: { scene: { scene_str: '' } } }, 40053],
    ['65 characters', { ...STRING, action_info: { scene: { scene_str: 's'.repeat(65) } } }, 40053],
    ['zero', { ...NUMBER, action_info: { scene: { scene_id: 0 } } }, 40053],
    ['33 bits', { ...NUMBER, action_info: { scene: { scene_id: 2 ** 32 } } }, 40053],
    ['a lasting 100001', { action_name: 'QR_LIMIT_SCENE', action_info: { scene: { scene_id: 100_001 } } }, 40053],
    ['31 days', { ...STRING, expire_seconds: 2_678_400 }, 40053],
  ])('with %s is refused', async (_, body, errcode) => {
    const sim = await startSimulator()
    expect(await (await order(sim, body)).json()).toMatchObject({ errcode })
  })

  test('is for official accounts with a good token, by POST', async () => {
    const sim = await startSimulator()
    expect(await (await order(sim, STRING, await serverToken(sim, 'pc'))).json()).toMatchObject({ errcode: 48001 })
    expect(await (await order(sim, STRING, 'x'.repeat(140))).json()).toMatchObject({ errcode: 40001 })
    expect(await (await sim.get('/cgi-bin/qrcode/create')).json()).toMatchObject({ errcode: 43002 })
  })

  test('can be refused by a fault', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/cgi-bin/qrcode/create', kind: 'errcode', errcode: 45009 })
    expect(await (await order(sim, STRING)).json()).toMatchObject({ errcode: 45009 })
    expect(await (await order(sim, STRING)).json()).toHaveProperty('ticket')
  })
})

describe('the picture of a code', () => {
  test('is the one of its text, for whoever encodes the ticket', async () => {
    const sim = await startSimulator()
    const { ticket, url } = await sceneCode(sim, 'login_1')
    const picture = await sim.get(`/cgi-bin/showqrcode?ticket=${encodeURIComponent(ticket)}`)
    expect(picture.headers.get('content-type')).toBe('image/png')
    const wanted = await QRCode.toBuffer(url, { width: 430 })
    expect(Buffer.from(await picture.arrayBuffer()).equals(wanted)).toBe(true)
    expect((await sim.get(`/cgi-bin/showqrcode?ticket=${ticket}`)).status).toBe(404)
    expect((await sim.get('/cgi-bin/showqrcode?ticket=gQmadeup')).status).toBe(404)
  })
})

describe('what is known of a follower', () => {
  async function asking(sim: TestSimulator, key = 'mp') {
    const token = await serverToken(sim, key)
    return async (openid: string | undefined) =>
      (
        await sim.get(`/cgi-bin/user/info?access_token=${token}${openid === undefined ? '' : `&openid=${openid}`}`)
      ).json()
  }

  test('is nothing before they follow, then who and since which code, and never a name', async () => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const info = await asking(sim)
    const { openids, unionids } = await sim.person('alice')
    expect(await info(openids.mp)).toEqual({ subscribe: 0, openid: openids.mp })
    await scanned(sim, (await sceneCode(sim, 'login_1')).url)
    expect(await info(openids.mp)).toEqual({
      subscribe: 1,
      openid: openids.mp,
      language: 'zh_CN',
      subscribe_time: 1_760_000_000,
      unionid: unionids.mp,
      remark: '',
      groupid: 0,
      tagid_list: [],
      subscribe_scene: 'ADD_SCENE_QR_CODE',
      qr_scene: 0,
      qr_scene_str: 'login_1',
    })
    await sim.ordered('events', { app: 'mp', person: 'alice', event: 'unsubscribe' })
    expect(await info(openids.mp)).toEqual({ subscribe: 0, openid: openids.mp })
  })

  test('names another source without a code, and no unionid where there is none', async () => {
    const sim = await startSimulator()
    const info = await asking(sim)
    const { openids } = await sim.person('solo')
    await sim.ordered('events', { app: 'mp', person: 'solo', event: 'subscribe' })
    const answer = await info(openids.mp)
    expect(answer).toMatchObject({ subscribe: 1, subscribe_scene: 'ADD_SCENE_SEARCH', qr_scene_str: '' })
    expect(answer).not.toHaveProperty('unionid')
    await sim.ordered('apps', { key: 'mp', openPlatform: null })
    const alice = await sim.person('alice')
    await sim.ordered('events', { app: 'mp', person: 'alice', event: 'subscribe' })
    expect(await info(alice.openids.mp)).not.toHaveProperty('unionid')
  })

  test('is told of this account’s openids only', async () => {
    const sim = await startSimulator()
    const info = await asking(sim)
    const { openids } = await sim.person('alice')
    expect(await info(openids.mp2)).toMatchObject({ errcode: 40003 })
    expect(await info(undefined)).toMatchObject({ errcode: 41009 })
    expect(await (await asking(sim, 'pc'))(openids.pc)).toMatchObject({ errcode: 48001 })
  })

  test('may be somebody else by a fault', async () => {
    const sim = await startSimulator()
    const info = await asking(sim)
    const { openids, unionids } = await sim.person('alice')
    await sim.ordered('events', { app: 'mp', person: 'alice', event: 'subscribe' })
    for (const kind of ['otherOpenid', 'otherUnionid', 'noUnionid']) {
      await sim.fault({ path: '/cgi-bin/user/info', kind })
      const { openid, unionid } = await info(openids.mp)
      expect([openid === openids.mp, unionid === unionids.mp]).toEqual([kind !== 'otherOpenid', kind === 'otherOpenid'])
    }
  })
})
