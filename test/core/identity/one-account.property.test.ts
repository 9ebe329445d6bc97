// Promise 1 on SQLite: as a property of random histories, and in every order of a few visits.
import { expect, test } from 'vitest'
import type { Openid } from '#server/core/ports.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { holdsPromise, PROMISE } from './one-account.js'
import { createDesk, DOORS } from './people.js'

test(PROMISE, async () => {
  const time = movableClock()
  const { store, rows } = await openScratchStore(time.clock)
  await holdsPromise(time, [store], rows)
}, 120_000)

test('the result does not depend on the order: all 24 orders of four visits end in the same partition', async () => {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  const desk = createDesk(scratch, time, seededRandom('all orders'))
  const visits = [
    ['mp', false],
    ['mp', true],
    ['mp2', true],
    ['pc', true],
  ] as const
  const permutations = (rest: readonly (typeof visits)[number][]): (typeof visits)[number][][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((head) => permutations(rest.filter((one) => one !== head)).map((tail) => [head, ...tail]))

  const orders = permutations(visits)
  expect(orders).toHaveLength(24)
  for (const [order, steps] of orders.entries()) {
    let first: string | null = null
    for (const [door, unionid] of steps) {
      const id = await desk.enter(door, `o${order}-${door}`, unionid ? `u${order}` : undefined)
      first ??= id
    }
    const owners = await Promise.all(
      (['mp', 'mp2', 'pc'] as const).map(
        async (door) =>
          (await scratch.store.read.identities.find(DOORS[door].appid, `o${order}-${door}` as Openid))?.accountId,
      ),
    )
    expect(owners).toEqual([first, first, first])
  }
})
