// Nothing that is said on a socket, or not said to its end, harms the process or anybody else's socket.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveClient } from '../world/socket.js'
import { startWorld, type World } from '../world.js'
import { fuzz, pingFlood, resets } from './fuzz.js'
import { openSockets, until } from './raw.js'

let world: World
/** Somebody who waits for a phone all the while. */
let bystander: LiveClient
let ticket: string
const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note)
  process.on('unhandledRejection', note)
  world = await startWorld()
  const pc = world.pc()
  ticket = (await pc.begin('website')).ticket.id
  bystander = await pc.watch(ticket)
  await bystander.until('pending')
})
afterAll(async () => {
  bystander.close()
  await world.close()
  process.off('uncaughtExceptionMonitor', note)
  process.off('unhandledRejection', note)
})

async function allIsWell(): Promise<void> {
  expect(uncaught).toEqual([])
  expect(world.log.filter((line) => line.includes('"level":50'))).toEqual([])
  const pc = world.pc()
  const begun = await pc.begin('relay')
  const live = await pc.watch(begun.ticket.id)
  await live.until('pending')
  await pc.cancel(begun.ticket.id)
  await live.until('expired')
  live.close()
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('x')
  await until(async () => (await openSockets(world)) === 1)
}

describe('sockets that are up to no good', () => {
  test('fifteen hundred of them, with random frames until they are cut off', async () => {
    expect(await fuzz(world, { sockets: 1_500, frames: 200, atOnce: 20, seed: 20_261_125 })).toBeGreaterThan(1_500)
    await allIsWell()
  }, 120_000)

  test('six hundred resets, before, during and after the upgrade', async () => {
    await resets(world, 600)
    await allIsWell()
  }, 60_000)

  test.each([
    ['pings', 0x89],
    ['pongs that nobody asked for', 0x8a],
  ] as const)('a flood of %s ends the socket it comes by', async (_, opcode) => {
    const before = process.memoryUsage().rss
    expect(await pingFlood(world, opcode)).toBeLessThan(100_000)
    await allIsWell()
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20)
  })

  test('the bystander has heard nothing of all that, and hears what concerns it', async () => {
    expect(bystander.received).toHaveLength(1)
    bystander.raw('{"type":"session"}')
    expect(await bystander.next()).toEqual({ type: 'session.ended', reason: 'signed_out' })
  })
})
