// `kill -9` while pages wait, and what the real page's watching makes of it. The long form is in test/soak.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { restart } from '../soak/restart.js'
import { percentile } from '../soak/told.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'

let wechat: TestSimulator
let program: Program
beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
  program = await prepareProgram({ TRUSTED_PROXIES: '1', ...wechatEnv(wechat.url, await wechat.apps()) })
  await program.start()
})
afterAll(async () => {
  await program.dispose()
  await wechat.close()
})

test('150 waiting pages and a `kill -9`: all are back, not all at once, and who confirmed meanwhile is signed in', async () => {
  const { attached, cameInASecond, confirmed } = await restart(program, wechat, { pages: 150, confirms: 10 }, 0)
  const times = attached.filter((ms) => ms !== null)
  expect(times).toHaveLength(150)
  expect(percentile(times, 99)).toBeLessThanOrEqual(10_000)
  // A machine with much else to do bunches what was spread; the spread itself is what test/web/line.test.ts looks at.
  expect(cameInASecond).toBeLessThanOrEqual(75)
  expect(confirmed.map(({ redeemed }) => redeemed)).toEqual(Array.from({ length: 10 }, () => 200))
  for (const { toldAfter } of confirmed) expect(toldAfter).toBeLessThan(10_000)
}, 60_000)
