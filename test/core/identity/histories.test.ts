// Whatever people, operators and WeChat did, in whatever order and at once: the tables agree, nobody shares an account with
// somebody else, and once nothing keeps them apart every person is one account again.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onEveryDatabase } from '../every-database.js'
import { disagreements } from './agreement.js'
import { createHistory, FIVE, histories } from './history.js'

const HISTORIES = process.env.CI === 'true' ? 300 : 20
/** So many share the database in step, each with people of its own. */
const AT_ONCE = 5

type History = ReturnType<typeof createHistory>

async function sharers(history: History): Promise<number> {
  const owners = (await history.people()).map((own) => new Set(own.flatMap((one) => one?.accountId ?? [])))
  const all = owners.flatMap((own) => [...own])
  return all.length - new Set(all).size
}

/** Persons who are not one account for each namespace in which they have doors. */
async function scattered(history: History): Promise<number> {
  const people = await history.people()
  const scatters = people.flatMap((own) =>
    [...new Set(history.places.values())].map((place) => {
      const here = own.filter((_, index) => history.places.get(FIVE[index] ?? 'pc') === place)
      const known = here.every((one) => one !== null && one.unionid !== null)
      return known && new Set(here.map((one) => one?.accountId)).size === 1
    }),
  )
  return scatters.filter((one) => !one).length
}

onEveryDatabase('random histories with merges, their undoing, deletion, notices and migrations', (office) => {
  test('leave every unionid with who proves it, two people two, and one person one', async () => {
    const done: Record<string, number> = {}
    let run = 0
    const agree = async (together: readonly History[]) => {
      expect(await disagreements(office().rows)).toEqual([])
      expect(await Promise.all(together.map(sharers))).toEqual(together.map(() => 0))
    }
    await fc.assert(
      fc.asyncProperty(fc.array(histories, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (scripts) => {
        const together = scripts.map(() => createHistory(office(), run++))
        for (let step = 0; scripts.some((script) => step < script.length); step += 1) {
          await Promise.all(together.map((history, index) => history.step(scripts[index]?.[step] ?? [])))
          await agree(together)
        }
        await Promise.all(together.map((history) => history.reunite()))
        await agree(together)
        expect(await Promise.all(together.map(scattered))).toEqual(together.map(() => 0))
        for (const history of together) {
          for (const [what, times] of Object.entries(history.done)) done[what] = (done[what] ?? 0) + times
        }
      }),
      { seed: 20_260_824, numRuns: HISTORIES / AT_ONCE },
    )
    expect(run).toBeGreaterThanOrEqual(HISTORIES)
    // Everything did happen, or this proved nothing.
    const acts = ['undo', 'clear', 'disable', 'enable', 'delete', 'cancelled', 'revoked', 'move', 'migrate']
    for (const what of ['create', 'link', 'merge', ...acts]) expect(done[what] ?? 0, what).toBeGreaterThan(0)
  }, 900_000)
})
