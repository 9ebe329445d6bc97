// R15 in full: 300 sockets that never read, with the heartbeat that a node has.
import { expect, test } from 'vitest'
import { slowReaders } from '../push/slow-readers.js'
import { createWorld } from '../push/world.js'
import { percentile, told } from './told.js'

const CHANGES = 100

test('300 sockets that never read, with 100 changes each, are cut off within 35 s, and the one that reads hears as soon as ever', async () => {
  const run = async (reading: boolean, patienceMs: number) => {
    const world = await createWorld()
    try {
      return await slowReaders(world, { deaf: 300, changes: CHANGES, patienceMs, reading })
    } finally {
      await world.close()
    }
  }
  await run(true, 0)
  const attentive = await run(true, 0)
  const { latencies, goneMs, grown } = await run(false, 40_000)
  told('beside readers', {}, attentive.latencies)
  told('beside slow readers', { goneMs, grownMiB: Math.round(grown / 2 ** 20) }, latencies)
  expect(latencies).toHaveLength(CHANGES)
  expect(goneMs).not.toBeNull()
  expect(goneMs).toBeLessThanOrEqual(35_000)
  expect(grown).toBeLessThanOrEqual(30 * 2 ** 20)
  expect(percentile(latencies, 99)).toBeLessThanOrEqual(1.5 * percentile(attentive.latencies, 99) + 50)
}, 120_000)
