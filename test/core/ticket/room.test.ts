import { expect, test } from 'vitest'
import { createRoom } from '#server/core/ticket/room.js'
import { createWorld } from '../login/world.js'

const tickets = (open: () => number | Promise<number>) => ({ countOpen: async () => open() })
const outcomes = async (takes: readonly Promise<void>[]) =>
  (await Promise.allSettled(takes)).map((take) => (take.status === 'fulfilled' ? 'in' : take.reason.code))

test('so many are let in as there is room for, and the rest hear that it is busy', async () => {
  const room = createRoom({ tickets: tickets(() => 7), clock: () => 0, most: 10 })
  expect(await outcomes(Array.from({ length: 5 }, () => room.take()))).toEqual(['in', 'in', 'in', 'busy', 'busy'])
})

test('the rows are counted once a second, however many come, and again when there is room', async () => {
  let now = 0
  let counts = 0
  let open = 10
  const room = createRoom({
    tickets: tickets(() => {
      counts += 1
      return open
    }),
    clock: () => now,
    most: 10,
  })
  expect(await outcomes(Array.from({ length: 50 }, () => room.take()))).toEqual(Array(50).fill('busy'))
  expect(counts).toBe(1)
  open = 0
  now = 1_000
  expect(await outcomes([room.take()])).toEqual(['in'])
  expect(counts).toBe(2)
})

test('a count that failed fails those who waited for it, and is done again by the next', async () => {
  let broken = true
  const room = createRoom({
    tickets: tickets(() => {
      if (broken) throw new Error('the database is away')
      return 0
    }),
    clock: () => 0,
    most: 1,
  })
  await expect(room.take()).rejects.toThrow('away')
  broken = false
  await room.take()
})

test('of the stored tickets those count that wait, and not those that are over or confirmed', async () => {
  const world = await createWorld()
  const count = () => world.store.read.tickets.countOpen(world.time.clock(), world.time.clock() + 600_000)
  for (let n = 0; n < 3; n += 1) {
    const { id } = world.login.begin({ method: 'relay', secret: world.browser, language: 'zh' }).ticket
    await world.attach(id)
    if (n === 0) await world.cancel(id)
  }
  await world.confirmedWebsite('ann')
  expect(await count()).toBe(2)
  world.time.advance(90_000)
  expect(await count()).toBe(0)
})
