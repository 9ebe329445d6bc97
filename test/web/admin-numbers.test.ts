// What the console keeps of each node's numbers, and what its plots are drawn from.
import { expect, test } from 'vitest'
import type { NumbersStep } from '#shared/admin.js'
import { type NodeNumbers, plotOf, withNumbers } from '../../web/admin/numbers.js'

const step = (at: number, more: Partial<NumbersStep> = {}): NumbersStep => ({
  ...{ at, waiting: 0, logins: {}, ended: {}, refusals: {}, wechat: {}, push: null, ...more },
})
const node = (id: string) => ({ id, host: 'h', startedAt: 0, alone: false })
const answer = (id: string, ...steps: NumbersStep[]) => ({ node: node(id), everyMs: 20_000, steps, serverTime: 0 })
const ats = (known: readonly NodeNumbers[]) => known.map(({ node, steps }) => [node.id, ...steps.map(({ at }) => at)])

test('each node has its own hour; what came before does not come twice', () => {
  let known = withNumbers([], answer('a', step(1), step(2)))
  known = withNumbers(known, answer('b', step(2)))
  known = withNumbers(known, answer('a', step(1), step(2), step(3)))
  known = withNumbers(known, answer('b'))
  expect(ats(known)).toEqual([
    ['a', 1, 2, 3],
    ['b', 2],
  ])
})

test('an hour is kept', () => {
  const known = withNumbers([], answer('a', ...Array.from({ length: 800 }, (_, n) => step(n + 1))))
  expect(known[0]?.steps).toHaveLength(720)
  expect(withNumbers(known, answer('a', step(801)))[0]?.steps[0]?.at).toBe(82)
})

test('a rate is what happened in the minute before, a line a word, the most frequent first', () => {
  const steps = [
    step(1000, { logins: { a: 1 } }),
    step(2000, { logins: { b: 2 } }),
    step(3000),
    step(4000, { logins: { b: 1 } }),
  ]
  expect(plotOf('logins', { steps, everyMs: 20_000 })).toEqual({
    name: 'logins',
    at: [1, 2, 3, 4],
    lines: [
      { word: 'b', values: [0, 2, 2, 3] },
      { word: 'a', values: [1, 1, 1, 0] },
    ],
  })
})

test('more words than lines: the rarest are one line together', () => {
  const refusals = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`w${n}`, 10 - n]))
  const { lines } = plotOf('refusals', { steps: [step(1, { refusals })], everyMs: 5_000 })
  expect(lines.map(({ word, values }) => `${word} ${values[0]}`)).toEqual([
    ...['w0 10', 'w1 9', 'w2 8', 'w3 7', 'w4 6', 'others 14'],
  ])
})

test('where no page was told anything the latency is a gap', () => {
  const steps = [step(1, { push: { count: 1, p50Ms: 2, p95Ms: 9 } }), step(2)]
  expect(plotOf('push', { steps, everyMs: 5_000 }).lines.map(({ values }) => values)).toEqual([
    [2, null],
    [9, null],
  ])
})
