// Work that goes on after a request was answered: asking WeChat for a code, following a scan. It ends with the node.
import type { Log } from '../ports.js'

/** `code`: asks WeChat for a ticket's code. `scan`: follows one. `follower`: confirms a scan that needs no page. */
export type Kind = 'code' | 'scan' | 'follower'

/** How many of a kind are at work at once; more wait for their turn. Requests need their share of WeChat's answers too. */
const AT_ONCE = { code: 10, scan: Number.POSITIVE_INFINITY, follower: 5 } as const satisfies Record<Kind, number>

export interface Background {
  /** True once the node begins to end. */
  ending(): boolean
  /** Calls `listener` when that begins, or now if it has. Returns the function that forgets it. */
  onEnding(listener: () => void): () => void
  /** Starts `work`, unless work of this kind is under way for `id`. A failure is logged. */
  run(kind: Kind, id: string, work: () => Promise<void>): void
  /** Whether such work is under way, or waits for its turn. */
  has(kind: Kind, id: string): boolean
  /** How much of a kind is under way or waits for its turn. */
  size(kind: Kind): number
  /** Begins the end, forgets what waits for its turn, and resolves once all the rest has ended. */
  stop(): Promise<void>
}

/** Nothing under way yet. */
export function createBackground(log: Log): Background {
  const listeners = new Set<() => void>()
  let ending = false
  const lanes = {
    code: createLane(AT_ONCE.code),
    scan: createLane(AT_ONCE.scan),
    follower: createLane(AT_ONCE.follower),
  }
  return {
    ending: () => ending,
    onEnding(listener) {
      if (ending) listener()
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    run(kind, id, work) {
      const lane = lanes[kind]
      if (lane.works.has(id) || ending) return
      const job = async () => {
        try {
          if (!ending) await work()
        } catch (error) {
          log.error('background.failed', { kind, error })
        }
      }
      lane.works.set(
        id,
        lane.turn(job).finally(() => lane.works.delete(id)),
      )
    },
    has: (kind, id) => lanes[kind].works.has(id),
    size: (kind) => lanes[kind].works.size,
    async stop() {
      ending = true
      for (const listener of listeners) listener()
      await Promise.all(Object.values(lanes).flatMap(({ works }) => [...works.values()]))
    },
  }
}

/** The works of one kind by id, and turns for `atOnce` of them; the others stand in line. */
function createLane(atOnce: number) {
  const line: (() => void)[] = []
  let busy = 0
  return {
    works: new Map<string, Promise<void>>(),
    async turn(job: () => Promise<void>): Promise<void> {
      if (busy >= atOnce) await new Promise<void>((resolve) => void line.push(resolve))
      else busy += 1
      await job()
      // Whoever stands in line takes over this very place.
      const next = line.shift()
      if (next) next()
      else busy -= 1
    },
  }
}
