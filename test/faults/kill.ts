// R4, on one database: the program dies at every point, as often as asked, and everything is looked at after each start.
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { told } from '../soak/told.js'
import { violations } from '../world/invariants.js'
import { prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator } from '../world/simulator.js'
import { POINTS } from './points.js'
import { type Bench, runTrial, type Trial } from './trial.js'

const METHODS = ['website', 'relay'] as const
const HOOK = fileURLToPath(new URL('./hook.mjs', import.meta.url))

export interface Database {
  /** Null: SQLite, in the program's own directory. */
  readonly url: string | null
  query(sql: string): ReturnType<Bench['query']>
  drop(): Promise<void>
}

/** @param open the database, given the SQLite file that the program would use */
export function killTests(
  open: (file: () => string) => Promise<Database>,
  times: number,
  methods: readonly Trial['method'][] = METHODS,
): void {
  const trials: Trial[] = []
  let bench: Bench
  let drop: () => Promise<void>
  beforeAll(async () => {
    const wechat = await startSimulator('http://localhost')
    let file = ''
    const database = await open(() => file)
    const env = wechatEnv(wechat.url, await wechat.apps())
    const program = await prepareProgram(database.url === null ? env : { ...env, DATABASE_URL: database.url }, HOOK)
    file = program.file
    await program.start()
    bench = { program, wechat, query: database.query }
    drop = async () => {
      await program.dispose()
      await wechat.close()
      await database.drop()
    }
  })
  afterAll(async () => {
    await drop()
    const loggedIn = trials.filter(({ end }) => end === 'logged in').length
    told(
      'killed, until the page ended',
      { times: trials.length, loggedIn, scanAgain: trials.length - loggedIn },
      trials.map(({ endedAfterMs }) => endedAfterMs),
    )
  })

  for (const method of methods) {
    describe(method, () => {
      test.each(POINTS[method])(
        '`kill -9` %s: nothing is orphaned, what was confirmed is not lost, the page ends within 5 s',
        async (point) => {
          for (let time = 0; time < times; time += 1) {
            const trial = await runTrial(bench, method, point)
            trials.push(trial)
            expect(trial.endedAfterMs).toBeLessThan(5_000)
            expect(trial.exchanges).toBeLessThanOrEqual(1)
            if (trial.left === 'confirmed' || trial.left === 'redeemed') expect(trial.end).toBe('logged in')
            expect(await settled(bench)).toEqual([])
            // Everybody is new here: an account that no confirmed login made is one too many.
            expect(await count(bench, 'accounts')).toBe(await count(bench, CONFIRMED))
          }
        },
        times * 40_000,
      )
    })
  }
}

const CONFIRMED = "tickets WHERE status IN ('confirmed', 'redeemed')"

async function count({ query }: Bench, what: string): Promise<number> {
  return Number((await query(`SELECT count(*) AS n FROM ${what}`))[0]?.n)
}

/** What is wrong once the last request is over and the new node has taken the dead one's callbacks for what they are. */
async function settled({ query }: Bench): Promise<string[]> {
  for (let tries = 0; ; tries += 1) {
    const found = await violations(query)
    if (found.length === 0 || tries === 50) return found
    await sleep(100)
  }
}
