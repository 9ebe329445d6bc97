// A flood of tickets on the real program. The long form is in test/soak.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RULES } from '#server/http/limits/table.js'
import { flood } from '../soak/flood.js'
import { type Program, prepareProgram } from '../world/program.js'

let program: Program
beforeAll(async () => {
  program = await prepareProgram()
  await program.start()
})
afterAll(() => program.dispose())

test('a flood from one address that claims thousands: no row, no memory, and everybody elsewhere gets through', async () => {
  const { answers, perSecond, others, rows, grownMiB } = await flood(program, 1_000, 4)
  const { perMinute, burst } = RULES.create
  // 503: this machine is busy with other things too.
  expect(Object.keys(answers).filter((status) => !['201', '429', '503'].includes(status))).toEqual([])
  expect(answers[429]).toBeGreaterThan(500)
  // A minute may have passed since the first one.
  expect(answers[201]).toBeLessThanOrEqual(2 * perMinute + burst)
  expect(perSecond).toBeGreaterThan(50)
  expect(Object.keys(others)).toEqual(['201 200 204'])
  expect(others['201 200 204']).toBeGreaterThan(20)
  // Those of the others, who attached to theirs.
  expect(rows).toBe(others['201 200 204'])
  expect(grownMiB).toBeLessThan(60)
}, 60_000)
