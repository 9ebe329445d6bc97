// The state machine of tickets and sessions, checked against a model by random histories: 300 on SQLite, 60 on all three.
// The long form plays 10,000 (test/soak).
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { movableClock, openScratchStore, openServerScratch } from '../core/scratch-store.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../db/servers.js'
import { violations } from '../world/invariants.js'
import { checkHistories } from './check.js'

describe('random histories fit the model', () => {
  test('on SQLite, and every kind of answer is among them', async () => {
    const time = movableClock()
    const scratch = await openScratchStore(time.clock)
    const { histories, answers } = await checkHistories([{ scratch, time }], 300)
    expect(histories).toBe(300)
    for (const kind of [
      'signed in',
      'ticket_redeemed',
      'confirmed -',
      'failed interrupted',
      'failed match_number_wrong',
    ]) {
      expect(answers.get(kind), kind).toBeGreaterThan(0)
    }
    expect(await violations(scratch.query)).toEqual([])
  }, 120_000)
})

for (const server of SERVERS) {
  describeOn(server, 'random histories fit the model', () => {
    let database: ScratchDatabase
    beforeAll(async () => {
      database = await scratchDatabase(server)
    })
    afterAll(() => database.drop())

    test('and leave a whole database', async () => {
      const time = movableClock()
      const scratch = await openServerScratch(database, time.clock)
      expect((await checkHistories([{ scratch, time }], 60)).histories).toBe(60)
      expect(await violations(database.query)).toEqual([])
    }, 120_000)
  })
}
