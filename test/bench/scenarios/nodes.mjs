// Saoma at one node and at two, over PostgreSQL and MariaDB: what they do together on this machine, where database, driver and
// WeChat have their share of the same cores, and who takes how much of it. And the way of a hint to another node.
import { closedLoop, everyOtherIsNew } from '../load.mjs'
import { measureNodes } from '../nodes.mjs'
import { quantile } from '../results.mjs'
import { DATABASES, openDatabase, openRedis } from '../servers.mjs'
import { ALL_CORES } from '../systems.mjs'

const METHOD = 'website'
const NODES = [1, 2]
const SESSION_KEYS = 'a-key-for-measurements-only-0123456789'

/** Half of the users come to each node; everybody may have been at the other one before. */
async function loginsAt(bench, database, redis, count) {
  const [servers, startedAt] = [[], await database.asked()]
  const env = { DATABASE_URL: database.url, SESSION_KEYS, ...(count > 1 ? { REDIS_URL: redis.url } : {}) }
  const shared = { people: everyOtherIsNew(), accounts: new Map() }
  const load = (systems) => {
    const [first] = systems
    const others = { database: [], redis: [] }
    const watching = {
      ...first,
      cpuMs() {
        others.database.push(database.cpuMs())
        others.redis.push(count > 1 ? redis.cpuMs() : 0)
        return first.cpuMs()
      },
    }
    const users = Math.ceil(bench.load.users / count)
    const loads = [watching, ...systems.slice(1)].map((system) => {
      const site = { ...system.site, origin: first.site.origin, accounts: shared.accounts }
      return closedLoop({ ...system, site }, { ...bench.load, users, method: METHOD, people: shared.people })
    })
    return Promise.all(loads).then((done) => ({ done, others }))
  }
  const start = async (n) => {
    if (n === count) return load(servers)
    const publicUrl = servers[0] ? { PUBLIC_URL: servers[0].site.origin } : {}
    return bench.with('saoma', { core: ALL_CORES, env: { ...env, ...publicUrl } }, (system) => {
      servers.push(system)
      return start(n + 1)
    })
  }
  const { done, others } = await start(0)
  const logins = done.reduce((sum, one) => sum + one.logins, 0)
  const [{ n }] = await database.query("SELECT COUNT(*) AS n FROM tickets WHERE status = 'redeemed'")
  const perLogin = ([from, to]) => (to - from) / logins
  return {
    perSecond: logins / done[0].seconds,
    p99: quantile(
      done.flatMap(({ total }) => total),
      0.99,
    ),
    nodesMs: done.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / logins,
    databaseMs: perLogin(others.database),
    redisMs: perLogin(others.redis),
    // All loads are of one driver.
    driverMs: Math.max(...done.map(({ driverMs }) => driverMs)) / logins,
    asked: ((await database.asked()) - startedAt) / Number(n),
    failures: done.flatMap(({ failures }) => failures),
  }
}

export const nodes = {
  id: 'nodes',
  title: `Complete logins (${METHOD}) over a database server, everything on this machine, 32 users`,
  rows: DATABASES.flatMap((kind) =>
    NODES.map((count) => ({
      ...{ id: `${kind}.${count}.failed`, what: `${kind}, nodes: ${count}: failed logins` },
      ...{ atMost: 0, unit: '' },
    })),
  ),
  async measure(bench) {
    const outcome = { values: {}, parts: {}, failures: [], skipped: [] }
    const redis = await openRedis()
    for (const kind of bench.inTurn(DATABASES)) {
      for (const count of bench.inTurn(NODES)) {
        const database = count > 1 && typeof redis === 'string' ? redis : await openDatabase(kind)
        if (typeof database === 'string') {
          outcome.skipped.push(`${kind}, nodes: ${count}: ${database}`)
          continue
        }
        try {
          const { failures, perSecond, asked, ...each } = await loginsAt(bench, database, redis, count)
          const name = `${kind}, nodes: ${count}`
          outcome.values[`${kind}.${count}.failed`] = failures.length
          outcome.failures.push(...failures.map((why) => `${name}: ${why}`))
          outcome.parts[`${name}: logins/s`] = perSecond
          outcome.parts[`${name}: whole login, p99 ms`] = each.p99
          for (const who of ['nodes', 'database', 'redis', 'driver']) {
            outcome.parts[`${name}: CPU ms/login, ${who}`] = each[`${who}Ms`]
          }
          outcome.parts[`${name}: ${database.counted} a login`] = asked
        } finally {
          await database.drop()
        }
      }
    }
    if (typeof redis !== 'string') await redis.stop()
    return outcome
  },
}

export const hint = {
  id: 'hint',
  title: 'The phone at one node, the page at another: the hint over Redis, on PostgreSQL',
  rows: [{ id: 'hops', what: 'what the other node costs more ÷ 2 bare messages through Redis', atMost: 1 }],
  async measure() {
    const outcome = { values: {}, parts: {}, failures: [], skipped: [] }
    for (const part of [await openRedis(), await openDatabase('PostgreSQL')]) {
      if (typeof part === 'string') outcome.skipped.push(part)
      else await (part.stop ?? part.drop)()
    }
    if (outcome.skipped.length > 0) return outcome
    const { same, other, bare, hintUs, failures } = await measureNodes()
    outcome.failures.push(...failures)
    // Of neighbours in time, so that what else the machine does falls on both.
    const more = quantile(
      other.map((ms, n) => ms - same[n]),
      0.5,
    )
    outcome.values.hops = more / (2 * quantile(bare, 0.5))
    for (const [name, samples] of Object.entries({ same, other, bare })) {
      outcome.parts[`${name}: p50, ms`] = quantile(samples, 0.5)
      outcome.parts[`${name}: p99, ms`] = quantile(samples, 0.99)
    }
    outcome.parts['the other node: more, ms'] = more
    outcome.parts['CPU µs a hint at a node where nobody watches'] = hintUs
    return outcome
  },
}
