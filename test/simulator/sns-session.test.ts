import { describe, expect, test } from 'vitest'
import { startSimulator, type TestSimulator } from './world.js'

const MINUTE = 60_000
const PATH = '/sns/jscode2session'

async function session(sim: TestSimulator, js_code: string, key = 'mini') {
  const { appid, secret } = await sim.app(key)
  return sim.sns('jscode2session', { appid, secret, js_code, grant_type: 'authorization_code' })
}
const login = async (sim: TestSimulator, person = 'alice') => session(sim, await sim.code('mini', person))

describe('a mini program’s code', () => {
  test('becomes an openid, a key of 16 bytes and a unionid, and no errcode', async () => {
    const sim = await startSimulator()
    const { openids, unionids } = await sim.person('alice')
    const answer = await login(sim)
    expect(answer).toEqual({ openid: openids.mini, session_key: expect.any(String), unionid: unionids.pc })
    expect(Buffer.from(answer.session_key, 'base64')).toHaveLength(16)
    expect(answer.session_key).toMatch(/==$/)
    expect((await login(sim)).session_key).not.toBe(answer.session_key)
  })

  test('tells no unionid for an unbound app, or of a person without one', async () => {
    const sim = await startSimulator()
    expect(await login(sim, 'solo')).not.toHaveProperty('unionid')
    await sim.ordered('apps', { key: 'mini', openPlatform: null })
    expect(await login(sim)).not.toHaveProperty('unionid')
  })

  test('is taken once: used lately it is 40163, later as unknown as any other', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const code = await sim.code('mini', 'alice')
    expect(await session(sim, code)).toHaveProperty('openid')
    expect(await session(sim, code)).toMatchObject({ errcode: 40163 })
    await sim.advance(10 * MINUTE)
    expect(await session(sim, code)).toMatchObject({ errcode: 40029 })
  })

  test('is taken once, also when it comes five times at the same moment', async () => {
    const sim = await startSimulator()
    const code = await sim.code('mini', 'alice')
    const answers = await Promise.all(Array.from({ length: 5 }, () => session(sim, code)))
    expect(answers.filter(({ openid }) => openid)).toHaveLength(1)
    expect(answers.filter(({ errcode }) => errcode === 40163)).toHaveLength(4)
    expect((await (await sim.get('/sim/calls')).json()).byCode).toEqual({ [code]: 5 })
  })

  test('lives five minutes', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    const [early, late] = [await sim.code('mini', 'alice'), await sim.code('mini', 'alice')]
    await sim.advance(5 * MINUTE - 1)
    expect(await session(sim, early)).toHaveProperty('openid')
    await sim.advance(1)
    expect(await session(sim, late)).toMatchObject({ errcode: 40029 })
  })

  test('of another app, or of another kind, is unknown here, and not spent', async () => {
    const sim = await startSimulator()
    await sim.ordered('apps', { key: 'mini2', kind: 'miniprogram' })
    const code = await sim.code('mini', 'alice')
    expect(await session(sim, code, 'mini2')).toMatchObject({ errcode: 40029 })
    expect(await session(sim, code)).toHaveProperty('openid')
    const ofApp = await sim.code('app', 'alice')
    expect(await session(sim, ofApp, 'app')).toMatchObject({ errcode: 40029 })
    expect(await sim.exchange('app', ofApp)).toHaveProperty('openid')
  })

  test('is checked in a fixed order, and spent by none of the checks', async () => {
    const sim = await startSimulator()
    const { appid, secret } = await sim.app('mini')
    const js_code = await sim.code('mini', 'alice')
    await sim.fault({ path: PATH, kind: 'errcode', errcode: -1 })
    const given: Record<string, string> = {}
    const errcodes: number[] = []
    const steps: Record<string, string>[] = [
      {},
      { appid: 'wx0000000000000000' },
      { secret: 'x' },
      { js_code: 'x' },
      { grant_type: 'authorization_code' },
      { appid },
      { secret },
      {},
    ]
    for (const step of steps) {
      Object.assign(given, step)
      errcodes.push((await sim.sns('jscode2session', given)).errcode)
    }
    expect(errcodes).toEqual([41002, 41004, 41008, 40002, 40013, 40125, -1, 40029])
    expect(await sim.sns('jscode2session', { ...given, js_code })).toHaveProperty('openid')
    expect(await (await sim.post(PATH, given)).json()).toMatchObject({ errcode: 43001 })
  })
})

describe('a person', () => {
  test('who is blocked cannot log in to a mini program, and anywhere else can', async () => {
    const sim = await startSimulator()
    await sim.ordered('people', { name: 'alice', blocked: true })
    expect(await login(sim)).toMatchObject({ errcode: 40226, errmsg: expect.stringMatching(/^code blocked, rid: /) })
    expect(await sim.login('pc', 'alice')).toHaveProperty('openid')
    expect(await login(sim, 'bob')).toHaveProperty('openid')
    await sim.ordered('people', { name: 'alice', blocked: false })
    expect(await login(sim)).toHaveProperty('openid')
  })

  test('is blocked by true or false, and by nothing else', async () => {
    const sim = await startSimulator()
    const answer = await sim.control('people', { name: 'alice', blocked: 'yes' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ error: 'blocked must be true or false, not "yes"' })
  })

  test('logs in a hundred times a minute at most, and a code that comes too soon is not spent', async () => {
    const sim = await startSimulator({ clock: () => 0 })
    for (let time = 0; time < 100; time += 1) expect(await login(sim)).toHaveProperty('openid')
    const code = await sim.code('mini', 'alice')
    expect(await session(sim, code)).toMatchObject({ errcode: 45011 })
    expect(await login(sim, 'bob')).toHaveProperty('openid')
    await sim.advance(MINUTE)
    expect(await session(sim, code)).toHaveProperty('openid')
  })

  test.each(['otherUnionid', 'otherOpenid', 'noUnionid'])('can be told wrongly, once: %s', async (kind) => {
    const sim = await startSimulator()
    const usual = await login(sim)
    await sim.fault({ path: PATH, kind })
    const { openid, unionid, session_key } = await login(sim)
    expect(session_key).toEqual(expect.any(String))
    expect([openid === usual.openid, unionid === usual.unionid]).toEqual([
      kind !== 'otherOpenid',
      kind === 'otherOpenid',
    ])
    expect(unionid === undefined).toBe(kind === 'noUnionid')
    expect(await login(sim)).toMatchObject({ openid: usual.openid, unionid: usual.unionid })
  })
})
