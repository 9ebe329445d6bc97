// R8: Redis is killed, held or emptied while people log in at two nodes.
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ScratchDatabase } from '../db/servers.js'
import { violations } from '../world/invariants.js'
import type { TestRedis } from '../world/redis-server.js'
import { type LoggedIn, type Pair, startLogins, startPair, within } from './pair.js'

export interface Outage {
  readonly logins: number
  readonly troubles: readonly string[]
  readonly broken: readonly string[]
  /** Steps that were taken again because the service was too busy. */
  readonly busy: number
  /** Until the page knew: before the outage, during it, and from three seconds after its end. */
  readonly told: Phases
  /** The slowest request of each login, in the same order. */
  readonly slowest: Phases
  /** From its end to both nodes saying that nothing is missing. */
  readonly backAfter: number
  readonly warned: boolean
  /** By how many bytes what the heap holds after a collection has grown meanwhile, at the node that grew more. */
  readonly grown: number
}

interface Phases {
  readonly before: readonly number[]
  readonly during: readonly number[]
  readonly after: readonly number[]
}

export type Kind = 'killed' | 'held' | 'emptied'

export async function outage(
  database: ScratchDatabase,
  redis: TestRedis,
  kind: Kind,
  sizes: { perSecond: number; warmUpMs: number; awayMs: number },
): Promise<Outage> {
  const heap = fileURLToPath(new URL('heap.mjs', import.meta.url))
  const pair = await startPair(database, redis.url, {}, heap)
  try {
    const { programs } = pair
    const heldBytes = () => Promise.all(programs.map(async (program) => Number(await program.ask('held'))))
    const logins = startLogins(
      pair.wechat,
      sizes.perSecond,
      (n) => (n % 4 < 2 ? [programs[0], programs[1]] : [programs[1], programs[0]]),
      false,
    )
    await sleep(sizes.warmUpMs)
    const sizeBefore = await heldBytes()
    const began = performance.now()
    if (kind === 'killed') await redis.kill()
    else if (kind === 'held') redis.hold()
    else await redis.flush()
    await sleep(Math.min(3_000, sizes.awayMs))
    const warned = kind === 'emptied' || !(await whole(pair))
    await sleep(Math.max(0, sizes.awayMs - 3_000))
    const sizeAfter = await heldBytes()
    const ended = performance.now()
    if (kind === 'killed') await redis.start()
    else if (kind === 'held') redis.letGo()
    await within(10_000, () => whole(pair))
    const backAfter = performance.now() - ended
    await sleep(5_000)
    await logins.stop()
    const good = logins.done.filter(({ trouble }) => trouble === null)
    const phases = (figure: (login: LoggedIn) => number): Phases => ({
      before: good.filter(({ begunAt }) => begunAt < began - 1_000).map(figure),
      during: good.filter(({ begunAt }) => begunAt >= began && begunAt < ended).map(figure),
      after: good.filter(({ begunAt }) => begunAt >= ended + 3_000).map(figure),
    })
    return {
      logins: logins.begun(),
      troubles: logins.done.flatMap(({ trouble }) => trouble ?? []),
      broken: await violations(database.query),
      busy: logins.done.reduce((sum, { busy }) => sum + busy, 0),
      told: phases(({ toldAfter }) => toldAfter),
      slowest: phases(({ slowest }) => slowest),
      backAfter,
      warned,
      grown: Math.max(...sizeAfter.map((bytes, n) => bytes - (sizeBefore[n] ?? 0))),
    }
  } finally {
    await pair.close()
  }
}

async function whole({ programs }: Pair): Promise<boolean> {
  const answers = await Promise.all(programs.map(({ connectTo }) => fetch(`${connectTo}/readyz`)))
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  return answers.every(({ ok }) => ok) && bodies.every((body) => !body.includes('redis_unreachable'))
}
