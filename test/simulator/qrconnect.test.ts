import { createRequire } from 'node:module'
import jsQR from 'jsqr'
import { describe, expect, test } from 'vitest'
import { ALICE, CALLBACK, link, newUuid, poll, reply, scan } from './scan.js'
import { pageData, startSimulator } from './world.js'

/** The decoder that comes with qrcode. */
const { PNG }: { PNG: { sync: { read(png: Buffer): { data: Buffer; width: number; height: number } } } } =
  createRequire(createRequire(import.meta.url).resolve('qrcode'))('pngjs')

describe("WeChat's PC page", () => {
  test('is given everything it needs, and says it is a simulator', async () => {
    const sim = await startSimulator()
    const path = await link(sim, { login_type: 'jssdk', self_redirect: 'true', style: 'white', lang: 'en' })
    const answer = await sim.get(path)
    expect(answer.headers.get('x-simulator')).toBe('saoma')
    expect(answer.headers.get('x-frame-options')).toBeNull()
    const html = await answer.clone().text()
    expect(html).toContain('simulator')
    const data = await pageData(answer)
    expect(html).toContain(`src="/connect/qrcode/${data.uuid}"`)
    expect(data).toEqual({
      page: 'qrconnect',
      refusal: 'none',
      appName: '扫码演示网站',
      uuid: expect.stringMatching(/^[\w-]{16}$/),
      redirectUri: CALLBACK,
      state: 's1',
      jssdk: true,
      selfRedirect: 'true',
      language: 'en',
      style: 'white',
      pollUrl: `${sim.url}/connect/l/qrconnect`,
      renewUrl: `${path}&f=xml`,
    })
  })

  test('response_type may be left out, and self_redirect counts only with jssdk', async () => {
    const sim = await startSimulator()
    const data = await pageData(await sim.get(await link(sim, { response_type: undefined, self_redirect: 'true' })))
    expect(data).toMatchObject({ page: 'qrconnect', jssdk: false, selfRedirect: 'default', language: 'zh' })
  })

  test('f=xml gives a new uuid without the page', async () => {
    const sim = await startSimulator()
    const answer = await sim.get(`${await link(sim)}&f=xml&_=1`)
    expect(answer.headers.get('content-type')).toContain('text/xml')
    const [, uuid = ''] = /<uuid>([\w-]{16})<\/uuid>/.exec(await answer.text()) ?? []
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'allowed' })
  })

  test('the image encodes the address that a phone opens', async () => {
    const sim = await startSimulator({ advertisedUrl: 'http://10.0.0.7:3001/' })
    const uuid = await newUuid(sim)
    const answer = await sim.get(`/connect/qrcode/${uuid}`)
    expect(answer.headers.get('content-type')).toBe('image/png')
    const { data, width, height } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()))
    const decoded = jsQR(new Uint8ClampedArray(data), width, height)
    expect(decoded?.data).toBe(`http://10.0.0.7:3001/connect/confirm?uuid=${uuid}`)
    expect((await sim.get('/connect/qrcode/AAAAAAAAAAAAAAAA')).status).toBe(404)
  })

  test.each<[string, Record<string, string | undefined>, string]>([
    ['without appid', { appid: undefined }, '10012'],
    ['with an unknown appid', { appid: 'wx0000000000000000' }, '10012'],
    ['without redirect_uri', { redirect_uri: undefined }, '10011'],
    ['to a foreign host', { redirect_uri: 'https://evil.example/' }, '10003'],
    ['without scope', { scope: undefined }, '10010'],
    ['with the scope of official accounts', { scope: 'snsapi_userinfo' }, '10005'],
    ['with a scope nobody granted', { scope: 'snsapi_login,snsapi_everything' }, '10005'],
    ['with response_type=token', { response_type: 'token' }, 'response_type'],
  ])('%s is an error page, never a redirect', async (_, changes, code) => {
    const sim = await startSimulator()
    const answer = await sim.get(await link(sim, changes))
    expect(answer.status).toBe(200)
    expect(await pageData(answer)).toMatchObject({ page: 'error', code })
  })

  test.each(['mp', 'app', 'mini'])('%s is no website: 10016', async (key) => {
    const sim = await startSimulator()
    const { appid } = await sim.app(key)
    expect(await pageData(await sim.get(await link(sim, { appid })))).toMatchObject({ page: 'error', code: '10016' })
  })

  test('data cannot break out of the page', async () => {
    const sim = await startSimulator()
    const state = '</script><script>alert(1)</script>$&'
    const answer = await sim.get(await link(sim, { state }))
    expect(await answer.clone().text()).not.toContain('<script>alert')
    expect((await pageData(answer)).state).toBe(state)
  })

  test('wxLogin.js builds an address that the page accepts', async () => {
    const sim = await startSimulator()
    const { appid } = await sim.app('pc')
    const script = await (await sim.get('/connect/zh_CN/htmledition/js/wxLogin.js')).text()
    const frame: Record<string, string> & { setAttribute(): void } = { setAttribute: () => {} } as never
    const box = { textContent: 'before', appendChild: () => {} }
    const window: { WxLogin?: new (options: object) => unknown } = {}
    const document = { createElement: () => frame, getElementById: () => box }
    new Function('window', 'document', script)(window, document)
    if (!window.WxLogin) throw new Error('no WxLogin')
    new window.WxLogin({
      id: 'box',
      appid,
      scope: 'snsapi_login',
      redirect_uri: encodeURIComponent(CALLBACK),
      state: 'xyz',
      self_redirect: true,
      style: 'white',
    })
    expect(box.textContent).toBe('')
    const data = await pageData(await fetch(String(frame.src)))
    expect(data).toMatchObject({
      jssdk: true,
      selfRedirect: 'true',
      style: 'white',
      redirectUri: CALLBACK,
      state: 'xyz',
    })
  })
})

describe('the long poll', () => {
  test('says 408 when nothing happens for as long as it is held', async () => {
    const sim = await startSimulator({ pollHoldMs: 30 })
    expect(await poll(sim, await newUuid(sim))).toEqual({ wx_errcode: 408, wx_code: '' })
  })

  test('says 404 as soon as a person opens the code, and is held when the page knows that', async () => {
    const sim = await startSimulator({ pollHoldMs: 1000 })
    const uuid = await newUuid(sim)
    const held = poll(sim, uuid)
    expect(await pageData(await scan(sim, uuid, 'alice'))).toMatchObject({
      page: 'consent',
      kind: 'login',
      scope: 'snsapi_login',
      uuid,
      action: '/connect/confirm_reply',
      fields: { uuid },
      current: 'alice',
      asks: true,
    })
    expect(await held).toEqual({ wx_errcode: 404, wx_code: '' })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 404, wx_code: '' })
    const heldAgain = poll(sim, uuid, '404')
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'allowed' })
    expect(await heldAgain).toMatchObject({ wx_errcode: 405 })
  })

  test('says 405 with a code that can be exchanged', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    await reply(sim, uuid, ALICE)
    const { wx_errcode, wx_code } = await poll(sim, uuid)
    expect(wx_errcode).toBe(405)
    expect(await sim.exchange('pc', wx_code)).toMatchObject({ openid: (await sim.person('alice')).openids.pc })
    expect(await poll(sim, uuid, '405')).toMatchObject({ wx_errcode: 405, wx_code })
  })

  test('says 403 when it is refused, and the same code may be scanned again by anyone', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    expect(await reply(sim, uuid, { person: 'alice', allow: 'deny' })).toEqual({ result: 'denied' })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 403, wx_code: '' })
    await scan(sim, uuid, 'bob')
    expect(await poll(sim, uuid, '403')).toEqual({ wx_errcode: 404, wx_code: '' })
    expect(await reply(sim, uuid, { person: 'bob', allow: 'allow' })).toEqual({ result: 'allowed' })
  })

  test('says 402 after five minutes, at once even when it is held', async () => {
    const sim = await startSimulator({ pollHoldMs: 10_000 })
    const uuid = await newUuid(sim)
    await sim.advance(299_000)
    const held = poll(sim, uuid)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await sim.advance(1000)
    expect(await held).toEqual({ wx_errcode: 402, wx_code: '' })
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'expired' })
    expect(await pageData(await scan(sim, uuid, 'alice'))).toEqual({ page: 'done', result: 'expired' })
  })

  test('says 500 for a uuid that never was', async () => {
    const sim = await startSimulator()
    expect(await poll(sim, 'AAAAAAAAAAAAAAAA')).toEqual({ wx_errcode: 500, wx_code: '' })
  })

  test.each([402, 403, 404, 405, 408, 500])('says %i as a script too', async (status) => {
    const sim = await startSimulator({ pollHoldMs: 20 })
    const uuid = await newUuid(sim)
    if (status === 404) await scan(sim, uuid, 'alice')
    if (status === 403) await reply(sim, uuid, { person: 'alice', allow: 'deny' })
    if (status === 405) await reply(sim, uuid, ALICE)
    if (status === 402) await sim.advance(300_000)
    const answer = await sim.get(`/connect/l/qrconnect?uuid=${status === 500 ? 'x' : uuid}&_=1`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/)
    const code = status === 405 ? '0\\d\\d\\w{29}' : ''
    expect(await answer.text()).toMatch(new RegExp(`^window\\.wx_errcode=${status};window\\.wx_code='${code}';$`))
  })

  test('may be ordered to say something else: 405 without a code', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    await sim.fault({ path: '/connect/l/qrconnect', kind: 'pollStatus', status: 405 })
    expect(await poll(sim, uuid)).toEqual({ wx_errcode: 405, wx_code: '' })
  })

  test('ends when the simulator closes', async () => {
    const sim = await startSimulator({ pollHoldMs: 60_000 })
    const held = poll(sim, await newUuid(sim)).then(
      () => 'ended',
      () => 'ended',
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    await sim.close()
    expect(await held).toBe('ended')
  })
})
