// What the operator's console shows of a node, gathered: who it is, its numbers, its WeChat apps, its configuration, its jobs.
import { hostname } from 'node:os'
import { type Config, describeConfig } from '#server/config.js'
import { migratePlatform } from '#server/core/identity/migrate-platform.js'
import type { Clock, Log, Random, WechatApp } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import type { DatabaseStore } from '#server/db/store.js'
import type { Console } from '#server/http/edge.js'
import type { Metrics } from '#server/metrics.js'
import { forgetWhatIsOver } from '#server/sweep.js'
import type { createPlatform } from '#server/wechat/platform.js'
import type { Health } from './health.js'
import { createJobs } from './jobs.js'
import { createNumbers, STEP_MS } from './numbers.js'

export { STEP_MS } from './numbers.js'

/** @returns what the routes need, what ends a step of the numbers, and what waits for the jobs */
export function createConsole(deps: {
  config: Config
  store: DatabaseStore
  platform: Pick<ReturnType<typeof createPlatform>, 'states' | 'tokenState'>
  metrics: Pick<Metrics, 'reading'>
  health: Health
  /** Pages that wait for a scan. */
  waiting: () => number
  clock: Clock
  random: Random
  log: Log
}): { console: Console; step(): Promise<void>; idle(): Promise<void> } {
  const { config, store, platform, metrics, health, waiting, clock, random, log } = deps
  const numbers = createNumbers({ read: metrics.reading, waiting, clock })
  const jobs = createJobs({ clock, random, log })
  const node = {
    id: random(6).toString('base64url'),
    host: hostname(),
    startedAt: clock(),
    alone: store.exclusive,
  }
  const site = { publicUrl: config.publicUrl, simulated: config.simulator !== null }
  const settings = Object.entries(describeConfig(config)).map(([name, value]) => ({ name, value: String(value ?? '') }))
  const healthOf = (app: WechatApp) => ({ ...health.of(app, site), token: platform.tokenState(app.appid) })

  return {
    step: numbers.step,
    idle: jobs.idle,
    console: {
      node: () => node,
      numbers: (known, after) => ({
        node,
        everyMs: STEP_MS,
        steps: [...numbers.after(known === node.id ? after : 0)],
        serverTime: clock(),
      }),
      apps: () => ({ node, apps: config.apps.map(healthOf), hosts: platform.states(), serverTime: clock() }),
      settings,
      jobs: jobs.list,
      startJob(order, who) {
        switch (order.job) {
          case 'purge':
            return jobs.start(order, async (progress) => {
              const at = clock()
              await forgetWhatIsOver(store, config, clock, log, progress)
              await inTransaction(store, (tx) => tx.audit.append({ act: 'purged', at, who }))
            })
          case 'migratePlatform': {
            const app = config.apps.find(({ key }) => key === order.app)
            if (!app) return null
            return jobs.start(order, (progress) =>
              migratePlatform(store, app, { at: clock(), who, learntBefore: order.movedAt ?? 0, progress }),
            )
          }
        }
      },
    },
  }
}
