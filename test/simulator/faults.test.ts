import { describe, expect, test, vi } from 'vitest'
import { startSimulator, type TestSimulator } from './world.js'

const PATH = '/sns/oauth2/access_token'

async function exchangeLink(sim: TestSimulator, code: string): Promise<string> {
  const { appid, secret } = await sim.app('pc')
  return `${PATH}?${new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' })}`
}

/** Sends an exchange, and resolves once it has arrived. */
async function askAndWait(sim: TestSimulator, code: string) {
  const client = new AbortController()
  const answer = fetch(sim.url + (await exchangeLink(sim, code)), { signal: client.signal }).then(
    () => 'answered',
    () => 'given up',
  )
  await vi.waitFor(async () => {
    const { byCode } = await (await sim.get('/sim/calls')).json()
    expect(byCode).toEqual({ [code]: 1 })
  })
  return { answer, giveUp: () => client.abort() }
}

describe('an ordered fault', () => {
  test.each([
    [{ kind: 'status', status: 502 }, 502],
    [{ kind: 'html' }, 200],
    [{ kind: 'empty' }, 200],
  ])('%j answers no JSON, as often as it was ordered', async (fault, status) => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, times: 2, ...fault })
    const code = await sim.code('pc', 'alice')
    const link = await exchangeLink(sim, code)
    for (let time = 0; time < 2; time++) {
      const answer = await sim.get(link)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=gbk')
      await expect(answer.json()).rejects.toThrow()
    }
    expect(await (await sim.get(link)).json()).toHaveProperty('openid')
  })

  test.each(['status', 'html', 'empty', 'reset'])('%s may lose the answer after the code is spent', async (kind) => {
    const sim = await startSimulator()
    const details = kind === 'status' ? { status: 504 } : {}
    await sim.fault({ path: PATH, kind, after: true, ...details })
    const code = await sim.code('pc', 'alice')
    await sim.get(await exchangeLink(sim, code)).catch(() => null)
    expect((await sim.exchange('pc', code)).errcode).toBe(40163)
  })

  test('reset closes the connection without an answer, and nothing was done', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind: 'reset' })
    const code = await sim.code('pc', 'alice')
    await expect(sim.get(await exchangeLink(sim, code))).rejects.toThrow()
    expect(await sim.exchange('pc', code)).toHaveProperty('openid')
  })

  test('truncated answers half of the JSON', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind: 'truncated' })
    const answer = await sim.get(await exchangeLink(sim, await sim.code('pc', 'alice')))
    const text = await answer.text()
    expect(text).toMatch(/^\{"access_token":"/)
    expect(() => JSON.parse(text)).toThrow()
  })

  test('hang never answers', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind: 'hang' })
    const { answer, giveUp } = await askAndWait(sim, await sim.code('pc', 'alice'))
    const meanwhile = new Promise((resolve) => setTimeout(resolve, 50, 'nothing yet'))
    expect(await Promise.race([answer, meanwhile])).toBe('nothing yet')
    giveUp()
    expect(await answer).toBe('given up')
  })

  test.each([
    ['delay', undefined],
    ['delayAfter', 40163],
  ])('%s: who gives up meanwhile and asks again gets errcode %s', async (kind, errcode) => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind, ms: 5000 })
    const code = await sim.code('pc', 'alice')
    const { answer, giveUp } = await askAndWait(sim, code)
    expect((await sim.exchange('pc', code)).errcode).toBe(errcode)
    giveUp()
    expect(await answer).toBe('given up')
  })

  test('a delay ends in the right answer', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind: 'delay', ms: 40 })
    const code = await sim.code('pc', 'alice')
    const before = performance.now()
    expect(await sim.exchange('pc', code)).toHaveProperty('openid')
    expect(performance.now() - before).toBeGreaterThanOrEqual(35)
  })

  test('errcode comes after the checks of who is asking, with the usual text or another, and spends nothing', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: PATH, kind: 'errcode', errcode: -1 })
    await sim.fault({ path: PATH, kind: 'errcode', errcode: 45011, errmsg: 'slower' })
    const code = await sim.code('pc', 'alice')
    expect(await sim.exchange('pc', code)).toEqual({
      errcode: -1,
      errmsg: expect.stringMatching(/^system error, rid: /),
    })
    expect((await sim.exchange('pc', code)).errmsg).toMatch(/^slower, rid: /)
    expect(await sim.exchange('pc', code)).toHaveProperty('openid')
  })

  test.each(['oauth2/refresh_token', 'userinfo', 'auth'])('errcode works on /sns/%s', async (call) => {
    const sim = await startSimulator()
    const { appid } = await sim.app('pc')
    const { access_token, refresh_token, openid } = await sim.login('pc', 'alice')
    await sim.fault({ path: `/sns/${call}`, kind: 'errcode', errcode: 45009 })
    const params = { appid, access_token, refresh_token, openid, grant_type: 'refresh_token' }
    expect((await sim.sns(call, params)).errcode).toBe(45009)
    expect((await sim.sns(call, params)).errcode ?? 0).toBe(0)
  })

  test('a path may end in *, times null lasts until it is cleared, and only that path is touched', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/sns/*', kind: 'status', status: 503, times: null })
    for (let time = 0; time < 5; time++) expect((await sim.get('/sns/auth')).status).toBe(503)
    expect((await sim.get('/connect/l/qrconnect?uuid=x')).status).toBe(200)
    expect((await sim.control('faults', {}, 'DELETE')).status).toBe(204)
    expect((await sim.get('/sns/auth')).status).toBe(200)
  })

  test.each([
    [{}, 'kind must be one of'],
    [{ kind: 'status', path: PATH }, 'status must be a whole number'],
    [{ kind: 'status', path: PATH, status: 500, ms: 3 }, 'unknown field ms'],
    [{ kind: 'statos', path: PATH }, 'kind must be one of'],
    [{ kind: 'html' }, 'path must be a non-empty string'],
    [{ kind: 'html', path: '/phone' }, "none of WeChat's own"],
    [{ kind: 'html', path: PATH, times: 0 }, 'times must be a whole number from 1'],
    [{ kind: 'refusal', path: PATH, refusal: 'none' }, 'only on /connect/oauth2/authorize'],
    [{ kind: 'refusal', path: '/connect/*', refusal: 'maybe' }, 'one of none, authdeny, state_only'],
  ])('%j is refused with a reason, and never ordered', async (fault, reason) => {
    const sim = await startSimulator()
    const answer = await sim.control('faults', fault)
    expect(answer.status).toBe(400)
    expect((await answer.json()).error).toContain(reason)
    expect(await (await sim.get('/sim/faults')).json()).toEqual({ faults: [] })
  })
})
