// The hour of numbers by itself: what a step is, how many are kept, how the quantiles are found.
import { expect, test } from 'vitest'
import { createNumbers, MOST_STEPS, type Reading } from '#server/console/numbers.js'

const push = (...counts: number[]) =>
  counts.map((count, index) => ({ leMs: [10, 100, Number.POSITIVE_INFINITY][index] ?? 0, count }))
const reading = (
  more: Partial<Record<keyof Omit<Reading, 'push'>, Record<string, number>>> = {},
  pushes = push(0, 0, 0),
): Reading => ({
  logins: new Map(Object.entries(more.logins ?? {})),
  ended: new Map(Object.entries(more.ended ?? {})),
  refusals: new Map(Object.entries(more.refusals ?? {})),
  wechat: new Map(Object.entries(more.wechat ?? {})),
  push: pushes,
})

function numbers() {
  let at = 0
  let now: Reading | Error = reading()
  const made = createNumbers({
    read: async () => {
      if (now instanceof Error) throw now
      return now
    },
    waiting: () => 7,
    clock: () => at,
  })
  return {
    after: made.after,
    step: async (next: Reading | Error) => {
      now = next
      at += 5
      await made.step()
    },
  }
}

test('a step is what was gained since the one before; what gained nothing is left out', async () => {
  const { step, after } = numbers()
  await step(reading({ logins: { relay: 5, website: 2 } }))
  expect(after(0).map(({ logins }) => logins)).toEqual([{ relay: 5, website: 2 }])
  await step(reading({ logins: { relay: 8, website: 2, sdk: 1 }, wechat: { '40029': 1 } }))
  const nothing = { ended: {}, refusals: {}, push: null }
  expect(after(5)).toEqual([{ at: 10, waiting: 7, logins: { relay: 3, sdk: 1 }, wechat: { '40029': 1 }, ...nothing }])
  expect(after(10)).toEqual([])
})

test('a reading that fails loses no count: the next step has it', async () => {
  const { step, after } = numbers()
  await step(reading({ refusals: { busy: 1 } }))
  await step(new Error('no reading'))
  await step(reading({ refusals: { busy: 4 } }))
  expect(after(0).map(({ refusals }) => refusals)).toEqual([{ busy: 1 }, { busy: 3 }])
})

test('an hour is kept, and no more', async () => {
  const { step, after } = numbers()
  for (let n = 0; n < MOST_STEPS + 10; n += 1) await step(reading())
  expect(after(0)).toHaveLength(MOST_STEPS)
  expect(after(0)[0]?.at).toBe(5 * 11)
})

test.each([
  ['all within the first bound', push(10, 10, 10), { count: 10, p50Ms: 5, p95Ms: 9.5 }],
  ['half beyond it', push(5, 10, 10), { count: 10, p50Ms: 10, p95Ms: 91 }],
  ['beyond every bound', push(0, 0, 4), { count: 4, p50Ms: 100, p95Ms: 100 }],
])('quantiles of what was pushed: %s', async (_, pushes, found) => {
  const { step, after } = numbers()
  await step(reading())
  await step(reading({}, pushes))
  expect(after(5)[0]?.push).toEqual(found)
})
