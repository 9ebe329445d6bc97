// The long form of test/flow/restart.test.ts: R5 in full, however long the program is away.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { restart } from './restart.js'
import { percentile, told } from './told.js'

let wechat: TestSimulator
let program: Program
beforeEach(async () => {
  wechat = await startSimulator('http://localhost')
  program = await prepareProgram({ TRUSTED_PROXIES: '1', ...wechatEnv(wechat.url, await wechat.apps()) })
  await program.start()
})
afterEach(async () => {
  await program.dispose()
  await wechat.close()
})

test.each([0, 2_000, 5_000, 12_000])(
  '1,000 waiting pages and a `kill -9`, with %i ms before the next start: all are back within 10 s, and not all at once',
  async (awayMs) => {
    const { attached, confirmed, ...figures } = await restart(program, wechat, { pages: 1_000, confirms: 20 }, awayMs)
    const times = attached.filter((ms) => ms !== null)
    const heard = confirmed.map(({ toldAfter }) => toldAfter)
    told('restart', { awayMs, back: times.length, ...figures, heard: heard.map((ms) => Math.round(ms ?? -1)) }, times)
    expect(times).toHaveLength(1_000)
    expect(percentile(times, 99)).toBeLessThanOrEqual(10_000)
    expect(figures.cameInASecond).toBeLessThanOrEqual(300)
    expect(confirmed.map(({ redeemed }) => redeemed)).toEqual(Array.from({ length: 20 }, () => 200))
    for (const ms of heard) expect(ms).toBeLessThan(10_000)
  },
  120_000,
)
