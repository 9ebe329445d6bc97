// R14: fifteen thousand pages wait at one node. What each costs, what all of them together cost in time, and R12 meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { type Crowd, confirmations, gather, PROBE, probe } from './idle.js'
import { percentile, told } from './told.js'

const PAGES = 15_000
/** Two rounds of pings and more. */
const IDLE_MS = 60_000

let wechat: TestSimulator
let program: Program
let crowd: Crowd | null = null
beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
  const env = { TRUSTED_PROXIES: '1', LOG_LEVEL: 'warn', ...wechatEnv(wechat.url, await wechat.apps()) }
  program = await prepareProgram(env, PROBE)
  await program.start()
})
afterAll(async () => {
  await crowd?.leave()
  await program.dispose()
  await wechat.close()
})

test('15,000 idle sockets at one node: 20 KiB each, 30 % of a core, no stall over 30 ms, and logins as quick as ever', async () => {
  // Everything has been used once before it is measured.
  const first = await confirmations(program, wechat, 20)
  const before = await probe(program, true)
  told('before', { ...before }, first)
  const started = performance.now()
  crowd = await gather(program, PAGES, 2)
  const gatheredIn = Math.round(performance.now() - started)
  await sleep(5_000)
  const gathering = await probe(program, true)
  const full = await probe(program)
  const each = (what: 'rss' | 'heapUsed') => Math.round((full[what] - before[what]) / PAGES)
  told('gathered', { gatheredIn, rssEach: each('rss'), heapEach: each('heapUsed'), cpu: gathering.cpu })
  await sleep(IDLE_MS)
  const idle = await probe(program)
  told('a minute of nothing', { ...idle })
  const times = await confirmations(program, wechat, 100)
  told('a hundred logins', { ...(await probe(program)) }, times)
  const { open } = await crowd.ask()
  expect(open).toBe(PAGES)
  expect(each('rss')).toBeLessThanOrEqual(20 * 1024)
  expect(idle.cpu).toBeLessThanOrEqual(0.3)
  expect(idle.stallMs).toBeLessThanOrEqual(30)
  expect(percentile(times, 50)).toBeLessThanOrEqual(30)
  expect(percentile(times, 99)).toBeLessThanOrEqual(200)
}, 900_000)
