// R7: two nodes behind a balancer are restarted one after the other, again and again, while people log in.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScratchDatabase } from '../db/servers.js'
import { startBalancer } from '../world/balancer.js'
import { violations } from '../world/invariants.js'
import type { TestRedis } from '../world/redis-server.js'
import { startLogins, startPair } from './pair.js'
import { percentile } from './told.js'

export interface Rolled {
  readonly logins: number
  readonly troubles: readonly string[]
  /** What is not as it must be in the database, a doubled login among it. */
  readonly broken: readonly string[]
  /** Codes that reached WeChat more than once. */
  readonly twice: readonly string[]
  readonly exits: readonly (number | null)[]
  /** Steps that were taken again because the service was too busy. */
  readonly busy: number
  /** Why others were: their connection was gone before there was an answer. */
  readonly cut: readonly string[]
  readonly told: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly tookMs: number
}

export async function rollingRestart(
  database: ScratchDatabase,
  redis: TestRedis,
  sizes: { rounds: number; perSecond: number },
): Promise<Rolled> {
  const pair = await startPair(database, redis.url, { DRAIN_DELAY: '1s' })
  const balancer = await startBalancer(pair.programs)
  const site = { publicUrl: pair.programs[0].publicUrl, connectTo: balancer.url }
  try {
    const logins = startLogins(pair.wechat, sizes.perSecond, () => [site, site], true)
    const started = performance.now()
    const exits: (number | null)[] = []
    await sleep(1_500)
    for (let round = 0; round < sizes.rounds; round += 1) {
      for (const program of pair.programs) {
        exits.push((await program.kill('SIGTERM')).code)
        await program.start()
        await sleep(1_000)
      }
    }
    await logins.stop()
    const times = logins.done.filter(({ trouble }) => trouble === null).map(({ toldAfter }) => toldAfter)
    const { byCode } = await pair.wechat.calls()
    return {
      logins: logins.begun(),
      troubles: logins.done.flatMap(({ trouble }) => trouble ?? []),
      broken: await violations(database.query),
      twice: Object.entries(byCode).flatMap(([code, count]) => (count > 1 ? [code] : [])),
      exits,
      busy: logins.done.reduce((sum, { busy }) => sum + busy, 0),
      cut: logins.done.flatMap(({ cut }) => cut),
      told: { p50: percentile(times, 50), p99: percentile(times, 99), max: percentile(times, 100) },
      tookMs: Math.round(performance.now() - started),
    }
  } finally {
    await balancer.close()
    await pair.close()
  }
}
