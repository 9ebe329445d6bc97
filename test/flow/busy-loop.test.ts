// The event loop of the real program falls behind: who is here already gets on, newcomers are told to come again.
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { strictHeaders } from '#server/http/security-headers.js'
import { createPc, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { UpgradeRefused } from '../world/socket.js'

const BLOCK = fileURLToPath(new URL('../world/block-loop.mjs', import.meta.url))
let wechat: TestSimulator
let program: Program
beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
  const env = { NODE_OPTIONS: `--import ${BLOCK}`, BLOCK_SECONDS: '16' }
  program = await prepareProgram({ ...env, ...wechatEnv(wechat.url, await wechat.apps()) })
  await program.start()
})
afterAll(async () => {
  await program.dispose()
  await wechat.close()
})

const readiness = async () => {
  const answer = await fetch(`${program.connectTo}/readyz`)
  return [answer.status, await answer.json()]
}

test('a busy event loop: newcomers hear `busy`, whoever is under way gets in, and it is over with the load', async () => {
  const pc = createPc(program)
  const person = await wechat.newPerson()
  const begun = await pc.begin('relay')
  const { id } = begun.ticket
  const live = await pc.watch(id)
  await live.until('pending')
  program.signal('SIGUSR2')

  const newcomer = createPc(program)
  // Each somebody else: whoever was let in before it became busy is no newcomer.
  const begin = () => createPc(program).browser.post('/api/tickets', {})
  await expect.poll(async () => (await begin()).code, { timeout: 8_000 }).toBe('busy')
  const refused = await begin()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
  for (const name of Object.keys(strictHeaders(false))) expect(refused.headers.get(name), name).not.toBeNull()
  expect(await newcomer.socket().catch((error: unknown) => error)).toEqual(new UpgradeRefused(503))
  expect(await readiness()).toEqual([200, { status: 'ready' }])
  const again = await pc.watch(id)
  await again.until('pending', 10_000)
  again.close()

  const phone = createPhone(program, person)
  await phone.scan(id)
  expect((await phone.confirm(id, begun.matchNumber)).json()).toEqual({ status: 'confirmed' })
  await live.until('confirmed', 10_000)
  live.close()
  await pc.signIn(id)

  expect((await untilBegun(newcomer)).ticket.status).toBe('pending')
  // A line of the log may come a moment after what it tells of.
  const told = () =>
    program
      .output()
      .split('\n')
      .filter((line) => line.includes('"msg":"shedding"'))
      .map((line) => JSON.parse(line).begun)
  await expect.poll(told).toEqual([true, false])
}, 90_000)

test('an event loop that stays busy is stuck: not ready, with the reason, and ready again afterwards', async () => {
  program.signal('SIGUSR2')
  const stuck = [503, { status: 'not ready', reasons: ['event_loop_stuck'] }]
  await expect.poll(readiness, { timeout: 20_000 }).toEqual(stuck)
  await expect.poll(readiness, { timeout: 20_000 }).toEqual([200, { status: 'ready' }])
}, 60_000)

async function untilBegun(pc: Pc) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(200)) {
    const begun = await pc.begin('relay').catch(() => null)
    if (begun) return begun
  }
  throw new Error('newcomers are still turned away')
}
