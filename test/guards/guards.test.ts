// The table of guards cannot rot: what it takes away is there, once, and so is each test that must notice. Taking them
// away for real is `npm run test:guards`.
import { expect, test } from 'vitest'

interface Row {
  readonly bar: string
  readonly guard: string
}
interface Sources {
  faultsOf(root: string, row: Row): string[]
  without(source: string, edit: readonly [file: string, find: string, replace: string]): string
}

const ROOT = new URL('../..', import.meta.url).pathname
const module = (name: string): Promise<unknown> => import(new URL(name, import.meta.url).href)
const { GUARDS } = (await module('./table.mjs')) as { GUARDS: readonly Row[] }
const { faultsOf, without } = (await module('./sources.mjs')) as Sources

test('each guard stands where the table says, exactly once, and the test that must notice is there', () => {
  expect(GUARDS.flatMap((row) => faultsOf(ROOT, row))).toEqual([])
})

test('every promise has guards, and no two rows are alike', () => {
  const bars = new Set(GUARDS.map(({ bar }) => bar))
  expect([1, 2, 3, 4, 5, 6, 7].map((number) => `promise ${number}`).filter((promise) => !bars.has(promise))).toEqual([])
  expect(new Set(GUARDS.map(({ bar, guard }) => `${bar}: ${guard}`)).size).toBe(GUARDS.length)
})

test.each(['', 'guard guard'])('a guard that has moved is told (%j)', (source) => {
  expect(() => without(source, ['a.ts', 'guard', ''])).toThrow('a.ts')
})

test('a test that is not there is told', () => {
  const row = {
    bar: 'S0',
    guard: 'none',
    remove: [],
    test: 'test/guards/guards.test.ts',
    name: ['no', 'such'].join('-'),
  }
  expect(faultsOf(ROOT, row)).toHaveLength(1)
})
