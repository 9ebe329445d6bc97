// The parts of the bench that could flatter: WeChat's stand-in, the counting of failures, and the judging of results.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { measuredOf, reckon } from './capacity.mjs'
import { closedLoop } from './load.mjs'
import { drawPage } from './plot.mjs'
import { collect, compare, isMet, summary } from './results.mjs'
import { APPS, codeFor, createAnswers } from './wechat.mjs'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startSimulator('http://localhost:1')
})
afterAll(() => simulator.close())

/** Names and kinds of what an answer says; an error's number counts as it is, its text does not. */
function shape(answer: object): object {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      name === 'errcode' ? value : name === 'scope' ? value : Array.isArray(value) ? 'list' : typeof value,
    ]),
  )
}

test.each([
  ['pc', 'snsapi_login'],
  ['mp', 'snsapi_userinfo'],
  ['mp', 'snsapi_base'],
] as const)('WeChat’s stand-in answers as the simulator does: %s, %s', async (key, scope) => {
  const real = (await simulator.apps()).find((app) => app.key === key)
  const own = APPS.find((app) => app.key === key)
  const stand = createAnswers(() => 'http://localhost')
  const pairs: [object, object][] = []
  const ask = async (path: string, real: Record<string, string>, fake: Record<string, string>) => {
    const answers = [
      (await (await fetch(`${simulator.url}${path}?${new URLSearchParams(real)}`)).json()) as Record<string, string>,
      stand(`${path}?${new URLSearchParams(fake)}`) as Record<string, string>,
    ] as const
    pairs.push([shape(answers[0]), shape(answers[1])])
    return answers
  }
  const grant = { grant_type: 'authorization_code' }
  const codes = [await simulator.code(key, 'alice', scope), codeFor(key, 7, scope)] as const
  const ids = [real, own].map((app) => ({ appid: app?.appid ?? '', secret: app?.secret ?? '' }))
  const exchange = (change: Record<string, string>) =>
    ask(
      '/sns/oauth2/access_token',
      { ...ids[0], code: codes[0], ...grant, ...change },
      { ...ids[1], code: codes[1], ...grant, ...change },
    )
  await exchange({ secret: 'wrong' })
  await exchange({ code: 'nonsense' })
  await exchange({ appid: 'wx0000' })
  const [theirs, ours] = await exchange({})
  await exchange({})
  const profile = (answer: Record<string, string>, change: Record<string, string>) => {
    const { access_token = '', openid = '' } = answer
    return { access_token, openid, ...change }
  }
  for (const change of [{}, { access_token: 'wrong' }, { openid: 'oSomebodyElse' }]) {
    await ask('/sns/userinfo', profile(theirs, change), profile(ours, change))
  }
  expect(pairs).toHaveLength(8)
  for (const [simulated, faked] of pairs) expect(faked).toEqual(simulated)
})

test('WeChat’s stand-in tells every person from every other, and knows them in each app', () => {
  const stand = createAnswers(() => '')
  const grant = (key: string, person: number, scope: string) => {
    const { appid = '', secret = '' } = APPS.find((app) => app.key === key) ?? {}
    const query = new URLSearchParams({ appid, secret, code: codeFor(key, person, scope) })
    return stand(`/sns/oauth2/access_token?${query}`) as Record<string, string>
  }
  const [one, other, oneOnPhone] = [
    grant('pc', 12, 'snsapi_login'),
    grant('pc', 121, 'snsapi_login'),
    grant('mp', 12, 'snsapi_userinfo'),
  ]
  expect(one.unionid).not.toBe(other.unionid)
  expect(one.openid).not.toBe(other.openid)
  expect(oneOnPhone.unionid).toBe(one.unionid)
  expect(oneOnPhone.openid).not.toBe(one.openid)
})

test('logins that fail are failures with a reason, and no logins', async () => {
  const nobody = { port: 1, origin: 'http://localhost:1', code: codeFor, nickname: String, accounts: new Map() }
  const system = { site: nobody, cpuMs: () => 0 } as unknown as Parameters<typeof closedLoop>[0]
  const options = { method: 'website', users: 2, seconds: 0.2, warmup: 0, people: () => 1 }
  const load = await closedLoop(system, options)
  expect(load.logins).toBe(0)
  expect(load.failures.length).toBeGreaterThan(1)
  expect(load.failures[0]).toContain('ECONNREFUSED')
})

const SCENARIO = { id: 's', title: 'A < scenario', rows: [{ id: 'r', what: 'ratio', atLeast: 0.65 }] }
const outcome = (value: number) => ({ values: { r: value }, parts: { 'logins/s': 100 * value }, failures: [] })
const resultOf = (...values: number[]) => ({
  ...{
    takenAt: '2026-01-01T00:00:00.000Z',
    runs: 3,
    seconds: 8,
    warmup: 3,
    users: 32,
    node: 'v20',
    cpu: 'x',
    cores: 2,
  },
  ...{ pinned: true, loadAverage: 0.1, scenarios: [collect(SCENARIO, values.map(outcome))] },
})
const rowOf = (result: ReturnType<typeof resultOf>) => result.scenarios[0]?.rows[0] as Parameters<typeof isMet>[0]

test('the median is what has to reach the bar, and nothing measured reaches none', () => {
  expect(isMet(rowOf(resultOf(0.1, 0.66, 0.7)))).toBe(true)
  expect(isMet(rowOf(resultOf(0.9, 0.6, 0.64)))).toBe(false)
  expect(isMet(rowOf(resultOf(Number.NaN)))).toBe(false)
  expect(summary([3, 1, 2, 4])).toEqual({ median: 2.5, min: 1, max: 4 })
})

test('a later run says by how much it differs, and whether that is more than the spreads', () => {
  const before = resultOf(0.4, 0.5, 0.6)
  expect(compare(before, 's', rowOf(resultOf(0.7, 0.75, 0.8)))).toEqual({ before: 0.5, text: '+50 %' })
  expect(compare(before, 's', rowOf(resultOf(0.45, 0.45, 0.55)))).toEqual({ before: 0.5, text: '≈ -10 %' })
  expect(compare(before, 'another', rowOf(before))).toBeNull()
})

test('the page shows each ratio with what is wanted of it, and takes no text for markup', () => {
  const page = drawPage(resultOf(0.5, 0.6, 0.7), resultOf(0.2, 0.2, 0.3))
  expect(page).toContain('0.6 ×')
  expect(page).toContain('≥ 0.65 ✗')
  expect(page).toContain('+200 %')
  expect(page).toContain('A &#60; scenario')
})

describe('the reckoning of capacity', () => {
  const measured = { cpuMs: 2, rssBytes: 10_000, attachMs: 0.6, restUs: 5, hintUs: 4 }
  const wanted = { pages: 1_000_000, logins: 10_000, cores: 8, memoryGb: 16, use: 0.5, files: 19_000 }

  test('takes what needs the most: here the processor', () => {
    const { coresFor, byCpu, byMemory, byFiles, processes, machines } = reckon(measured, wanted)
    expect(coresFor).toEqual({ logins: 20, attaches: 1, waiting: 5, hints: 8.16 })
    expect({ byCpu, byMemory, byFiles }).toEqual({ byCpu: 69, byMemory: 10, byFiles: 53 })
    expect({ processes, machines }).toEqual({ processes: 69, machines: 9 })
  })

  test('says how many messages and commits that makes', () => {
    const { deliveries, commits, wechatCalls } = reckon(measured, wanted)
    expect({ deliveries, commits, wechatCalls }).toEqual({
      deliveries: 2_040_000,
      commits: 40_000,
      wechatCalls: 20_000,
    })
  })

  test('without other nodes’ hints fewer would do; and where hearing them fills a node, no number does', () => {
    expect(reckon({ ...measured, hintUs: 0 }, wanted)).toMatchObject({ byCpu: 52, processes: 53 })
    expect(reckon({ ...measured, hintUs: 17 }, wanted)).toMatchObject({ byCpu: Number.POSITIVE_INFINITY })
  })

  test('names the scenario that a result lacks', () => {
    expect(() => measuredOf({ scenarios: [] })).toThrow('npm run bench -- --only throughput,idle')
  })
})
