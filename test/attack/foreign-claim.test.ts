import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'
import { foreignClaims, TRIES, type Tried, tickets } from './foreign-claim.js'

let world: World
let ids: readonly string[]
let tried: readonly Tried[]
const dump = () => rows(world.file, 'SELECT * FROM tickets ORDER BY id')
let before: Record<string, unknown>[]
beforeAll(async () => {
  world = await startWorld()
  ids = await tickets(world)
  before = await dump()
  // Every way, every ticket, every disguise.
  tried = await foreignClaims(world, ids, TRIES.length * ids.length * 8)
}, 60_000)
afterAll(() => world.close())

const of = (...ways: string[]) => tried.filter(({ what }) => ways.includes(what))

describe('whoever knows the id of a ticket and has not its cookie', () => {
  test.each([
    ['attach', 4401],
    ['poll', 404],
    ['redeem', 404],
    ['cancel', 404],
    ['question', 404],
  ])(
    '%s: is answered %i, the same to the byte for tickets in every state and for those that never were',
    (way, status) => {
      const answers = of(way)
      expect(answers.length).toBe(ids.length * 8)
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]))
      expect(new Set(answers.map(({ seen }) => seen)).size).toBe(1)
    },
  )

  test('confirm: is never believed; what a phone is told at most is that another one was first', () => {
    const codes = of('confirm').map(({ seen }) => /"code\\":\\"(\w+)/.exec(seen)?.[1])
    expect(new Set(codes)).toEqual(new Set(['ticket_unknown', 'scanned_elsewhere']))
  })

  test('has changed no ticket', async () => {
    expect(before.length).toBeGreaterThanOrEqual(6)
    expect(await dump()).toEqual(before)
  })
})

test('the owner of one of them succeeds where all of these failed: the tests above can fail', async () => {
  const { pc, id } = await world.confirmed('relay', await world.wechat.newPerson())
  expect((await pc.read(id)).status).toBe(200)
  expect((await pc.redeem(id)).status).toBe(200)
})
