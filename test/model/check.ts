// R19: histories drawn at random, played on a store, and compared with what the sequential model says, step by step.
import fc from 'fast-check'
import type { MovableClock, ScratchStore } from '../core/scratch-store.js'
import { type Command, histories } from './commands.js'
import { createModel } from './model.js'
import { createService } from './service.js'

export interface Played {
  readonly scratch: ScratchStore
  readonly time: MovableClock
}

export interface Tally {
  histories: number
  /** How often each kind of answer was given, so that nobody believes in a check that only ever saw refusals. */
  readonly answers: Map<string, number>
}

/** Plays `runs` histories on each of the stores. @throws with the shortest history that went wrong and the seed that repeats it */
export async function checkHistories(stores: readonly Played[], runs: number, seed?: number): Promise<Tally> {
  const tally: Tally = { histories: 0, answers: new Map() }
  let plays = 0
  const property = fc.asyncProperty(histories, async (history) => {
    plays += 1
    const expected = modelled(history)
    for (const store of stores) {
      const seen = await played(store, history, `history ${plays}`)
      compare(history, expected, seen)
    }
    tally.histories += 1
    for (const answer of expected) tally.answers.set(kindOf(answer), (tally.answers.get(kindOf(answer)) ?? 0) + 1)
  })
  await fc.assert(property, { numRuns: runs, endOnFailure: false, ...(seed === undefined ? {} : { seed }) })
  return tally
}

function modelled(history: readonly Command[]): string[] {
  const model = createModel()
  return [...history.map((command) => model.step(command)), ...model.ending()]
}

async function played({ scratch, time }: Played, history: readonly Command[], seed: string): Promise<string[]> {
  const service = await createService(scratch, time, seed)
  const answers: string[] = []
  for (const command of history) answers.push(await service.step(command))
  return [...answers, ...(await service.ending())]
}

function compare(history: readonly Command[], expected: readonly string[], seen: readonly string[]): void {
  const wrong = expected.findIndex((answer, index) => answer !== seen[index])
  if (wrong === -1 && expected.length === seen.length) return
  const at = history[wrong] ? JSON.stringify(history[wrong]) : 'at the end'
  throw new Error(`step ${wrong}, ${at}: expected "${expected[wrong]}", got "${seen[wrong]}"`)
}

function kindOf(answer: string): string {
  return answer.startsWith('in as') ? 'signed in' : answer
}
