// What another node has left behind: tickets that wait for WeChat's code, and scans that nobody follows.
import { askForCode, lacksCode } from './code.js'
import type { LoginContext } from './context.js'
import { followScan, roomForScan } from './scan.js'

/**
 * Goes on with it here. At start, and every few seconds on every node. At start a process that owns its database alone
 * waits for nobody's lease. @returns how many tickets it was
 */
export async function takeOver(context: LoginContext, atStart: boolean): Promise<number> {
  if (atStart && context.store.exclusive) await context.store.write((tx) => tx.tickets.releaseLeases(null))
  const now = context.clock()
  let found = 0
  for (const method of ['sdk', 'scene'] as const) {
    if (!context.methods.includes(method)) continue
    for (const record of await context.store.read.tickets.unattended(method, now)) {
      const claims = context.ticketIds.read(record.id)
      // A node that is full leaves scans to the others.
      if (!claims || (method === 'sdk' && !roomForScan(context))) continue
      if (lacksCode(record)) askForCode(context, claims)
      else followScan(context, record)
      found += 1
    }
  }
  return found
}

/** Ends what this node does in the background and hands its tickets to the others at once. */
export async function handOver(context: LoginContext): Promise<void> {
  await context.background.stop()
  await context.store.write((tx) => tx.tickets.releaseLeases(context.nodeId))
}
