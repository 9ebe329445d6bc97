// Promise 1 as a property, over the real store: people come through WeChat's doors in any order, with the unionid
// missing at first at any of them; in the end each person has one account, the oldest, and nobody shares one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveAccount } from '#server/core/account/account.js'
import type { Openid } from '#server/core/ports.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createDesk, DOORS, type Door, proofOf } from './people.js'

const BOUND_DOORS = ['pc', 'mp', 'mp2', 'app', 'mini'] as const satisfies readonly Door[]

interface Visit {
  person: number
  door: Door
  unionid: boolean
}

/** Each door of each person is visited once with the unionid, and perhaps once or twice without it. */
const person = (index: number): fc.Arbitrary<Visit[]> =>
  fc
    .uniqueArray(fc.record({ door: fc.constantFrom(...BOUND_DOORS), without: fc.nat(2) }), {
      minLength: 1,
      selector: ({ door }) => door,
    })
    .map((doors) =>
      doors.flatMap(({ door, without }) => [
        { person: index, door, unionid: true },
        ...Array.from({ length: without }, () => ({ person: index, door, unionid: false })),
      ]),
    )

/** All visits of one or two people in any order, each some time after the last: 0 gives accounts of equal age. */
const history = fc
  .oneof(
    person(0),
    fc.tuple(person(0), person(1)).map((both) => both.flat()),
  )
  .chain((visits) => fc.shuffledSubarray(visits, { minLength: visits.length, maxLength: visits.length }))
  .chain((visits) =>
    fc.record({
      visits: fc.constant(visits),
      gaps: fc.array(fc.nat(2), { minLength: visits.length, maxLength: visits.length }),
      atOnce: fc.boolean(),
    }),
  )

test('promise 1: one person per Open Platform account has one account as soon as WeChat has told us the unionid, whatever arrives at the same time and in whatever order', async () => {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  const { store, rows } = scratch
  const desk = createDesk(scratch, time, seededRandom('one account'))
  let histories = 0
  let merges = 0

  await fc.assert(
    fc.asyncProperty(history, async ({ visits, gaps, atOnce }) => {
      const run = `run${histories++}`
      const nameOf = (index: number) => `${run}-person${index}`
      const proofs = visits.map(({ person, door, unionid }, index) => {
        time.advance(gaps[index] ?? 0)
        const at = time.clock()
        return proofOf(door, `${nameOf(person)}-${door}`, { at, ...(unionid && { unionid: nameOf(person) }) })
      })
      const answers = atOnce ? await Promise.all(proofs.map(desk.sign)) : []
      if (!atOnce) for (const proof of proofs) answers.push(await desk.sign(proof))

      const ofPerson = (index: number) =>
        visits.flatMap((visit, at) => {
          const answer = answers[at]
          if (!answer?.ok) throw new Error(`visit ${at} was refused: ${answer?.reason}`)
          return visit.person === index ? [answer.accountId] : []
        })
      const people = [...new Set(visits.map((visit) => visit.person))]

      // Nobody is ever let into an account that another person was let into.
      const [one = [], other = []] = people.map(ofPerson)
      expect(one.filter((id) => other.includes(id))).toEqual([])

      for (const index of people) {
        const created = await Promise.all([...new Set(ofPerson(index))].map((id) => store.read.accounts.find(id)))
        const oldest = created.sort(
          (a, b) => Number(a?.createdAt) - Number(b?.createdAt) || (`${a?.id}` < `${b?.id}` ? -1 : 1),
        )[0]
        for (const id of ofPerson(index)) expect((await resolveAccount(store.read, id))?.id).toBe(oldest?.id)
        expect(created.filter((account) => account?.status === 'active')).toEqual([oldest])

        const identities = await store.read.identities.ofAccount(String(oldest?.id))
        const expected = visits.filter((visit) => visit.person === index && visit.unionid)
        expect(identities.map(({ appid, unionid }) => [appid, unionid]).sort()).toEqual(
          expected.map(({ door }) => [DOORS[door].appid, nameOf(index)]).sort(),
        )
        merges += created.length - 1
      }
    }),
    { seed: 20_260_823, numRuns: 80 },
  )

  expect(histories).toBeGreaterThanOrEqual(60)
  // Every tombstone is one merge in the log: and the histories did merge, or this proved nothing.
  expect(merges).toBeGreaterThan(30)
  expect((await rows('accounts')).filter((row) => row.status === 'merged')).toHaveLength(merges)
  expect(await rows('merges')).toHaveLength(merges)
})

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
