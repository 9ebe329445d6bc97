import { expect, test } from 'vitest'
import { slowReaders } from './slow-readers.js'
import { createWorld } from './world.js'

test('a hundred sockets that never read, with a hundred changes each, are cut off, and the one that reads hears all of them', async () => {
  const world = await createWorld({ heartbeat: { pingMs: 1_000, pongMs: 400 }, capacity: { perAddress: 1_000 } })
  try {
    const { latencies, goneMs, grown } = await slowReaders(world, { deaf: 100, changes: 100, patienceMs: 10_000 })
    expect(latencies).toHaveLength(100)
    // Queued for them were 64 KiB at most, and what the kernel takes is not ours.
    expect(grown).toBeLessThan(60 * 2 ** 20)
    expect(goneMs).not.toBeNull()
    expect(world.attached.size()).toBe(1)
  } finally {
    await world.close()
  }
}, 30_000)
