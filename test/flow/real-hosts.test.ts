// With WECHAT_APPS the program speaks to WeChat itself: the addresses are WeChat's documented ones, no simulator runs, and
// WeChat's API is called for a code and for nothing else.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TicketBegun } from '#shared/ticket.js'
import { createPc, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram } from '../world/program.js'

const APPS = [
  { key: 'pc', kind: 'website', appid: 'wx0123456789abcdef', secret: 'a-secret-of-the-website-00000000' },
  { key: 'mp', kind: 'official', appid: 'wxfedcba9876543210', secret: 'a-secret-of-the-account-00000000' },
]
const SITE = 'https://login.example.cn'

let api: Server
/** What would have reached WeChat's API. */
const received: string[] = []
let program: Program
let pc: Pc

beforeAll(async () => {
  api = createServer((req, res) => {
    received.push(`${req.method} ${req.url}`)
    res.end('{"errcode":40029,"errmsg":"invalid code, rid: 0"}')
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  program = await prepareProgram({
    PUBLIC_URL: SITE,
    WECHAT_APPS: JSON.stringify(APPS),
    WECHAT_API_URL: url,
    WECHAT_POLL_URL: url,
  })
  await program.start()
  pc = createPc(program)
})
afterAll(async () => {
  await program.dispose()
  api.close()
})

/** The address with the one part that is new every time replaced by its name. */
const withoutState = (url: string | null) => url?.replace(/state=[0-9a-f]{108}(?=[&#])/, 'state=STATE')

describe('the addresses are WeChat’s, to the letter', () => {
  const QRCONNECT =
    'https://open.weixin.qq.com/connect/qrconnect?appid=wx0123456789abcdef' +
    '&redirect_uri=https%3A%2F%2Flogin.example.cn%2Fwechat%2Fcallback%2Fpc' +
    '&response_type=code&scope=snsapi_login&state=STATE'

  test('website: for a frame, and for the whole window', async () => {
    const { embedUrl, redirectUrl } = await pc.begin('website')
    expect(withoutState(embedUrl)).toBe(`${QRCONNECT}&login_type=jssdk&self_redirect=true#wechat_redirect`)
    expect(withoutState(redirectUrl)).toBe(`${QRCONNECT}#wechat_redirect`)
  })

  test('website: in English for whoever asks for it', async () => {
    const answer = await pc.browser.post(
      '/api/tickets',
      { method: 'website' },
      { headers: { 'accept-language': 'en-GB,en;q=0.9' } },
    )
    const { embedUrl, redirectUrl } = answer.json<TicketBegun>()
    expect(withoutState(embedUrl)).toBe(`${QRCONNECT}&login_type=jssdk&self_redirect=true&lang=en#wechat_redirect`)
    expect(withoutState(redirectUrl)).toBe(`${QRCONNECT}&lang=en#wechat_redirect`)
  })

  test('relay: our own code leads to us, and from there to WeChat', async () => {
    const { ticket, qr, embedUrl, redirectUrl } = await pc.begin('relay')
    expect({ content: qr?.content, embedUrl, redirectUrl }).toEqual({
      content: `${SITE}/t/${ticket.id}`,
      embedUrl: null,
      redirectUrl: null,
    })
    await pc.ticket(ticket.id)
    const opened = await createPhone(program, 'nobody').visit(`/t/${ticket.id}`)
    expect(withoutState(opened.headers.get('location'))).toBe(
      'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wxfedcba9876543210' +
        '&redirect_uri=https%3A%2F%2Flogin.example.cn%2Fwechat%2Fcallback%2Fmp' +
        '&response_type=code&scope=snsapi_base&state=STATE&connect_redirect=1#wechat_redirect',
    )
  })

  test('the login page may frame WeChat and nobody else', async () => {
    const page = await pc.browser.get('/')
    expect(page.headers.get('content-security-policy')).toContain("; frame-src 'self' https://open.weixin.qq.com;")
    expect(page.headers.get('content-security-policy')).toContain("; img-src 'self' data:;")
  })
})

describe('no simulator', () => {
  test('listens, is named, or is believed', async () => {
    await expect(fetch(`http://127.0.0.1:${program.simulatorPort}/`)).rejects.toThrow('fetch failed')
    expect((await pc.browser.get('/api/config')).json()).toMatchObject({ simulator: null })
    expect(program.output()).not.toMatch(/Simulated WeChat/)
    const { ticket } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    expect(await pc.browser.get(`/t/${ticket.id}?wechat=simulated`)).toMatchObject({ code: 'open_in_wechat' })
  })
})

describe('WeChat’s API', () => {
  test('is not called at the start, by pages, tickets, sockets, or phones that open the code', async () => {
    for (const method of ['website', 'relay'] as const) {
      const { ticket } = await pc.begin(method)
      const live = await pc.watch(ticket.id)
      await live.until('pending')
      if (method === 'relay') await createPhone(program, 'nobody').visit(`/t/${ticket.id}`)
      await pc.cancel(ticket.id)
      live.close()
    }
    for (const path of ['/', '/account', '/api/config', '/api/session', '/readyz', '/wechat/callback/pc?state=x']) {
      await pc.browser.get(path)
    }
    expect(received).toEqual([])
  })

  test('is called once for a code that WeChat refuses, as it is documented, and the secret is in no log', async () => {
    const { embedUrl, ticket } = await pc.begin('website')
    const state = new URL(embedUrl ?? '').searchParams.get('state')
    const answer = await pc.browser.post('/wechat/callback/pc', { code: 'CODE', state })
    expect(answer.json()).toEqual({ status: 'failed', next: `/?ticket=${ticket.id}` })
    expect(received).toEqual([
      'GET /sns/oauth2/access_token?appid=wx0123456789abcdef&secret=a-secret-of-the-website-00000000' +
        '&code=CODE&grant_type=authorization_code',
    ])
    expect(program.output()).not.toContain('a-secret-of')
    expect(program.output()).not.toContain(String(state))
  })
})

test('a configuration that cannot work ends with code 1 and every problem named', async () => {
  const wrong = await prepareProgram({ NODE_ENV: 'production', PORT: 'x', LOG_LEVEL: 'loud' })
  await expect(wrong.start()).rejects.toThrow('did not start')
  expect((await wrong.ended()).code).toBe(1)
  for (const name of ['PORT', 'LOG_LEVEL', 'WECHAT_APPS', 'SESSION_KEYS', 'PUBLIC_URL']) {
    expect(wrong.output()).toContain(name)
  }
  await wrong.dispose()
})
