// Two servers on one database: what is single stays single, whoever comes to which of them.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../../db/servers.js'
import { createDesk, type Door, proofOf } from '../identity/people.js'
import { movableClock, openServerScratch } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createWorld, refusal, type World } from './world.js'

for (const server of SERVERS) {
  describeOn(server, 'two nodes', () => {
    const time = movableClock()
    let database: ScratchDatabase
    let here: World
    let there: World
    beforeAll(async () => {
      database = await scratchDatabase(server)
      const world = async (seed: string) =>
        createWorld({ time, seed, scratch: await openServerScratch(database, time.clock) })
      here = await world('here')
      there = await world('there')
    })
    afterAll(() => database.drop())

    test('promise 3: of fifty tabs that redeem one ticket on two nodes one wins, ticket after ticket', async () => {
      for (let round = 1; round <= 10; round++) {
        const id = await here.confirmedWebsite(`alice${round}`)
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, tab) => {
            const node = tab % 2 === 0 ? here : there
            const attempt = `attempt-of-tab-${String(tab).padStart(4, '0')}`
            return refusal(node.redeem(id, { secret: here.browser, attempt }))
          }),
        )
        expect(results.filter((result) => result.startsWith('no refusal'))).toHaveLength(1)
        expect(results.filter((result) => result === 'ticket_redeemed')).toHaveLength(49)
        expect(await here.count('sessions')).toEqual([round])
      }
    }, 60_000)

    test('promise 4: one state brought to two nodes fifty times reaches WeChat once, and all see the same', async () => {
      const { id, state } = here.beginWebsite()
      const code = `code-of-${id}`
      for (const node of [here, there]) node.wechat.says(code, { openid: 'bob-pc', unionid: 'bob', nickname: 'bob' })
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? here : there).arrive({ state, code, browserSecret: here.browser }),
        ),
      )
      expect(new Set(results.map(({ status, reason }) => `${status} ${reason}`))).toEqual(new Set(['confirmed null']))
      const exchanges = [here, there].flatMap((node) => node.wechat.calls.exchanges)
      expect(exchanges.filter((exchange) => exchange.endsWith(code))).toHaveLength(1)
      expect(await database.query("SELECT account_id FROM unionids WHERE unionid = 'bob'")).toHaveLength(1)
    })

    test('promise 1: two hundred callbacks of one person through three apps make one account with three identities', async () => {
      const doors = ['pc', 'mp', 'app'] as const satisfies readonly Door[]
      const desks = [here, there].map((node, index) => createDesk(node, time, seededRandom(`desk ${index}`)))
      for (let round = 0; round < 5; round++) {
        const before = await here.count('accounts', 'identities')
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, visit) => {
            const door = doors[visit % 3] ?? 'pc'
            const proof = proofOf(door, `r${round}-${door}`, { at: time.clock(), unionid: `r${round}` })
            return desks[visit % 2]?.sign(proof)
          }),
        )
        expect(new Set(answers.map((answer) => answer?.ok && answer.accountId)).size).toBe(1)
        expect(answers.every((answer) => answer?.ok)).toBe(true)
        const [accounts = 0, identities = 0] = before
        expect(await here.count('accounts', 'identities')).toEqual([accounts + 1, identities + 3])
      }
    }, 60_000)
  })
}
