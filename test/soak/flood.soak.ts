// 3,000 ticket requests a second for 20 s from one address (as many as this machine manages), whatever X-Forwarded-For says.
import { expect, test } from 'vitest'
import { RULES } from '#server/http/limits/table.js'
import { prepareProgram } from '../world/program.js'
import { flood } from './flood.js'
import { told } from './told.js'

test('a long flood: no row, at most 30 MiB, and everybody elsewhere gets through', async () => {
  const program = await prepareProgram()
  try {
    await program.start()
    // What the engine itself takes under load is no growth.
    await flood(program, 3_000, 5)
    const done = await flood(program, 3_000, 20)
    told('flood', { ...done })
    expect(Object.keys(done.answers).filter((status) => !['201', '429', '503'].includes(status))).toEqual([])
    expect(Object.keys(done.others)).toEqual(['201 200 204'])
    expect(done.answers[201] ?? 0).toBeLessThanOrEqual(2 * RULES.create.perMinute + RULES.create.burst)
    const through = Object.values(done.others).reduce((sum, count) => sum + count, 0)
    expect(through).toBeGreaterThan(100)
    expect(done.rows).toBeLessThanOrEqual(through)
    expect(done.grownMiB).toBeLessThanOrEqual(30)
  } finally {
    await program.dispose()
  }
}, 120_000)
