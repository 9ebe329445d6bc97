// Promise 1 where people meet it: whole logins over HTTP by every door, in random order and at the same moment, with the
// unionid told late, WeChat accounts deleted, ours too, on one node and on two. One account a person; no two share one.
// DOOR_STORIES=60 tells more of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../core/seeded-random.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../db/servers.js'
import { DOOR_NAMES, type DoorName, type Entered, EVERY_DOOR } from '../world/doors.js'
import { callAsProgram } from '../world/native-app.js'
import { type Nodes, startNodes } from '../world/nodes.js'

const STORIES = Number(process.env.DOOR_STORIES ?? 3)
/** Together they know a person by all five identities. */
const ALL: readonly DoorName[] = ['website', 'official', 'otherOfficial', 'mobile', 'miniProgram']

/** Silent logins make accounts: the hardest case. */
const STRANGERS_TOO = { strangers: 'create' } as const

/** A story that repeats itself with its seed. */
async function tell({ world, sites }: Nodes, seed: string): Promise<void> {
  const random = seededRandom(seed)
  const below = (limit: number) => random(4).readUInt32BE() % limit
  const pick = <T>(of: readonly T[]): T => of[below(of.length)] ?? expect.fail('nothing to pick')
  const { wechat } = world
  const people = [await wechat.newPerson({ noUnionid: true }), await wechat.newPerson({ noUnionid: true })]
  const tokens = new Map<string, string>()
  const story: string[] = []
  const come = async (person: string, door: DoorName): Promise<Entered> => {
    const entered = await EVERY_DOOR[door](pick(sites), wechat, person)
    story.push(`${person} by ${door}: ${JSON.stringify(entered)}`)
    // An account that is deleted between confirmation and session takes the login with it; nothing else ends one here.
    if ('refused' in entered) expect(['ticket_over', 'code_used'], story.join('\n')).toContain(entered.refused)
    if ('account' in entered && entered.token) tokens.set(person, entered.token)
    return entered
  }

  for (let step = 0; step < 8; step += 1) {
    const person = pick(people)
    const what = below(10)
    if (what < 2) await wechat.putPerson(person, { noUnionid: what === 0 })
    else if (what === 2)
      await wechat.event(pick(['pc', 'mp', 'app', 'mini']), person, 'user_authorization_cancellation')
    else if (what === 3 && tokens.has(person)) {
      const leaving = callAsProgram(pick(sites), '/api/account', {
        method: 'DELETE',
        headers: { authorization: `Bearer ${tokens.get(person)}` },
      })
      await Promise.all([leaving, come(person, pick(DOOR_NAMES))])
    } else await Promise.all(Array.from({ length: 1 + below(4) }, () => come(pick(people), pick(DOOR_NAMES))))
  }

  const accounts: string[] = []
  for (const person of people) {
    await wechat.putPerson(person, { noUnionid: false })
    await Promise.all(ALL.map((door) => come(person, door)))
    const last = new Set<string>()
    for (const door of DOOR_NAMES) last.add(JSON.stringify({ ...(await come(person, door)), token: undefined }))
    expect([...last], `${seed}\n${story.join('\n')}`).toHaveLength(1)
    accounts.push([...last][0] ?? '')
  }
  expect(new Set(accounts).size, story.join('\n')).toBe(people.length)
  expect(accounts.join(), story.join('\n')).not.toContain('refused')
}

const stories = (stage: () => Nodes) => {
  test.each(Array.from({ length: STORIES }, (_, index) => `story ${index}`))(
    '%s: one account a person at its end, and nobody else’s',
    (seed) => tell(stage(), seed),
    60_000,
  )
  test('no answer was an internal error', () => {
    expect(stage().errors()).toEqual([])
  })
}

describe('every door, SQLite', () => {
  let stage: Nodes
  beforeAll(async () => {
    stage = await startNodes(null, STRANGERS_TOO)
  })
  afterAll(() => stage.close())
  stories(() => stage)
})

for (const server of SERVERS) {
  describeOn(server, 'every door, two nodes', () => {
    let database: ScratchDatabase
    let stage: Nodes
    beforeAll(async () => {
      database = await scratchDatabase(server)
      stage = await startNodes(database.url, STRANGERS_TOO)
    })
    afterAll(async () => {
      await stage.close()
      await database.drop()
    })
    stories(() => stage)
  })
}
