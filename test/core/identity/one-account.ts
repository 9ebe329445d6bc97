// Promise 1 as a property, over the real stores: people come through WeChat's doors in any order, with the unionid
// missing at first at any of them; in the end each person has one account, the oldest, and nobody shares one.
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { resolveAccount } from '#server/core/account/account.js'
import type { Proof, Store } from '#server/core/ports.js'
import type { Row } from '#server/db/sql.js'
import { describeOn, scratchDatabase, type TestServer } from '../../db/servers.js'
import { type MovableClock, movableClock } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createDesk, DOORS, type Door, proofOf } from './people.js'

const BOUND_DOORS = ['pc', 'mp', 'mp2', 'app', 'mini'] as const satisfies readonly Door[]

/** A third of them where nobody waits for the last word. */
const HISTORIES = process.env.CI === 'true' ? 300 : 100

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

export const PROMISE =
  'promise 1: one person per Open Platform account has one account as soon as WeChat has told us the unionid, whatever arrives at the same time and in whatever order'

/** Plays the histories, each visit at the next of the nodes. `rows` looks into the database behind their backs. */
export async function holdsPromise(
  time: MovableClock,
  stores: readonly Store[],
  rows: (table: 'accounts' | 'merges') => Promise<Row[]>,
): Promise<void> {
  const desks = stores.map((store, node) => createDesk({ store }, time, seededRandom(`one account, node ${node}`)))
  const read = stores[0]?.read
  if (read === undefined) throw new Error('No node, no promise.')
  const sign = (proof: Proof, visit: number) => desks[visit % desks.length]?.sign(proof)
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
      const answers = atOnce ? await Promise.all(proofs.map(sign)) : []
      if (!atOnce) for (const [visit, proof] of proofs.entries()) answers.push(await sign(proof, visit))

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
        const created = await Promise.all([...new Set(ofPerson(index))].map((id) => read.accounts.find(id)))
        const oldest = created.sort(
          (a, b) => Number(a?.createdAt) - Number(b?.createdAt) || (`${a?.id}` < `${b?.id}` ? -1 : 1),
        )[0]
        for (const id of ofPerson(index)) expect((await resolveAccount(read, id))?.id).toBe(oldest?.id)
        expect(created.filter((account) => account?.status === 'active')).toEqual([oldest])

        const identities = await read.identities.ofAccount(String(oldest?.id))
        const expected = visits.filter((visit) => visit.person === index && visit.unionid)
        expect(identities.map(({ appid, unionid }) => [appid, unionid]).sort()).toEqual(
          expected.map(({ door }) => [DOORS[door].appid, nameOf(index)]).sort(),
        )
        merges += created.length - 1
      }
    }),
    { seed: 20_260_823, numRuns: HISTORIES },
  )

  expect(histories).toBeGreaterThanOrEqual(HISTORIES)
  // Every tombstone is one merge in the log: and the histories did merge, or this proved nothing.
  expect(merges).toBeGreaterThan(HISTORIES / 3)
  expect((await rows('accounts')).filter((row) => row.status === 'merged')).toHaveLength(merges)
  expect(await rows('merges')).toHaveLength(merges)
}

/** The same on two nodes that share a server's database. */
export function promiseOn(server: TestServer): void {
  describeOn(server, 'two nodes', () => {
    test(PROMISE, async () => {
      const time = movableClock()
      const database = await scratchDatabase(server)
      onTestFinished(database.drop)
      const stores = [await database.open(time), await database.open(time)]
      await stores[0]?.migrate()
      await holdsPromise(time, stores, (table) => database.query(`SELECT * FROM ${table}`))
    }, 120_000)
  })
}
