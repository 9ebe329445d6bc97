// What may grow over a soak, and by how much: the same rules for the short form and the long one.
import { expect } from 'vitest'
import { type Measured, settled, startSoak } from './lifecycles.js'
import { told } from './told.js'

const DAY_MS = 86_400_000
/** An entry of the history with its places in two indexes. */
const AUDIT_BYTES = 250

/**
 * @param lives after as many that everything has found its size
 * @param days that pass over them
 * @param withinMs as many lives as this has room for, if it has no room for all
 */
export async function soak(lives: number, days: number, withinMs = Number.POSITIVE_INFINITY): Promise<void> {
  const service = await startSoak()
  try {
    await service.live(Math.max(600, lives / 10), days / 10, withinMs / 10)
    const base = await rest(service)
    const half = Math.ceil(lives / 2)
    const first = await service.live(half, days / 2, withinMs / 2)
    const middle = await rest(service)
    const second = await service.live(lives - half, days / 2, withinMs / 2)
    const end = await rest(service)
    told('soak', { lives: first + second, days, base, middle, end })
    grownBy(base, end, 0.05)
    // Timers and sockets of the last page are gone; what remains is what a node at rest has.
    const { TCPSocketWrap: idle = 0, ...handles } = end.handles
    const { TCPSocketWrap: _, ...atFirst } = base.handles
    expect(handles).toEqual(atFirst)
    // The visitors' own kept-alive connections, which are as many as came at once.
    expect(idle).toBeLessThanOrEqual(40)
    // Days have passed: what was begun long ago is no longer there, and the file has room for what comes. The history stays.
    const history = ((end.rows.audit ?? 0) - (middle.rows.audit ?? 0)) * AUDIT_BYTES
    expect(end.fileBytes).toBeLessThan(middle.fileBytes * 1.1 + history)
    expect(end.logBytes).toBeLessThan(40 * 1024 ** 2)
    // 30 days after their end sessions go as well.
    await service.pass(61 * DAY_MS)
    const empty = await rest(service)
    expect(empty.rows).toMatchObject({ tickets: 0, callbacks: 0, sessions: 0 })
  } finally {
    await service.close()
  }
}

async function rest(service: Awaited<ReturnType<typeof startSoak>>): Promise<Measured> {
  await service.pass(2 * DAY_MS)
  await settled()
  return service.measure()
}

function grownBy(base: Measured, end: Measured, share: number): void {
  expect(end.heapUsed / base.heapUsed - 1, 'heap after collection').toBeLessThan(share)
}
