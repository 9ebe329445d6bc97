// The long form of test/attack/slowloris.test.ts, against the real program.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Slowness, slowClients } from '../attack/slow.js'
import { createPc } from '../world/pc.js'
import { type Program, prepareProgram } from '../world/program.js'
import { address } from './drain.js'
import { percentile, told } from './told.js'

const KINDS: readonly Slowness[] = ['silent socket', 'half headers', 'half body']
const EACH = 2_000
let program: Program
beforeAll(async () => {
  program = await prepareProgram({ TRUSTED_PROXIES: '1', LOG_LEVEL: 'warn' })
  await program.start()
})
afterAll(() => program.dispose())

test('2,000 half headers, 2,000 half bodies and 2,000 silent sockets are gone within 15 s; others hear within 200 ms', async () => {
  const pc = createPc(program)
  const begun = await pc.begin('relay')
  const times: number[] = []
  const answers = new Set<number>()
  let over = false
  const others = (async () => {
    while (!over) {
      const asked = performance.now()
      // A page that waits already, so that it is nobody new.
      const { status } = await pc.read(begun.ticket.id)
      answers.add(status)
      times.push(performance.now() - asked)
      await sleep(50)
    }
  })()
  const slow = await slowClients(program, EACH, KINDS, address)
  const longest: Record<string, number> = {}
  for (const { slowness, gone } of slow) longest[slowness] = Math.round(Math.max(longest[slowness] ?? 0, await gone))
  over = true
  await others
  told('slowloris', { each: EACH, longest, asked: times.length, answers: [...answers] }, times)
  for (const kind of KINDS) expect(longest[kind], kind).toBeLessThanOrEqual(15_000)
  expect([...answers]).toEqual([200])
  expect(percentile(times, 99)).toBeLessThanOrEqual(200)
}, 300_000)
