// Promise 1, exhaustively: five doors in each of their 120 orders, the unionid absent at first from each of their 32
// subsets and known at last; one person alone, and two at the same doors in turn. The rules are the real ones.
import { expect, test } from 'vitest'
import { signIn } from '#server/core/identity/sign-in.js'
import { seededRandom } from '../seeded-random.js'
import { createMemory, type Memory } from './memory-tx.js'
import { DOORS, type Door, proofOf, VIA } from './people.js'

const FIVE = ['pc', 'mp', 'mp2', 'app', 'mini'] as const satisfies readonly Door[]
const SUBSETS = 2 ** FIVE.length

function orders<T>(rest: readonly T[]): T[][] {
  if (rest.length === 0) return [[]]
  return rest.flatMap((head) => orders(rest.filter((one) => one !== head)).map((tail) => [head, ...tail]))
}

interface Visit {
  readonly person: string
  readonly door: Door
  readonly told: boolean
}

/** Everybody comes by every door; where the unionid was absent they come once more. */
function visitsOf(people: readonly string[], order: readonly (typeof FIVE)[number][], absent: number): Visit[] {
  const isAbsent = (door: (typeof FIVE)[number]) => (absent & (1 << FIVE.indexOf(door))) !== 0
  const first = order.flatMap((door) => people.map((person) => ({ person, door, told: !isAbsent(door) })))
  const again = order
    .filter(isAbsent)
    .flatMap((door) => people.toReversed().map((person) => ({ person, door, told: true })))
  return [...first, ...again]
}

async function play(visits: readonly Visit[], random: ReturnType<typeof seededRandom>): Promise<Memory> {
  const memory = createMemory()
  const told = new Map<string, Set<Door>>()
  for (const [at, { person, door, told: isTold }] of visits.entries()) {
    const proof = proofOf(door, `${person}-${door}`, { at, ...(isTold ? { unionid: person } : {}) })
    const entered = await signIn(memory.tx, random, proof, VIA)
    if (!entered.ok) throw new Error(`${person} was refused at ${door}: ${entered.reason}`)
    // As soon as WeChat has told, not only in the end: all doors that were told lead to one account.
    const doors = told.get(person) ?? new Set()
    told.set(person, isTold ? doors.add(door) : doors)
    const owners = [...doors].map((one) => identityOf(memory, person, one)?.accountId)
    if (new Set(owners).size > 1) throw new Error(`${person} is two after ${door}, visit ${at}`)
  }
  return memory
}

/** The living accounts that a person's five identities belong to. */
function accountsOf(memory: Memory, person: string): Set<string> {
  return new Set(FIVE.map((door) => identityOf(memory, person, door)?.accountId ?? 'nobody'))
}

function identityOf({ identities }: Memory, person: string, door: Door) {
  return identities.get(JSON.stringify([DOORS[door].appid, `${person}-${door}`]))
}

/** When a person came first: the age of the account that has to survive. */
function firstVisit(visits: readonly Visit[], person: string): number {
  return visits.findIndex((visit) => visit.person === person)
}

test.each([
  ['one person', ['alice']],
  ['two people', ['alice', 'bob']],
])(
  'promise 1: %s, in every order and with the unionid absent at first from every subset: one account each, the oldest',
  async (_, people) => {
    const random = seededRandom('every order')
    let played = 0
    for (const order of orders(FIVE)) {
      for (let absent = 0; absent < SUBSETS; absent += 1) {
        const visits = visitsOf(people, order, absent)
        const memory = await play(visits, random)
        const each = people.map((person) => accountsOf(memory, person))
        const living = [...memory.accounts.values()].filter(({ status }) => status === 'active')
        const fits =
          each.every((accounts) => accounts.size === 1) &&
          new Set(each.flatMap((accounts) => [...accounts])).size === people.length &&
          living.length === people.length &&
          [...memory.accounts.values()].every(
            ({ status, mergedInto }) =>
              status === 'active' || memory.accounts.get(mergedInto ?? '')?.status === 'active',
          )
        const oldest = people.every((person, index) => {
          const [id = ''] = each[index] ?? []
          return memory.accounts.get(id)?.createdAt === firstVisit(visits, person)
        })
        if (!fits || !oldest) throw new Error(`${order.join(' ')}, absent ${absent.toString(2)}`)
        played += 1
      }
    }
    expect(played).toBe(120 * 32)
  },
  60_000,
)
