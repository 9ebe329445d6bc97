// The long form of test/attack/fuzz.test.ts, against the real program: a million frames, ten thousand resets.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz, resets } from '../attack/fuzz.js'
import { openSockets, until } from '../attack/raw.js'
import { createPc } from '../world/pc.js'
import { type Program, prepareProgram } from '../world/program.js'
import type { LiveClient } from '../world/socket.js'
import { PROBE, probe } from './idle.js'
import { told } from './told.js'

const FRAMES = 1_000_000
let program: Program
/** Somebody who waits for a phone all the while. */
let bystander: LiveClient
beforeAll(async () => {
  program = await prepareProgram({ LOG_LEVEL: 'warn' }, PROBE)
  await program.start()
  const pc = createPc(program)
  bystander = await pc.watch((await pc.begin('website')).ticket.id)
  await bystander.until('pending')
})
afterAll(() => program.dispose())

/** @param before the process that it still is */
async function allIsWell(before: { pid: number; rss: number }, what: string, figures: Record<string, number>) {
  await until(async () => (await openSockets(program)) === 1, 60_000)
  const { rss, stallMs } = await probe(program, true)
  const grownMiB = Math.round((rss - before.rss) / 2 ** 20)
  told(what, { ...figures, grownMiB, stallMs: Math.round(stallMs) })
  expect(program.pid()).toBe(before.pid)
  expect(program.output()).not.toMatch(/"level":[56]0/)
  expect(grownMiB).toBeLessThanOrEqual(30)
  expect(bystander.received).toHaveLength(1)
}

test('a million random frames', async () => {
  // The first ones make the program as large as it is under work.
  await fuzz(program, { sockets: 1_500, frames: 200, atOnce: 20, seed: 1 })
  const before = { pid: program.pid(), rss: (await probe(program, true)).rss }
  let frames = 0
  let sockets = 0
  for (let seed = 2; frames < FRAMES; seed += 1) {
    frames += await fuzz(program, { sockets: 2_000, frames: 200, atOnce: 20, seed })
    sockets += 2_000
  }
  await allIsWell(before, 'fuzz', { frames, sockets })
}, 900_000)

test('ten thousand resets, before, during and after the upgrade', async () => {
  const before = { pid: program.pid(), rss: (await probe(program, true)).rss }
  await resets(program, 10_000)
  await allIsWell(before, 'resets', {})
}, 300_000)
