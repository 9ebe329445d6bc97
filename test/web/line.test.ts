// A thousand pages lose one server at the same moment: how they come back, in a time of the test's own.
import { expect, test } from 'vitest'
import { openLine } from '../../web/line.js'
import type { OpenSocket, Timers } from '../../web/world.js'
import { chance } from '../attack/fuzz.js'
import { mostWithin } from '../soak/drain.js'
import { percentile } from '../soak/told.js'

const PAGES = 1_000
/** From opening a socket to its end, where no server listens; to its first message, where one does. */
const ROUND_TRIP_MS = 5

/** When each page's socket was answered again after so many milliseconds without a server, counted from its return. */
function comeBack(awayMs: number): number[] {
  const random = chance(awayMs)
  let now = 0
  let jobs: { at: number; run: () => void }[] = []
  const timers: Timers = {
    now: () => now,
    random,
    after(ms, run) {
      const job = { at: now + ms, run }
      jobs.push(job)
      return () => {
        jobs = jobs.filter((other) => other !== job)
      }
    },
  }
  const back: number[] = []
  const dying: (() => void)[] = []
  const openSocket: OpenSocket = (on) => {
    timers.after(ROUND_TRIP_MS, () => {
      const first = dying.length < PAGES
      if (!first && now < awayMs) {
        on.ended(1006)
        return
      }
      if (first) dying.push(() => on.ended(1006))
      else back.push(now - awayMs)
      on.opened()
      on.heard({ type: 'session.ended', reason: 'signed_out' })
    })
    return { send() {}, close() {} }
  }
  const run = (): void => {
    for (let next = earliest(jobs); next; next = earliest(jobs)) {
      jobs.splice(jobs.indexOf(next), 1)
      now = next.at
      next.run()
    }
  }
  for (let page = 0; page < PAGES; page += 1) {
    const hello = { type: 'session' } as const
    const nothing = (): void => {}
    openLine({
      ...{ timers, openSocket, hello, answers: true, heard: nothing, changed: nothing, refused: nothing },
      onWake: () => nothing,
    })
  }
  run()
  now = 0
  for (const die of dying) die()
  run()
  return back
}

function earliest(jobs: readonly { at: number; run: () => void }[]) {
  return jobs.reduce<(typeof jobs)[number] | null>((first, job) => (first && first.at <= job.at ? first : job), null)
}

test.each([0, 600, 1_000, 2_000, 4_000, 6_000, 8_000, 12_000, 60_000])(
  'a server that is away for %i ms has 1,000 pages back within 10 s of its return, and never 300 of them in one second',
  (awayMs) => {
    const back = comeBack(awayMs)
    expect(back).toHaveLength(PAGES)
    expect(percentile(back, 100)).toBeLessThanOrEqual(10_000)
    expect(mostWithin(back, 1_000)).toBeLessThan(300)
  },
)
