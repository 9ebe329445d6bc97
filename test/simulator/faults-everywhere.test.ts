// Every fault of the transport, and an error of any number, on every call that a site's server makes.
import { describe, expect, test } from 'vitest'
import { serverToken } from './scene.js'
import { sdkLink } from './server-api.js'
import { startSimulator, type TestSimulator } from './world.js'

const QR = { action_name: 'QR_STR_SCENE', action_info: { scene: { scene_str: 's' } } }
const CODE = { grant_type: 'authorization_code' }
const TOKEN = { grant_type: 'client_credential' }

interface Call {
  /** What the right answer has. */
  readonly field: string
  /** A request that is answered rightly, with a code of its own where it needs one. */
  prepare(sim: TestSimulator): Promise<{ readonly query?: Record<string, string>; readonly body?: object }>
}

async function secrets(sim: TestSimulator, key: string) {
  const { appid, secret } = await sim.app(key)
  return { appid, secret }
}

const withToken = async (sim: TestSimulator, key = 'mp') => ({ access_token: await serverToken(sim, key) })
const openidAt = async (sim: TestSimulator, key: string) => (await sim.person('alice')).openids[key] ?? ''

const CALLS: Readonly<Record<string, Call>> = {
  '/sns/oauth2/access_token': {
    field: 'openid',
    prepare: async (sim) => ({
      query: { ...CODE, ...(await secrets(sim, 'pc')), code: await sim.code('pc', 'alice') },
    }),
  },
  '/sns/oauth2/refresh_token': {
    field: 'openid',
    prepare: async (sim) => {
      const { refresh_token } = await sim.login('pc', 'alice')
      return { query: { grant_type: 'refresh_token', appid: (await sim.app('pc')).appid, refresh_token } }
    },
  },
  '/sns/userinfo': {
    field: 'nickname',
    prepare: async (sim) => {
      const { access_token, openid } = await sim.login('pc', 'alice')
      return { query: { access_token, openid } }
    },
  },
  '/sns/auth': {
    field: 'errmsg',
    prepare: async (sim) => {
      const { access_token, openid } = await sim.login('pc', 'alice')
      return { query: { access_token, openid } }
    },
  },
  '/sns/jscode2session': {
    field: 'session_key',
    prepare: async (sim) => ({
      query: { ...CODE, ...(await secrets(sim, 'mini')), js_code: await sim.code('mini', 'alice') },
    }),
  },
  '/cgi-bin/token': {
    field: 'access_token',
    prepare: async (sim) => ({ query: { ...TOKEN, ...(await secrets(sim, 'mp')) } }),
  },
  '/cgi-bin/stable_token': {
    field: 'access_token',
    prepare: async (sim) => ({ body: { ...TOKEN, ...(await secrets(sim, 'mp')) } }),
  },
  '/cgi-bin/ticket/getticket': {
    field: 'ticket',
    prepare: async (sim) => ({ query: { ...(await withToken(sim, 'app')), type: '2' } }),
  },
  '/cgi-bin/qrcode/create': {
    field: 'ticket',
    prepare: async (sim) => ({ query: await withToken(sim), body: QR }),
  },
  '/cgi-bin/user/info': {
    field: 'subscribe',
    prepare: async (sim) => ({ query: { ...(await withToken(sim)), openid: await openidAt(sim, 'mp') } }),
  },
  '/cgi-bin/changeopenid': {
    field: 'result_list',
    prepare: async (sim) => ({
      query: await withToken(sim, 'mp2'),
      body: { from_appid: (await sim.app('mp')).appid, openid_list: [await openidAt(sim, 'mp')] },
    }),
  },
  '/connect/sdk/qrconnect': {
    field: 'qrcode',
    prepare: async (sim) => ({
      query: Object.fromEntries(new URL(await sdkLink(sim), sim.url).searchParams),
    }),
  },
}

/** A key twice, other types, empty strings, raw control characters, half a surrogate, and no object. */
const RAW = [
  '{"openid":"a","openid":"b"}',
  '{"openid":7,"access_token":[],"ticket":{},"uuid":null,"errcode":"40029"}',
  '{"openid":"","access_token":"","ticket":"","uuid":""}',
  '{"nickname":"\u0001\u0007"}',
  '{"nickname":"\\ud83d"}',
  '[]',
]

describe.each(Object.entries(CALLS))('on %s', (path, { field, prepare }) => {
  /** A simulator with this fault, a right request that is about to meet it, and whether others are still answered. */
  async function meeting(fault?: Record<string, unknown>) {
    const sim = await startSimulator()
    const ask = async () => {
      const { query = {}, body } = await prepare(sim)
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      return (signal: AbortSignal | null = null) =>
        fetch(`${sim.url}${path}?${new URLSearchParams(query)}`, { ...init, signal })
    }
    const right = async () => expect(await (await (await ask())()).json()).toHaveProperty(field)
    await right()
    const send = await ask()
    const order = (one: Record<string, unknown>) => sim.fault({ path, ...one })
    if (fault) await order(fault)
    return { order, send, right }
  }

  test('status', async () => {
    const { send, right } = await meeting({ kind: 'status', status: 503 })
    expect((await send()).status).toBe(503)
    await right()
  })

  test.each([
    ['html', '<html><body>502 Bad Gateway</body></html>'],
    ['empty', ''],
  ])('%s', async (kind, text) => {
    const { send, right } = await meeting({ kind })
    const answer = await send()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=gbk'])
    expect(await answer.text()).toBe(text)
    await right()
  })

  test('truncated', async () => {
    const { send, right } = await meeting({ kind: 'truncated' })
    const text = await (await send()).text()
    expect(text).toMatch(/^\{"/)
    expect(() => JSON.parse(text)).toThrow()
    await right()
  })

  test.each(['delay', 'delayAfter'])('%s', async (kind) => {
    const { send } = await meeting({ kind, ms: 40 })
    const before = performance.now()
    expect(await (await send()).json()).toHaveProperty(field)
    expect(performance.now() - before).toBeGreaterThanOrEqual(35)
  })

  test.each([false, true])('hang, after: %s', async (after) => {
    const { send, right } = await meeting({ kind: 'hang', after })
    await expect(send(AbortSignal.timeout(60))).rejects.toThrow(/timeout/)
    await right()
  })

  test.each([false, true])('reset, after: %s', async (after) => {
    const { send, right } = await meeting({ kind: 'reset', after })
    await expect(send()).rejects.toThrow('fetch failed')
    await right()
  })

  test('errcode: any number, with any text', async () => {
    const { order, send, right } = await meeting()
    for (const errcode of [-40001, -1, 0, 40001, 63178, 99_999]) {
      await order({ kind: 'errcode', errcode, errmsg: '任意 "text"' })
      const answer = await send()
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ errcode, errmsg: expect.stringMatching(/^任意 "text",? rid: /) })
    }
    await right()
  })

  test('raw: as it was ordered', async () => {
    const { order, send, right } = await meeting()
    for (const body of RAW) {
      await order({ kind: 'raw', body })
      const answer = await send()
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe(
        path.startsWith('/cgi-bin/') ? 'application/json; encoding=utf-8' : 'text/plain',
      )
      expect(await answer.text()).toBe(body)
    }
    await right()
  })

  test('oversized: right, and too long', async () => {
    const { send, right } = await meeting({ kind: 'oversized', bytes: 200_000 })
    const text = await (await send()).text()
    expect(Buffer.byteLength(text)).toBe(200_000)
    expect(JSON.parse(text)).toHaveProperty(field)
    await right()
  })

  test('drip: right, and byte by byte', async () => {
    const { send, right } = await meeting({ kind: 'drip', ms: 5 })
    const reader = (await send()).body?.getReader()
    const pieces: number[] = []
    for (let time = 0; time < 4; time += 1) pieces.push((await reader?.read())?.value?.length ?? 0)
    await reader?.cancel()
    expect(Math.max(...pieces)).toBeLessThanOrEqual(8)
    expect(Math.min(...pieces)).toBeGreaterThanOrEqual(1)
    await right()
  })
})

test('drip ends in the whole of the right answer', async () => {
  const sim = await startSimulator()
  const { access_token, openid } = await sim.login('mp', 'alice', 'snsapi_base')
  await sim.fault({ path: '/sns/auth', kind: 'drip', ms: 1 })
  expect(await sim.sns('auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' })
})

test('a simulator that closes ends what still drips', async () => {
  const sim = await startSimulator()
  await sim.fault({ path: '/sns/auth', kind: 'drip', ms: 50 })
  const { body } = await sim.get('/sns/auth')
  await sim.close()
  await expect(new Response(body).text()).rejects.toThrow()
})

describe('an answer that is an error', () => {
  test.each([
    ['status', { kind: 'status', status: 502, after: true }],
    ['raw', { kind: 'raw', body: '{}', after: true }],
    ['truncated', { kind: 'truncated' }],
    ['oversized', { kind: 'oversized', bytes: 5000 }],
  ])('is lost or broken like any other: %s', async (kind, fault) => {
    const sim = await startSimulator()
    await sim.fault({ path: '/sns/auth', ...fault })
    const answer = await sim.get('/sns/auth')
    const text = await answer.text()
    expect(answer.headers.get('x-simulator')).toBe('saoma')
    if (kind === 'status') expect(answer.status).toBe(502)
    if (kind === 'raw') expect(text).toBe('{}')
    if (kind === 'truncated') expect(text).toMatch(/^\{"errcode":41001,[^}]*$/)
    if (kind === 'oversized') expect([text.length, JSON.parse(text).errcode]).toEqual([5000, 41001])
    expect((await sim.sns('auth', {})).errcode).toBe(41001)
  })

  test('comes late where it was ordered to', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/sns/auth', kind: 'delayAfter', ms: 40 })
    const before = performance.now()
    expect((await sim.sns('auth', {})).errcode).toBe(41001)
    expect(performance.now() - before).toBeGreaterThanOrEqual(35)
  })
})

test('raw may come after the code is spent', async () => {
  const sim = await startSimulator()
  const code = await sim.code('pc', 'alice')
  await sim.fault({ path: '/sns/oauth2/access_token', kind: 'raw', body: '{"openid":""}', after: true })
  expect(await sim.exchange('pc', code)).toEqual({ openid: '' })
  expect(await sim.exchange('pc', code)).toMatchObject({ errcode: 40163 })
})

test.each([
  [{ kind: 'raw', path: '/sns/auth' }, 'body must be a non-empty string, not missing'],
  [{ kind: 'raw', path: '/sns/auth', body: { openid: 1 } }, 'body must be a non-empty string'],
  [{ kind: 'drip', path: '/sns/auth' }, 'ms must be a whole number from 0 on, not missing'],
  [{ kind: 'oversized', path: '/sns/auth', bytes: 0 }, 'bytes must be a whole number from 1 on'],
  [{ kind: 'oversized', path: '/sns/auth', bytes: 9, after: true }, 'unknown field after'],
  [{ kind: 'errcode', path: '/sns/auth', errcode: '40001' }, 'errcode must be a whole number, not "40001"'],
  [{ kind: 'errcode', path: '/cgi-bin/showqrcode', errcode: 1 }, 'errcode cannot happen on /cgi-bin/showqrcode'],
  [{ kind: 'noUnionid', path: '/cgi-bin/token' }, 'noUnionid cannot happen on /cgi-bin/token, only on /sns/oauth2'],
])('%j is refused with a reason', async (fault, reason) => {
  const sim = await startSimulator()
  const answer = await sim.control('faults', fault)
  expect(answer.status).toBe(400)
  expect((await answer.json()).error).toContain(reason)
})
