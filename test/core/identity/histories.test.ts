// Whatever people, operators and WeChat did, in whatever order and at once: the tables agree, nobody shares an account with
// somebody else, and once nothing keeps them apart every person is one account again.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onEveryDatabase } from '../every-database.js'
import { disagreements } from './agreement.js'
import { createHistory, FIVE, histories } from './history.js'

const HISTORIES = process.env.CI === 'true' ? 300 : 25

onEveryDatabase('random histories with merges, their undoing, deletion, notices and migrations', (office) => {
  test('leave every unionid with who proves it, and two people two', async () => {
    const done: Record<string, number> = {}
    let run = 0
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const history = createHistory(office(), run++)
        const nobodyShares = async () => {
          const owners = (await history.people()).map((own) => new Set(own.flatMap((one) => one?.accountId ?? [])))
          const all = owners.flatMap((own) => [...own])
          expect(new Set(all).size, 'two people share an account').toBe(all.length)
        }
        for (const acts of steps) {
          await history.step(acts)
          expect(await disagreements(office().rows)).toEqual([])
          await nobodyShares()
        }
        await history.reunite()
        expect(await disagreements(office().rows)).toEqual([])
        await nobodyShares()
        for (const own of await history.people()) {
          for (const place of new Set(history.places.values())) {
            const here = own.filter((_, index) => history.places.get(FIVE[index] ?? 'pc') === place)
            expect(new Set(here.map((one) => one?.accountId)).size).toBe(1)
            expect(here.every((one) => one !== null && one.unionid !== null)).toBe(true)
          }
        }
        for (const [what, times] of Object.entries(history.done)) done[what] = (done[what] ?? 0) + times
      }),
      { seed: 20_260_824, numRuns: HISTORIES },
    )
    // Everything did happen, or this proved nothing.
    const must = [
      'create',
      'link',
      'merge',
      'undo',
      'clear',
      'disable',
      'delete',
      'cancelled',
      'revoked',
      'move',
      'migrate',
    ]
    for (const what of must) expect(done[what] ?? 0, what).toBeGreaterThan(0)
  }, 900_000)
})
