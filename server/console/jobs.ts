// Work that takes longer than a request: begun at the console, seen there while it goes on. The list is this node's own and
// is forgotten with it; each job does no harm when it is begun again.
import type { Clock, Log, Random } from '#server/core/ports.js'
import type { AdminJob, StartJob } from '#shared/admin.js'

const MOST_KEPT = 20

/** Tells that so many more rows were worked on. */
export type Progress = (rows: number) => void

export interface Jobs {
  /** Newest first. */
  list(): readonly AdminJob[]
  /** Begins it. The one that is under way, when there is one of this kind for this app. */
  start(order: StartJob, work: (progress: Progress) => Promise<unknown>): AdminJob
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}

export function createJobs({ clock, random, log }: { clock: Clock; random: Random; log: Log }): Jobs {
  let jobs: AdminJob[] = []
  const running = new Set<Promise<void>>()

  return {
    list: () => jobs,
    start(order, work) {
      const app = order.job === 'migratePlatform' ? order.app : null
      const same = jobs.find((one) => one.state === 'running' && one.job === order.job && one.app === app)
      if (same) return same
      const id = `job_${random(9).toString('base64url')}`
      const begun: AdminJob = { id, job: order.job, app, state: 'running', startedAt: clock(), endedAt: null, rows: 0 }
      const set = (change: (job: AdminJob) => AdminJob) => {
        jobs = jobs.map((one) => (one.id === id ? change(one) : one))
      }
      const end = (state: 'done' | 'failed') => set((job) => ({ ...job, state, endedAt: clock() }))
      jobs = [begun, ...jobs].slice(0, MOST_KEPT)
      const run = work((rows) => set((job) => ({ ...job, rows: job.rows + rows }))).then(
        () => end('done'),
        (error: unknown) => {
          end('failed')
          log.error('background.failed', { kind: order.job, error })
        },
      )
      running.add(run)
      void run.finally(() => running.delete(run))
      return begun
    },
    async idle() {
      await Promise.all(running)
    },
  }
}
