import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import jsQR from 'jsqr'
import { describe, expect, test } from 'vitest'
import { sdkSignature } from '#server/simulator/wire/sdk-signature.js'
import { ALICE, poll, reply, scan } from './scan.js'
import { sdkLink, sdkTicket, sdkUuid } from './server-api.js'
import { pageData, startSimulator, type TestSimulator } from './world.js'

/** The decoder that comes with qrcode. */
const { PNG }: { PNG: { sync: { read(png: Buffer): { data: Buffer; width: number; height: number } } } } =
  createRequire(createRequire(import.meta.url).resolve('qrcode'))('pngjs')

const MINUTE = 60_000
const POLL = '/connect/l/qrconnect'
const ask = async (sim: TestSimulator, link: string) => (await sim.get(link)).json()

describe('the signature of the SDK', () => {
  test.each([
    [
      'the published one',
      {
        appid: 'appid',
        noncestr: 'noncestr',
        ticket: '-p3A5zVP95IuafPhzA6lRR95_F9nZEBfJ_n4E9t8ZFWKJTDPOwccVQhHCwDBmvLkayF_jh-m9HOExhumOziDWA',
        timestamp: '1417508194',
      },
      '429eaaa13fd71efbc3fd344d0a9a9126835e7303',
    ],
    [
      'one of our own',
      {
        appid: 'wx0123456789abcdef',
        noncestr: 'NONCE1234567890',
        ticket: 'TICKET_example_value',
        timestamp: '1760000000',
      },
      'd23a59ea1904568bca354ba38f6abec934438608',
    ],
  ])('%s', (_, given, signature) => {
    expect(sdkSignature(given)).toBe(signature)
  })

  test('is over the values as they are, not as they stand in an address', () => {
    const raw = createHash('sha1').update('appid=a&noncestr=n n&sdk_ticket=t+/=&timestamp=1').digest('hex')
    expect(sdkSignature({ appid: 'a', noncestr: 'n n', ticket: 't+/=', timestamp: '1' })).toBe(raw)
  })
})

describe('the ticket of the SDK', () => {
  test('is the same for two hours less five minutes, and the old one signs until its end', async () => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const first = await sdkTicket(sim)
    expect(first).toEqual({
      errcode: 0,
      errmsg: 'ok',
      ticket: expect.stringMatching(/^[\w-]{86}$/),
      expires_in: 7200,
    })
    await sim.advance(115 * MINUTE - 1)
    expect(await sdkTicket(sim)).toMatchObject({ ticket: first.ticket, expires_in: 300 })
    await sim.advance(1)
    const second = await sdkTicket(sim)
    expect(second.ticket).not.toBe(first.ticket)
    for (const { ticket } of [first, second]) {
      expect(await ask(sim, await sdkLink(sim, { ticket }))).toMatchObject({ errcode: 0 })
    }
    await sim.advance(5 * MINUTE)
    expect(await ask(sim, await sdkLink(sim, { ticket: first.ticket }))).toMatchObject({ errcode: -40001 })
    expect(await ask(sim, await sdkLink(sim, { ticket: second.ticket }))).toMatchObject({ errcode: 0 })
  })

  test('that is asked for in the last minutes of another does not end it', async () => {
    const sim = await startSimulator({ clock: () => 1_760_000_000_000 })
    const { ticket } = await sdkTicket(sim)
    await sim.advance(119 * MINUTE)
    expect(await ask(sim, await sdkLink(sim, { ticket }))).toMatchObject({ errcode: 0 })
    expect(await ask(sim, await sdkLink(sim, { ticket }))).toMatchObject({ errcode: 0 })
  })

  test.each(['jsapi', '1', ''])('type %j gives one that makes bad signatures', async (type) => {
    const sim = await startSimulator()
    await sdkTicket(sim)
    const { errcode, ticket } = await sdkTicket(sim, { type })
    expect(errcode).toBe(0)
    expect(await ask(sim, await sdkLink(sim, { ticket }))).toMatchObject({ errcode: -40001 })
  })

  test.each(['pc', 'mp', 'mini'])('is not for %s', async (key) => {
    const sim = await startSimulator()
    expect(await sdkTicket(sim, { key })).toMatchObject({ errcode: 48001 })
    expect(await sdkTicket(sim, { key, type: 'jsapi' })).toMatchObject({ errcode: 0 })
  })

  test('is each app’s own', async () => {
    const sim = await startSimulator()
    await sim.ordered('apps', { key: 'app2', kind: 'mobile' })
    const { ticket } = await sdkTicket(sim, { key: 'app2' })
    await sdkTicket(sim)
    expect(await ask(sim, await sdkLink(sim, { ticket }))).toMatchObject({ errcode: -40001 })
  })
})

describe('a request for a code', () => {
  test('is answered with a uuid, the app’s name and the picture of what a phone opens', async () => {
    const sim = await startSimulator({ advertisedUrl: 'http://10.0.0.7:3001/' })
    const answer = await sim.get(await sdkLink(sim, {}, { f: 'json' }))
    expect(answer.headers.get('content-type')).toContain('application/json')
    const { qrcode, ...rest } = await answer.json()
    expect(rest).toEqual({ errcode: 0, uuid: expect.stringMatching(/^[\w-]{16}$/), appname: '扫码演示 App' })
    const bytes = Buffer.from(qrcode.qrcodebase64, 'base64')
    expect(qrcode.qrcodelength).toBe(bytes.length)
    const { data, width, height } = PNG.sync.read(bytes)
    const decoded = jsQR(new Uint8ClampedArray(data), width, height)
    expect(decoded?.data).toBe(`http://10.0.0.7:3001/connect/confirm?uuid=${rest.uuid}`)
  })

  test.each(['1760000000', '1760000000123'])('takes the time %s, whatever the clock says', async (timestamp) => {
    const sim = await startSimulator()
    expect(await ask(sim, await sdkLink(sim, { timestamp }))).toMatchObject({ errcode: 0 })
  })

  test.each<[string, Record<string, string | undefined>, number]>([
    ['no appid', { appid: undefined }, 41002],
    ['an appid that nobody has', { appid: 'wx0000000000000000' }, 40013],
    ['no noncestr', { noncestr: undefined }, 40035],
    ['no timestamp', { timestamp: undefined }, 40035],
    ['a timestamp in words', { timestamp: 'yesterday' }, 40035],
    ['no signature', { signature: undefined }, 40035],
    ['no scope', { scope: undefined }, 40035],
    ['a signature of something else', { noncestr: 'other' }, -40001],
    ['a signature in capitals', { signature: 'F'.repeat(40) }, -40001],
    ['a scope that the app lacks', { scope: 'snsapi_login' }, 48001],
    ['one scope of two', { scope: 'snsapi_userinfo,snsapi_base' }, 48001],
  ])('with %s is refused', async (_, changes, errcode) => {
    const sim = await startSimulator()
    const answer = await sim.get(await sdkLink(sim, {}, changes))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ errcode, errmsg: expect.stringMatching(/./) })
  })

  test('before anybody has asked for a ticket cannot be signed', async () => {
    const sim = await startSimulator()
    expect(await ask(sim, await sdkLink(sim, { ticket: 'guessed' }))).toMatchObject({ errcode: -40001 })
  })
})

describe('a code of the SDK', () => {
  test('goes from nothing over scanned to confirmed, and its code is the mobile app’s', async () => {
    const sim = await startSimulator({ pollHoldMs: 20 })
    const uuid = await sdkUuid(sim)
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 408, wx_code: '' })
    const page = await pageData(await scan(sim, uuid, 'alice'))
    expect(page).toMatchObject({
      page: 'consent',
      kind: 'login',
      appName: '扫码演示 App',
      scope: 'snsapi_userinfo',
      fields: { uuid, snsapi_userinfo: 'on' },
    })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 404, wx_code: '' })
    expect(await poll(sim, uuid, '404')).toEqual({ wx_errcode: 408, wx_code: '' })
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'allowed' })
    const { wx_errcode, wx_code } = await poll(sim, uuid, '404')
    expect(wx_errcode).toBe(405)

    expect((await sim.exchange('pc', wx_code)).errcode).toBe(40029)
    const { openids, unionids } = await sim.person('alice')
    const grant = await sim.exchange('app', wx_code)
    expect(grant).toMatchObject({ openid: openids.app, unionid: unionids.app, scope: 'snsapi_userinfo' })
    expect(await sim.sns('userinfo', { access_token: grant.access_token, openid: grant.openid })).toHaveProperty(
      'nickname',
    )
  })

  test('that is refused may be scanned again, by somebody else', async () => {
    const sim = await startSimulator()
    const uuid = await sdkUuid(sim)
    await scan(sim, uuid, 'alice')
    expect(await reply(sim, uuid, { person: 'alice', allow: 'deny' })).toEqual({ result: 'denied' })
    expect(await poll(sim, uuid, '404')).toEqual({ wx_errcode: 403, wx_code: '' })
    await scan(sim, uuid, 'bob')
    expect(await poll(sim, uuid, '403')).toEqual({ wx_errcode: 404, wx_code: '' })
  })

  test('lives five minutes', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const uuid = await sdkUuid(sim)
    await sim.advance(5 * MINUTE)
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 402, wx_code: '' })
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'expired' })
  })
})

describe('a poll can be made to say', () => {
  test('confirmed, without a code', async () => {
    const sim = await startSimulator()
    const uuid = await sdkUuid(sim)
    await sim.fault({ path: POLL, kind: 'pollStatus', status: 405 })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 405, wx_code: '' })
  })

  test('scanned, and then nothing for as long as a poll is held', async () => {
    const sim = await startSimulator({ pollHoldMs: 20 })
    const uuid = await sdkUuid(sim)
    await sim.fault({ path: POLL, kind: 'pollStatus', status: 404 })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 404, wx_code: '' })
    expect(await poll(sim, uuid, '404')).toEqual({ wx_errcode: 408, wx_code: '' })
  })

  test.each([402, 403, 500, 999])('%i, and the truth afterwards', async (status) => {
    const sim = await startSimulator()
    const uuid = await sdkUuid(sim)
    await sim.fault({ path: POLL, kind: 'pollStatus', status })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: status, wx_code: '' })
    await scan(sim, uuid, 'alice')
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 404, wx_code: '' })
  })

  test('nothing at all', async () => {
    const sim = await startSimulator({ pollHoldMs: 5 })
    const uuid = await sdkUuid(sim)
    await sim.fault({ path: POLL, kind: 'hang' })
    const signal = AbortSignal.timeout(60)
    await expect(fetch(`${sim.url}${POLL}?f=json&uuid=${uuid}`, { signal })).rejects.toThrow(/timeout/)
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 408, wx_code: '' })
  })
})
