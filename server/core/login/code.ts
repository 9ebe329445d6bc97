// The code that WeChat makes for a ticket (`scene`, `sdk`): asked for when the page attaches, once, whichever nodes it
// comes to, and told to the page with its next look.
import { AppError } from '../errors.js'
import type { TicketRecord } from '../ports.js'
import { CODE_LEASE_MS, isOverdue } from '../ticket/lifetime.js'
import type { TicketClaims } from '../ticket/ticket-id.js'
import { appOf, type LoginContext } from './context.js'
import { reasonOf } from './prove.js'
import { followScan, roomForScan } from './scan.js'

/** How long a page that asks over HTTP waits for its code before it is told that there is none yet. */
const PATIENCE_MS = 2_500
const STEP_MS = 50

/** True while WeChat still has to be asked about this ticket. */
export function lacksCode({ method, status, code }: TicketRecord): boolean {
  return (method === 'scene' || method === 'sdk') && status === 'pending' && code === null
}

/** The ticket, with its code if that comes within moments. WeChat has been asked, or is about to be. */
export async function withCode(
  context: LoginContext,
  claims: TicketClaims,
  record: TicketRecord,
): Promise<TicketRecord> {
  const patience = context.clock() + PATIENCE_MS
  let current = record
  for (let steps = 0; steps < PATIENCE_MS / STEP_MS && context.clock() < patience; steps += 1) {
    await context.sleep(STEP_MS)
    // While this node is asking there is nothing to read; else another one asks.
    if (context.background.has('code', claims.id)) continue
    current = (await context.store.read.tickets.find(record.id)) ?? current
    if (!lacksCode(current)) return current
  }
  return current
}

/** Asks WeChat in the background, if no other node is about to. */
export function askForCode(context: LoginContext, claims: TicketClaims): void {
  context.background.run('code', claims.id, async () => {
    const { store, clock, nodeId } = context
    const now = clock()
    const mine = await store.write((tx) => tx.tickets.lease(claims.id, nodeId, now, now + CODE_LEASE_MS))
    const record = mine ? await store.read.tickets.find(claims.id) : null
    if (!record || !lacksCode(record) || isOverdue(record, now)) return
    const moved = await obtain(context, claims, record)
    if (!moved) return
    context.announce(moved)
    if (moved.method === 'sdk' && moved.status === 'pending') followScan(context, moved)
  })
}

/** The ticket with its code, or ended because WeChat gave none; null when it ended meanwhile. */
async function obtain(context: LoginContext, claims: TicketClaims, record: TicketRecord): Promise<TicketRecord | null> {
  // Another node may have been asked meanwhile: then the ticket has its code, and is not ours to end.
  const guard = { status: ['pending'], version: record.version } as const
  if (record.method === 'sdk' && !roomForScan(context)) {
    const patch = { status: 'failed', reason: 'platform_busy' } as const
    return context.store.write((tx) => tx.tickets.move(record.id, guard, patch))
  }
  try {
    const code = await codeFromWechat(context, claims, record)
    return await context.store.write((tx) => tx.tickets.move(record.id, guard, { code }))
  } catch (error) {
    if (error instanceof AppError && error.code === 'busy') throw error
    const reason = reasonOf(error)
    if (reason === null) context.log.error('code.broken', { ticket: record.id, error })
    const patch = { status: 'failed', reason: reason ?? 'interrupted' } as const
    return context.store.write((tx) => tx.tickets.move(record.id, guard, patch))
  }
}

async function codeFromWechat(
  context: LoginContext,
  claims: TicketClaims,
  record: TicketRecord,
): Promise<NonNullable<TicketRecord['code']>> {
  const app = appOf(context, claims)
  if (record.method === 'scene') {
    const left = record.expiresAt - context.clock()
    return { content: await context.platform.createSceneCode(app, record.id, left), ref: null }
  }
  const { uuid, content } = await context.platform.beginScan(app)
  return { content, ref: uuid }
}
