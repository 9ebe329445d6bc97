// Callbacks whose server died while WeChat was being asked. Nobody can know whether WeChat spent the code, so they end as
// `interrupted` and the person scans again. A server shows that it lives by beats; whoever looks measures by their own
// clock how long one has rested, so that no server's time is ever compared with another's.
import type { CallbackOutcome, CallbackRecord, Clock } from '../ports.js'
import { BEAT_RESTS_MS } from '../ticket/lifetime.js'
import type { LoginContext } from './context.js'
import { endOfTicket } from './resolve.js'

export interface Pulse {
  /** Those of `records` whose beat has rested too long while we looked. What is not among them is forgotten. */
  stopped(records: readonly CallbackRecord[]): CallbackRecord[]
}

/** Has looked at nothing yet: whatever it is shown first gets its full time. */
export function createPulse(clock: Clock): Pulse {
  let known = new Map<string, { readonly beat: number; readonly since: number }>()
  return {
    stopped(records) {
      const now = clock()
      const before = known
      known = new Map()
      return records.filter(({ stateHash, beat }) => {
        const seen = before.get(stateHash)
        const since = seen?.beat === beat ? seen.since : now
        known.set(stateHash, { beat, since })
        return since + BEAT_RESTS_MS <= now
      })
    },
  }
}

/** Does the work of a claimed callback; until that has ended, `beat` says that this node lives. */
export async function alive<T>({ working }: LoginContext, stateHash: string, work: () => Promise<T>): Promise<T> {
  working.add(stateHash)
  try {
    return await work()
  } finally {
    working.delete(stateHash)
  }
}

/** One write for everything this node is working on; none when that is nothing. */
export async function beat({ store, working }: LoginContext): Promise<void> {
  if (working.size > 0) await store.write((tx) => tx.callbacks.beat([...working]))
}

/**
 * Ends the callbacks whose server is gone: at start a process that owns its database alone ends all there are; else
 * those whose beat rests. @returns how many it were
 */
export async function endInterrupted(context: LoginContext, atStart: boolean): Promise<number> {
  const unfinished = await context.store.read.callbacks.unfinished()
  const others = unfinished.filter(({ stateHash }) => !context.working.has(stateHash))
  const left = atStart && context.store.exclusive ? others : context.pulse.stopped(others)
  for (const record of left) await interrupt(context, record)
  return left.length
}

/** @returns the outcome: `interrupted`, unless there is one meanwhile */
export async function interrupt(context: LoginContext, record: CallbackRecord): Promise<CallbackOutcome> {
  const outcome: CallbackOutcome = { status: 'failed', reason: 'interrupted' }
  const [moved, settled] = await context.store.write(async (tx) => {
    if (!(await tx.callbacks.finish(record.stateHash, outcome))) {
      return [null, (await tx.callbacks.find(record.stateHash))?.outcome ?? outcome] as const
    }
    // The phone may have opened the code once more meanwhile: then that is what the ticket goes on with.
    if (await tx.callbacks.overtaken(record)) return [null, outcome] as const
    return [await endOfTicket(tx, record.ticketId, record.phoneHash, 'failed', 'interrupted'), outcome] as const
  })
  if (moved) context.announce(moved)
  return settled
}

/** How often a late arrival looks for the outcome. */
const WAIT_STEP_MS = 100

/** Waits for whoever came first. If their server has died, the callback has failed, and so has its ticket. */
export async function outcomeOf(context: LoginContext, record: CallbackRecord): Promise<CallbackOutcome> {
  const pulse = createPulse(context.clock)
  for (let current = record; ; ) {
    if (current.outcome) return current.outcome
    const stopped = pulse.stopped([current]).length > 0 && !context.working.has(current.stateHash)
    if (stopped) return interrupt(context, current)
    await context.sleep(WAIT_STEP_MS)
    current = (await context.store.read.callbacks.find(record.stateHash)) ?? current
  }
}
