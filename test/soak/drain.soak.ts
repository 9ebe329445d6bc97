// The long form of test/flow/drain.test.ts.
import { expect, test } from 'vitest'
import { type Program, prepareProgram } from '../world/program.js'
import { drain } from './drain.js'
import { told } from './told.js'

test('a drain with 200 requests under way and 2,000 sockets', async () => {
  const program: Program = await prepareProgram({ TRUSTED_PROXIES: '1' })
  try {
    await program.start()
    const drained = await drain(program, { requests: 200, sockets: 2_000 })
    const { answers, kept, closings, ...figures } = drained
    const count = (list: readonly (number | string)[]) =>
      Object.fromEntries([...new Set(list)].map((one) => [one, list.filter((other) => other === one).length]))
    told('drain', { ...figures, answers: count(answers), kept, closings: count(closings) })
    expect(drained).toMatchObject({ reasons: ['draining'], kept: [200], exit: { code: 0, signal: null } })
    expect([count(answers), count(closings)]).toEqual([{ 201: 200 }, { 1012: 2_000 }])
    expect(drained.notReadyAfter).toBeLessThan(100)
    expect(drained.closedInASecond).toBeLessThanOrEqual(330)
    expect(drained.exitAfter).toBeLessThan(15_000)
  } finally {
    await program.dispose()
  }
}, 300_000)
