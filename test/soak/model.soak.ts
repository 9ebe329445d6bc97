// 10,000 random histories against the model on SQLite, 1,000 on each server, and what was answered how often.
import { expect, test } from 'vitest'
import { movableClock, openScratchStore, openServerScratch } from '../core/scratch-store.js'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { checkHistories, type Tally } from '../model/check.js'
import { violations } from '../world/invariants.js'
import { told } from './told.js'

function counted({ histories, answers }: Tally): Record<string, number> {
  return { histories, ...Object.fromEntries([...answers].toSorted((a, b) => b[1] - a[1])) }
}

test('10,000 histories on SQLite', async () => {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  const tally = await checkHistories([{ scratch, time }], 10_000)
  told('histories', counted(tally))
  expect(tally.histories).toBe(10_000)
  expect(await violations(scratch.query)).toEqual([])
}, 3_600_000)

for (const server of SERVERS) {
  describeOn(server, 'histories', () => {
    test('1,000 of them', async () => {
      const database = await scratchDatabase(server)
      const time = movableClock()
      const tally = await checkHistories([{ scratch: await openServerScratch(database, time.clock), time }], 1_000)
      told('histories', counted(tally))
      expect(await violations(database.query)).toEqual([])
      await database.drop()
    }, 3_600_000)
  })
}
