// What a node makes of the database's clock: an answer that was long under way says little, and time does not jump for it.
import { expect, test } from 'vitest'
import { createSharedClock } from '#server/shared-clock.js'
import { movableClock } from './core/scratch-store.js'

/** A node whose own clock is `offMs` off. `look` asks a database that takes so long on the way there and back. */
function node(offMs: number) {
  const right = movableClock()
  const own = { offMs }
  const lines: unknown[] = []
  const log = { info() {}, warn: (...line: unknown[]) => void lines.push(line), error() {} }
  const { clock, learn } = createSharedClock(undefined, () => right.clock() + own.offMs, log)
  return {
    own,
    lines,
    /** How far off it is now, whatever its own clock says. */
    off: () => clock() - right.clock(),
    look: (thereMs = 1, backMs = 1) =>
      learn(async () => {
        right.advance(thereMs)
        const told = right.clock()
        right.advance(backMs)
        return told
      }),
  }
}

test.each([
  ['its connection was waited for', 30_000, 1],
  ['this process was too busy to hear it', 1, 30_000],
])('a right clock stays as it is when an answer was slow, because %s', async (_why, there, back) => {
  const { look, off, lines } = node(0)
  await look(there, back)
  expect([off(), lines]).toEqual([0, []])
})

test.each([-600_000, 1_500, 600_000])('a clock that is %i ms off goes by the database’s', async (offMs) => {
  const { look, off, lines } = node(offMs)
  await look()
  expect(Math.abs(off())).toBeLessThan(2)
  expect(lines).toEqual([['clock.off', { delayMs: -offMs }]])
})

test('a slow answer tells of a clock that is far off all the same, and the next one says more exactly how far', async () => {
  const { look, off } = node(600_000)
  await look(4_000, 0)
  expect(off()).toBe(2_000)
  await look()
  expect(Math.abs(off())).toBeLessThan(2)
})

test('a clock that is put right is gone by again; less than a second changes nothing', async () => {
  const { own, look, off, lines } = node(5_000)
  await look()
  own.offMs = 5_900
  await look()
  expect(off()).toBe(900)
  own.offMs = 300
  await look()
  expect(off()).toBe(300)
  expect(lines).toHaveLength(2)
})
