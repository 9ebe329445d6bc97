// Cross-site hijacking of the socket: over raw connections, because an HTTP client would tidy these headers up.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { exchange, handshake } from './raw.js'

const HOST = 'login.example.cn'
let world: World
/** A page's cookies, so that nothing but the Origin keeps it out. */
let cookie: string
beforeAll(async () => {
  world = await startWorld({ publicUrl: `https://${HOST}`, config: (config) => ({ ...config, secure: true }) })
  const pc = world.pc()
  await pc.begin('relay')
  cookie = pc.browser.cookieHeader()
})
afterAll(() => world.close())

const FOREIGN: readonly (string | null | readonly string[])[] = [
  ...[null, 'null', 'NULL', '', ' ', '*', 'undefined', 'about:blank', 'data:', 'blob:', 'file://', '/'],
  // Scheme, port, case.
  ...[`http://${HOST}`, `ws://${HOST}`, `wss://${HOST}`, `ftp://${HOST}`, `HTTPS://${HOST}`, `Https://${HOST}`],
  ...[`//${HOST}`, HOST, `https:${HOST}`, `https:/${HOST}`, `https:///${HOST}`, `https://${HOST.toUpperCase()}`],
  ...[
    'https://Login.example.cn',
    `https://${HOST}:443`,
    `https://${HOST}:80`,
    `https://${HOST}:8443`,
    `https://${HOST}:`,
  ],
  // Something before, behind, or around.
  ...[`https://${HOST}/`, `https://${HOST}/login`, `https://${HOST}?`, `https://${HOST}#`, `https://${HOST}.`],
  ...[`https://${HOST}.evil.example`, `https://${HOST}evil.example`, `https://evil${HOST}`, `https://evil-${HOST}`],
  ...[
    `https://${HOST}@evil.example`,
    `https://evil.example@${HOST}`,
    `https://u:p@${HOST}`,
    `https://evil.example/${HOST}`,
  ],
  ...[
    `https://evil.example#https://${HOST}`,
    `https://evil.example?https://${HOST}`,
    `https://${HOST},https://${HOST}`,
  ],
  ...[
    `https://${HOST}, https://evil.example`,
    `https://${HOST} https://evil.example`,
    `"https://${HOST}"`,
    `<https://${HOST}>`,
  ],
  ...[
    `https://${HOST}%2eevil.example`,
    `https://${HOST}%00`,
    `https://${HOST}\\.evil.example`,
    `https://${HOST};evil.example`,
  ],
  // Relatives and look-alikes.
  ...['https://example.cn', 'https://www.example.cn', 'https://evil.login.example.cn', 'https://a.login.example.cn'],
  ...[
    'https://login.example.com',
    'https://login-example.cn',
    'https://login.exmaple.cn',
    'https://xn--lgin-5qa.example.cn',
  ],
  ...[
    'https://lоgin.example.cn',
    'https://ｌogin.example.cn',
    'https://login。example.cn',
    'https://log\u00adin.example.cn',
  ],
  // Addresses.
  ...['https://127.0.0.1', 'https://localhost', 'https://[::1]', 'https://[::ffff:127.0.0.1]', 'https://2130706433'],
  ...['https://0x7f.1', 'https://[2001:db8::1]', 'https://0.0.0.0', 'http://127.0.0.1:3000', 'http://localhost:3000'],
  // Two of them.
  ['https://evil.example', `https://${HOST}`],
  [`https://${HOST}`, 'https://evil.example'],
]

describe('a page of any other origin is not given a socket', () => {
  test.each(FOREIGN.map((origin) => [origin]))('Origin %j → 403', async (origin) => {
    const answer = await exchange(world, handshake(world, { origin, cookie }))
    expect(answer.status).toBe(403)
    expect(answer.head).not.toMatch(/sec-websocket-accept/i)
  })

  test('there are at least fifty of them', () => expect(FOREIGN.length).toBeGreaterThanOrEqual(50))

  test('only our own, exactly, gets 101', async () => {
    expect((await exchange(world, handshake(world, { cookie }))).status).toBe(101)
  })

  test('the same page is refused as soon as it calls itself a program', async () => {
    const authorization = `Ticket ${'A'.repeat(43)}`
    for (const origin of ['https://evil.example', 'null', '']) {
      expect((await exchange(world, handshake(world, { origin, authorization }))).status).toBe(403)
    }
    expect((await exchange(world, handshake(world, { origin: null, authorization }))).status).toBe(101)
  })

  test('what the request says of its host changes nothing', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' }
    expect((await exchange(world, handshake(world, headers))).status).toBe(403)
  })
})
