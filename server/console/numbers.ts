// The last hour of a node in numbers: what its counters gained in each five seconds, kept in a ring. They cost nothing where
// they are counted; once in a step they are read, and compared with the step before.
import type { Clock } from '#server/core/ports.js'
import type { NumbersStep } from '#shared/admin.js'

export const STEP_MS = 5_000
/** An hour of steps. */
export const MOST_STEPS = 720

/** The counters as they stand: how often each word was counted since the start. */
export interface Reading {
  readonly logins: ReadonlyMap<string, number>
  readonly ended: ReadonlyMap<string, number>
  readonly refusals: ReadonlyMap<string, number>
  readonly wechat: ReadonlyMap<string, number>
  /** How many took no longer than so many milliseconds; the last one counts all. */
  readonly push: readonly { readonly leMs: number; readonly count: number }[]
}

export interface Numbers {
  /** Ends the step that is under way. Never throws. */
  step(): Promise<void>
  /** The steps that ended after that time, oldest first. */
  after(at: number): readonly NumbersStep[]
}

/** Counters begin with the node. */
const NOTHING: Reading = { logins: new Map(), ended: new Map(), refusals: new Map(), wechat: new Map(), push: [] }

/** @param waiting how many pages wait for a scan */
export function createNumbers(deps: { read: () => Promise<Reading>; waiting: () => number; clock: Clock }): Numbers {
  const { read, waiting, clock } = deps
  const steps: NumbersStep[] = []
  let last = NOTHING

  return {
    async step() {
      const now = await read().catch(() => null)
      if (now === null) return
      steps.push(between(last, now, { at: clock(), waiting: waiting() }))
      if (steps.length > MOST_STEPS) steps.shift()
      last = now
    },
    after: (at) => steps.filter((step) => step.at > at),
  }
}

function between(from: Reading, to: Reading, moment: { at: number; waiting: number }): NumbersStep {
  return {
    ...moment,
    logins: gained(from.logins, to.logins),
    ended: gained(from.ended, to.ended),
    refusals: gained(from.refusals, to.refusals),
    wechat: gained(from.wechat, to.wechat),
    push: quantiles(from.push, to.push),
  }
}

function gained(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...to].map(([word, count]) => [word, count - (from.get(word) ?? 0)] as const).filter(([, gain]) => gain > 0),
  )
}

function quantiles(from: Reading['push'], to: Reading['push']): NumbersStep['push'] {
  const gains = to.map(({ leMs, count }, index) => ({ leMs, count: count - (from[index]?.count ?? 0) }))
  const count = gains.at(-1)?.count ?? 0
  if (count <= 0) return null
  return { count, p50Ms: quantile(gains, count * 0.5), p95Ms: quantile(gains, count * 0.95) }
}

/** Between the bounds of the bucket in which the rank lies; beyond the last bound that bound itself. */
function quantile(gains: Reading['push'], rank: number): number {
  let below = { leMs: 0, count: 0 }
  for (const bucket of gains) {
    if (bucket.count >= rank) {
      if (!Number.isFinite(bucket.leMs)) return below.leMs
      const share = (rank - below.count) / Math.max(1, bucket.count - below.count)
      return Math.round((below.leMs + share * (bucket.leMs - below.leMs)) * 10) / 10
    }
    below = bucket
  }
  return below.leMs
}
