// SIGTERM while there is much to do. The long form is in test/soak.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { drain } from '../soak/drain.js'
import { createPc } from '../world/pc.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator } from '../world/simulator.js'

let program: Program
let closeSimulator: () => Promise<void>
async function start(env: Record<string, string> = {}) {
  const wechat = await startSimulator('http://localhost')
  closeSimulator = wechat.close
  program = await prepareProgram({ TRUSTED_PROXIES: '1', ...env, ...wechatEnv(wechat.url, await wechat.apps()) })
  await program.start()
  return wechat
}
afterEach(async () => {
  await program.dispose()
  await closeSimulator()
})

test('a drain under load: not ready at once, every request answered, no connection reset, sockets told 1012 a few at a time, exit 0', async () => {
  await start()
  const drained = await drain(program, { requests: 200, sockets: 300 })
  expect(drained.reasons).toEqual(['draining'])
  expect(drained.notReadyAfter).toBeLessThan(100)
  expect(drained.answers).toEqual(Array.from({ length: 200 }, () => 201))
  expect(drained.kept).toEqual([200])
  expect(drained.closings).toEqual(Array.from({ length: 300 }, () => 1012))
  expect(drained.exit).toEqual({ code: 0, signal: null })
  expect(drained.exitAfter).toBeLessThan(15_000)
}, 60_000)

test('DRAIN_DELAY: for so long it is not ready and serves all the same', async () => {
  await start({ DRAIN_DELAY: '2s' })
  const pc = createPc(program)
  const begun = await pc.begin('relay')
  const live = await pc.watch(begun.ticket.id)
  await live.until('pending')
  const started = performance.now()
  const exit = program.kill('SIGTERM')
  await sleep(100)
  const readiness = await fetch(`${program.connectTo}/readyz`)
  expect([readiness.status, await readiness.json()]).toEqual([503, { status: 'not ready', reasons: ['draining'] }])
  const late = await createPc(program).begin('relay')
  const another = await pc.watch(begun.ticket.id)
  expect([late.ticket.status, (await another.until('pending')).status]).toEqual(['pending', 'pending'])
  expect(await live.closed).toEqual({ code: 1012, reason: 'restarting' })
  expect(performance.now() - started).toBeGreaterThan(1_900)
  expect(await exit).toEqual({ code: 0, signal: null })
  const last = JSON.parse(program.output().trimEnd().split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ msg: 'stopped', signal: 'SIGTERM' })
  expect(last.ms).toBeGreaterThan(1_900)
}, 30_000)

test('a second signal ends it at once, whatever is under way', async () => {
  const wechat = await start()
  const pc = createPc(program)
  const begun = await pc.begin('website')
  const scan = await wechat.websiteScan(begun, await wechat.newPerson())
  await wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 4_500 })
  const underWay = pc.arrive(scan).catch(() => 'no answer')
  while (((await wechat.calls()).byCode[scan.code] ?? 0) === 0) await sleep(20)
  const exit = program.kill('SIGTERM')
  await sleep(1_000)
  const started = performance.now()
  program.signal('SIGINT')
  expect(await exit).toEqual({ code: 130, signal: null })
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(await underWay).toBe('no answer')
  expect(program.output()).not.toContain('"msg":"stopped"')
}, 30_000)
