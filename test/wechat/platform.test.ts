import { describe, expect, onTestFinished, test } from 'vitest'
import { createPlatform } from '#server/wechat/platform.js'
import { parts } from './deps.js'
import {
  type Answer,
  APP,
  CODE,
  failure,
  GRANT,
  json,
  OPENID,
  reset,
  SECRET,
  TOKEN,
  TOKEN_ANSWER,
  text,
  UNIONID,
  wechat,
} from './fake-wechat.js'

const RID = '6206378a-793424c0-2e4091cc'

const hang: Answer = () => {}
const drip: Answer = (res) => {
  res.writeHead(200)
  const timer = setInterval(() => res.write(' '), 20)
  res.on('close', () => clearInterval(timer))
}
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (res) => {
    res.writeHead(code, headers).end(JSON.stringify(TOKEN_ANSWER))
  }
const truncated: Answer = (res) => {
  res.writeHead(200, { 'content-length': '500' })
  res.write('{"access_token":"abc",')
  setTimeout(() => res.destroy(), 20)
}

describe('exchanging a code', () => {
  test('asks once, with the documented parameters in the documented order', async () => {
    const { exchange, requests } = await wechat([json(TOKEN_ANSWER)])
    expect(await exchange()).toEqual({ ...GRANT, tookMs: expect.any(Number) })
    expect(requests).toEqual([
      `/sns/oauth2/access_token?appid=${APP.appid}&secret=${SECRET}&code=${CODE}&grant_type=authorization_code`,
    ])
  })

  test('takes an explicit errcode 0 for a success, whatever content type it comes with', async () => {
    const { exchange } = await wechat([
      (res) => {
        res.writeHead(200, { 'content-type': 'text/html; charset=gbk' })
        res.end(JSON.stringify({ errcode: 0, errmsg: 'ok', ...TOKEN_ANSWER }))
      },
    ])
    expect((await exchange()).openid).toBe(OPENID)
  })

  test.each([
    ['no unionid', { unionid: undefined }, { unionid: null }],
    ['an empty unionid', { unionid: '' }, { unionid: null }],
    ['a null unionid', { unionid: null }, { unionid: null }],
    ['several scopes', { scope: 'snsapi_base, snsapi_userinfo' }, { scopes: ['snsapi_base', 'snsapi_userinfo'] }],
    ['no scope', { scope: undefined }, { scopes: [] }],
    ['a snapshot user', { is_snapshotuser: 1 }, { snapshotUser: true }],
    ['a snapshot user in a string', { is_snapshotuser: '1' }, { snapshotUser: true }],
    ['an explicit real user', { is_snapshotuser: '0' }, { snapshotUser: false }],
    ['an unknown field', { is_new: true }, {}],
  ])('understands %s', async (_name, sent, understood) => {
    const { exchange } = await wechat([json({ ...TOKEN_ANSWER, ...sent })])
    expect(await exchange()).toEqual({ ...GRANT, ...understood, tookMs: expect.any(Number) })
  })

  test.each<[string, unknown]>([
    ['no openid', { ...TOKEN_ANSWER, openid: undefined }],
    ['an empty openid', { ...TOKEN_ANSWER, openid: '' }],
    ['a blank openid', { ...TOKEN_ANSWER, openid: '      ' }],
    ['a numeric openid', { ...TOKEN_ANSWER, openid: 12345678 }],
    ['a list of openids', { ...TOKEN_ANSWER, openid: [OPENID] }],
    ['an openid with a trailing newline', { ...TOKEN_ANSWER, openid: `${OPENID}\n` }],
    ['an overlong openid', { ...TOKEN_ANSWER, openid: 'o'.repeat(65) }],
    ['a unionid of another shape', { ...TOKEN_ANSWER, unionid: 'a b c d e f' }],
    ['a list of unionids', { ...TOKEN_ANSWER, unionid: [UNIONID] }],
    ['an empty access token', { ...TOKEN_ANSWER, access_token: '' }],
    ['an errcode that is no number', { ...TOKEN_ANSWER, errcode: 'many' }],
    ['an empty object', {}],
  ])('calls an answer with %s nonsense', async (_name, body) => {
    const { exchange, requests } = await wechat([json(body)])
    expect((await failure(exchange())).kind).toBe('nonsense')
    expect(requests).toHaveLength(1)
  })

  test('reads the last of a duplicated key, and never a mixture', async () => {
    const body = JSON.stringify(TOKEN_ANSWER).replace('{', '{"openid":"oFIRSTFIRSTFIRST","unionid":["a"],')
    const { exchange } = await wechat([text(body)])
    expect(await exchange()).toEqual({ ...GRANT, tookMs: expect.any(Number) })
  })

  test.each([
    [40029, 'code_rejected'],
    [40163, 'code_rejected'],
    [42003, 'code_rejected'],
    [45009, 'limit'],
    [45011, 'limit'],
    [40001, 'config'],
    [40013, 'config'],
    [40125, 'config'],
    [41002, 'config'],
    [48001, 'config'],
    [50002, 'refused'],
    [40226, 'refused'],
    [99999, 'nonsense'],
  ])('errcode %i is %s, asked once and reported with its rid', async (errcode, kind) => {
    const { exchange, requests, lines } = await wechat([json({ errcode, errmsg: `some text, rid: ${RID}` })])
    const error = await failure(exchange())
    expect([error.kind, error.at.errcode, error.at.rid]).toEqual([kind, errcode, RID])
    expect(requests).toHaveLength(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.level).toBe(kind === 'config' ? 'error' : 'warn')
    expect(lines[0]?.data).toMatchObject({ path: '/sns/oauth2/access_token', kind, errcode, rid: RID })
  })

  test.each([-1, 61450])('errcode %i is no answer yet: the code is sent again, up to six times', async (errcode) => {
    const busy = json({ errcode, errmsg: 'system error' })
    const patient = { retryMs: [1, 1, 1, 1, 1, 1] }
    const late = await wechat([busy, busy, busy, busy, busy, busy, json(TOKEN_ANSWER)], patient)
    expect(await late.exchange()).toEqual({ ...GRANT, tookMs: expect.any(Number) })
    expect([late.requests.length, late.lines]).toEqual([7, []])
    const never = await wechat([busy], patient)
    expect((await failure(never.exchange())).kind).toBe('unreachable')
    expect([never.requests.length, never.lines.length]).toEqual([7, 1])
  })

  test('understands an errcode in a string and a rid of the old form', async () => {
    const { exchange } = await wechat([
      json({ errcode: '40029', errmsg: 'invalid code, hints: [ req_id: AbCdEf012 ]' }),
    ])
    const error = await failure(exchange())
    expect([error.kind, error.at.errcode, error.at.rid]).toEqual(['code_rejected', 40029, 'AbCdEf012'])
  })

  test.each<[string, Answer]>([
    ['a reset connection', reset],
    ['silence', hang],
    ['a body that drips', drip],
    ['a truncated body', truncated],
    ['a 500', status(500)],
    ['a 502 with a believable body', status(502)],
    ['a redirect', status(302, { location: '/elsewhere' })],
    ['an HTML page', text('<html>gateway</html>')],
    ['an empty body', text('')],
    ['a JSON string', text('"hello"')],
    ['a JSON list', text('[1]')],
    ['half an object', text('{"access_token":"')],
    ['a body beyond the cap', text(JSON.stringify({ ...TOKEN_ANSWER, padding: 'x'.repeat(70_000) }))],
  ])('after %s the code is never sent again', async (_name, answer) => {
    const { exchange, requests, lines } = await wechat([answer, json(TOKEN_ANSWER)], { totalMs: 300 })
    const started = performance.now()
    expect((await failure(exchange())).kind).toBe('unreachable')
    expect(performance.now() - started).toBeLessThan(1_500)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(requests).toHaveLength(1)
    expect(lines).toHaveLength(1)
  })

  test('a kept connection that WeChat resets under the request does not repeat the code', async () => {
    const { exchange, requests } = await wechat([json(TOKEN_ANSWER), reset, json(TOKEN_ANSWER)])
    await exchange()
    expect((await failure(exchange())).kind).toBe('unreachable')
    expect(requests).toHaveLength(2)
  })

  test('a refused connection is tried three times, because nothing was sent', async () => {
    const { exchange, requests, lines, stopListening } = await wechat([json(TOKEN_ANSWER)])
    await stopListening()
    expect((await failure(exchange())).kind).toBe('unreachable')
    expect(requests).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]?.data).toMatchObject({ tries: 3, why: 'ECONNREFUSED' })
  })

  test('a code that is no text is sent as something harmless', async () => {
    const { platform, requests } = await wechat([json({ errcode: 40029, errmsg: 'invalid code' })])
    expect((await failure(platform.exchangeCode(APP, '\ud800&secret=x#'))).kind).toBe('code_rejected')
    expect(requests[0]).toContain('&code=%EF%BF%BD%26secret%3Dx%23&grant_type=authorization_code')
  })
})

test('an API behind a path of its own is asked below that path', async () => {
  const { url, requests } = await wechat([json(TOKEN_ANSWER)])
  const platform = createPlatform({ openUrl: url, apiUrl: `${url}/proxy/`, pollUrl: url, ...parts() })
  onTestFinished(platform.close)
  await platform.exchangeCode(APP, CODE)
  expect(requests[0]?.startsWith('/proxy/sns/oauth2/access_token?appid=')).toBe(true)
})

test('secrets in logs and errors: no failure names the URL, the secret, the code or the token', async () => {
  const failing: Answer[] = [reset, status(500), text('<html>'), json({ errcode: 40125, errmsg: `bad ${SECRET}` })]
  for (const answer of failing) {
    const { exchange, profile, lines } = await wechat([answer])
    const errors = [await failure(exchange()), await failure(profile())]
    const said = JSON.stringify([lines, errors.map((error) => [error.message, error.stack, error.at, error.cause])])
    for (const secret of [SECRET, CODE, TOKEN, OPENID, '?', 'access_token=']) expect(said).not.toContain(secret)
    expect(lines).toHaveLength(2)
  }
})

test('closing waits for the call under way', async () => {
  const late: Answer = (res) => setTimeout(() => json(TOKEN_ANSWER)(res, res.req), 100)
  const { exchange, platform, requests } = await wechat([late])
  const exchanged = exchange()
  while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await platform.close()
  expect((await exchanged).openid).toBe(OPENID)
})

test('eighty calls are under way at once: two hundred logins a second, while WeChat takes 100 ms for a call and more', async () => {
  const held: (() => void)[] = []
  const answerTogether: Answer = (res) => {
    held.push(() => json(TOKEN_ANSWER)(res, res.req))
    if (held.length === 80) for (const answer of held) answer()
  }
  const { exchange } = await wechat([answerTogether])
  const grants = await Promise.all(Array.from({ length: 80 }, exchange))
  expect(grants.map(({ openid }) => openid)).toEqual(Array(80).fill(OPENID))
})
