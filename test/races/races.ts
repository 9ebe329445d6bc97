// R1, R2 and R3: one person comes through three apps at once, fifty tabs redeem one ticket, and one callback comes twice; here
// and at another node.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScratchDatabase } from '../db/servers.js'
import { rows } from '../world/database.js'
import { EVERY_DOOR } from '../world/doors.js'
import { violations } from '../world/invariants.js'
import { type Nodes, startNodes } from '../world/nodes.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { startRedis, type TestRedis } from '../world/redis-server.js'

export interface RaceSizes {
  /** So many arrivals of one person at once, and how often that is tried. */
  readonly arrivals: number
  readonly people: number
  readonly tickets: number
  readonly racers: number
  readonly callbacks: number
}

const GAPS_MS = [0, 5, 50, 500] as const
const AT_ONCE = 8
/** A door of each of three apps. */
const THREE_APPS = [EVERY_DOOR.website, EVERY_DOOR.official, EVERY_DOOR.mobile] as const

/** @param open a server's database for two nodes; null: one node on SQLite @param joined by a Redis of their own @param skewMs how wrong one's clock is */
export function raceTests(
  open: (() => Promise<ScratchDatabase>) | null,
  sizes: RaceSizes,
  joined = false,
  skewMs = 0,
): void {
  let database: ScratchDatabase | null
  let redis: TestRedis | null
  let nodes: Nodes
  beforeAll(async () => {
    database = open && (await open())
    redis = joined ? await startRedis() : null
    nodes = await startNodes(database?.url ?? null, {}, redis?.url, skewMs)
  })
  afterAll(async () => {
    await nodes.close()
    await redis?.close()
    await database?.drop()
  })

  const query = (sql: string) => (database ? database.query(sql) : rows(nodes.world.file, sql))
  /** The same browser, its cookies as they are now, whose requests reach the node with this number. */
  function through(pc: Pc, number: number): Pc {
    const same = createPc(nodes.sites[number % nodes.sites.length] ?? nodes.world)
    for (const [name, value] of pc.browser.jar) same.browser.jar.set(name, value)
    return same
  }
  const wechat = () => nodes.world.wechat
  const count = async (table: string) => Number((await query(`SELECT count(*) AS n FROM ${table}`))[0]?.n)

  async function scanned(): Promise<{ pc: Pc; id: string; callback: string; code: string; state: string }> {
    const pc = nodes.world.pc()
    const begun = await pc.begin('website')
    const scan = await wechat().websiteScan(begun, await wechat().newPerson())
    return { pc, id: begun.ticket.id, ...scan }
  }

  test(`promise 1: of ${sizes.arrivals} arrivals of one person at once, through three apps, every one leads to the one account`, async () => {
    for (let round = 1; round <= sizes.people; round += 1) {
      const [accounts, identities] = [await count('accounts'), await count('identities')]
      const person = await wechat().newPerson()
      const arrivals = Array.from({ length: sizes.arrivals }, (_, n) => {
        const site = nodes.sites[Math.floor(n / THREE_APPS.length) % nodes.sites.length] ?? nodes.world
        return THREE_APPS[n % THREE_APPS.length]?.(site, wechat(), person)
      })
      const entered = await Promise.all(arrivals)
      const [first] = entered
      if (!first || !('account' in first)) expect.fail(`refused: ${first?.refused}`)
      expect(new Set(entered.map((one) => one && ('account' in one ? one.account : one.refused)))).toEqual(
        new Set([first.account]),
      )
      expect([(await count('accounts')) - accounts, (await count('identities')) - identities]).toEqual([1, 3])
    }
    expect(await violations(query)).toEqual([])
    expect(nodes.errors()).toEqual([])
  }, 3_600_000)

  test(`promise 3: of ${sizes.racers} tabs that redeem one ticket one wins, and the others hear ticket_redeemed`, async () => {
    const before = await count('sessions')
    for (let round = 1; round <= sizes.tickets; round += 1) {
      const { pc, id, callback, code, state } = await scanned()
      const confirmed = await pc.browser.post(new URL(callback).pathname, { code, state })
      expect(confirmed.json()).toMatchObject({ status: 'confirmed' })
      const tabs = Array.from({ length: sizes.racers }, (_, tab) => through(pc, tab).redeem(id, newAttempt()))
      const answers = (await Promise.all(tabs)).map(({ status, code: error }) => `${status} ${error ?? 'session'}`)
      const losers = Array.from({ length: sizes.racers - 1 }, () => '409 ticket_redeemed')
      expect(answers.toSorted()).toEqual(['200 session', ...losers])
      expect(await count('sessions')).toBe(before + round)
    }
    expect(await violations(query)).toEqual([])
  }, 600_000)

  test(`promise 4: ${sizes.callbacks} callbacks come twice, 0 to 500 ms apart: each code reaches WeChat once, both visitors see the same`, async () => {
    const codes: string[] = []
    const wrong: string[] = []
    const trial = async (number: number): Promise<void> => {
      const gap = GAPS_MS[number % GAPS_MS.length] ?? 0
      const { pc, callback, code, state } = await scanned()
      codes.push(code)
      const arrive = async (node: number) => {
        const visitor = through(pc, node)
        // Inside the frame its script posts; in the whole window the browser comes by itself.
        const inFrame = number % 2 === 0
        const answer = inFrame
          ? await visitor.browser.post(new URL(callback).pathname, { code, state })
          : await visitor.browser.get(callback)
        return `${answer.status} ${inFrame ? answer.text : answer.location}`
      }
      const [first, second] = await Promise.all([arrive(0), sleep(gap).then(() => arrive(Math.floor(number / 4)))])
      const good = first === second && /^(200|303) /.test(first) && (number % 2 === 1 || first.includes('"confirmed"'))
      if (!good) wrong.push(`${gap} ms: ${first} | ${second}`)
    }
    for (let done = 0; done < sizes.callbacks; done += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, sizes.callbacks - done) }, (_, i) => trial(done + i)))
    }
    expect(wrong).toEqual([])
    const { byCode } = await wechat().calls()
    expect(new Set(codes).size).toBe(sizes.callbacks)
    expect(codes.filter((code) => byCode[code] !== 1)).toEqual([])
    expect(await violations(query)).toEqual([])
  }, 600_000)
}
