import { expect, test } from 'vitest'
import { createShedding, SHEDDING } from '#server/core/shedding.js'

const { above, calmBelow, calmFor, stuckAfter } = SHEDDING
const STEP = 500

function setUp() {
  let now = 0
  const told: boolean[] = []
  const machine = createShedding((begun) => told.push(begun))
  /** Looks that all find the same, for so many milliseconds. */
  const find = (delay: number, ms = STEP) => {
    for (const end = now + ms; now < end; ) {
      now += STEP
      machine.observe(delay, now)
    }
    return [machine.shedding(), machine.stuck()]
  }
  return { machine, told, find }
}

test('up to the limit nobody is turned away, above it at once', () => {
  const { find, told } = setUp()
  expect(find(above, 60_000)).toEqual([false, false])
  expect(find(above + 1)).toEqual([true, false])
  expect(told).toEqual([true])
})

test('it ends after two calm seconds in a row, and what is no more than better does not count', () => {
  const { find, told } = setUp()
  find(above + 1)
  expect(find(calmBelow, 8_000)[0]).toBe(true)
  find(calmBelow - 1, calmFor)
  find(calmBelow)
  expect(find(calmBelow - 1, calmFor)[0]).toBe(true)
  expect(find(calmBelow - 1)).toEqual([false, false])
  expect(told).toEqual([true, false])
})

test('a node that has been late for ten seconds is stuck, and is not once it calms down', () => {
  const { find } = setUp()
  find(above + 1)
  expect(find(300, stuckAfter - STEP)).toEqual([true, false])
  expect(find(300)).toEqual([true, true])
  expect(find(0)).toEqual([true, false])
  expect(find(0, calmFor)).toEqual([false, false])
})
