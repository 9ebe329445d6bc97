// `sdk`: the long poll that a desktop program would hold, held by the server. One node follows a scan at a time; when it
// is gone, another one goes on.
import { AppError } from '../errors.js'
import { sha256Of } from '../keyring.js'
import { type CallbackRecord, PlatformError, type ScanPoll, type TicketRecord } from '../ports.js'
import { SCAN_LEASE_MS, SCANNED_MS } from '../ticket/lifetime.js'
import { appOf, type LoginContext } from './context.js'
import { alive } from './interrupted.js'
import { askWechat, reasonOf } from './prove.js'
import { noteRefusal } from './refusal.js'
import { confirmAtOnce, endOfTicket, fail, type Move } from './resolve.js'
import { settle } from './watch.js'

/** Polls that one node holds at a time; beyond that a ticket ends as `platform_busy`. */
const MOST_SCANS = 450
/** Failures in a row after which a scan is given up, each waited for twice as long as the one before. */
const MOST_FAILURES = 5
const FIRST_WAIT_MS = 200
/**
 * A poll that brings nothing new sooner than this is followed by a pause: WeChat holds polls, a broken proxy does not, and a
 * hint that breaks one off may be made up.
 */
const SHORTEST_ROUND_MS = 1_000

/** True while this node can follow one more scan. */
export function roomForScan({ background }: LoginContext): boolean {
  return background.size('scan') < MOST_SCANS
}

/** Follows a scan in the background until it has an end. */
export function followScan(context: LoginContext, record: TicketRecord): void {
  const uuid = record.code?.ref
  if (!uuid) return
  context.background.run('scan', record.id, async () => {
    let failures = 0
    // Kept until it has been applied: WeChat may tell it only once.
    let news: ScanPoll | null = null
    for (;;) {
      try {
        const current = await hold(context, record.id)
        if (!current) return
        news ??= await poll(context, current, uuid)
        if (news && (await apply(context, current, news))) return
        news = null
        failures = 0
      } catch (error) {
        if (context.background.ending()) return
        failures += 1
        const ours = !(error instanceof PlatformError)
        if (failures >= MOST_FAILURES && ours) throw error
        if (failures >= MOST_FAILURES) return end(context, record.id, 'failed', 'platform_unreachable')
        await context.sleep(FIRST_WAIT_MS * 2 ** failures)
      }
    }
  })
}

/** WeChat's news. Null when there is none: the poll was broken off because the ticket has moved, e.g. was given up. */
async function poll(context: LoginContext, current: TicketRecord, uuid: string): Promise<ScanPoll | null> {
  const { background, bus, clock, platform, sleep, store } = context
  const last = current.status === 'scanned' ? 'scanned' : 'waiting'
  const over = new AbortController()
  const abort = () => over.abort()
  const unsubscribe = bus.subscribe((hint) => {
    if (hint.topic === 'ticket' && hint.id === current.id && hint.version > current.version) abort()
  })
  const forget = background.onEnding(abort)
  const began = clock()
  const rest = async () => {
    const early = SHORTEST_ROUND_MS - (clock() - began)
    if (early > 0) await sleep(early)
  }
  try {
    const news = await platform.pollScan(uuid, last, over.signal)
    if (news.status === last) await rest()
    return news
  } catch (error) {
    if (!over.signal.aborted || background.ending()) throw error
    const moved = (await store.read.tickets.find(current.id))?.version !== current.version
    if (!moved) await rest()
    return null
  } finally {
    unsubscribe()
    forget()
  }
}

/** The ticket as it is now, if it is still this node's to follow; null ends the loop. */
async function hold(context: LoginContext, id: string): Promise<TicketRecord | null> {
  const { store, clock, nodeId, background } = context
  if (background.ending()) return null
  const now = clock()
  if (!(await store.write((tx) => tx.tickets.lease(id, nodeId, now, now + SCAN_LEASE_MS)))) return null
  const stored = await store.read.tickets.find(id)
  const current = stored && (await settle(context, stored))
  return current?.status === 'pending' || current?.status === 'scanned' ? current : null
}

/** True when nothing more can come. */
async function apply(context: LoginContext, record: TicketRecord, news: ScanPoll): Promise<boolean> {
  switch (news.status) {
    case 'waiting':
      return false
    case 'scanned':
      await scanned(context, record)
      return false
    case 'refused':
      await end(context, record.id, 'denied', 'refused_on_phone')
      return true
    case 'expired':
      await expire(context, record)
      return true
    case 'confirmed':
      await spend(context, record, news.code)
      return true
  }
}

async function scanned(context: LoginContext, record: TicketRecord): Promise<void> {
  const now = context.clock()
  const guard = { status: ['pending'], aliveAt: now } as const
  const patch = { status: 'scanned', expiresAt: now + SCANNED_MS } as const
  const moved = await context.store.write((tx) => tx.tickets.move(record.id, guard, patch))
  if (moved) context.announce(moved)
}

/** WeChat's code ran out: no phone can use it any more. */
async function expire(context: LoginContext, { id }: TicketRecord): Promise<void> {
  const guard = { status: ['pending', 'scanned'] } as const
  const moved = await context.store.write((tx) => tx.tickets.move(id, guard, { status: 'expired' }))
  if (moved) context.announce(moved)
}

async function end(
  context: LoginContext,
  id: string,
  status: 'denied' | 'failed',
  reason: Parameters<typeof endOfTicket>[4],
): Promise<void> {
  const moved = await context.store.write(async (tx) => {
    const ended = await endOfTicket(tx, id, null, status, reason)
    if (ended) await noteRefusal(context, tx, ended, reason)
    return ended
  })
  if (moved) context.announce(moved)
}

/** Once, whichever node sees it: a second sight of the same code finds it claimed. */
async function spend(context: LoginContext, ticket: TicketRecord, code: string): Promise<void> {
  const claims = context.ticketIds.read(ticket.id)
  if (!claims) throw new AppError('ticket_unknown')
  const app = appOf(context, claims)
  const record: CallbackRecord = {
    stateHash: sha256Of('sdk', ticket.id),
    codeHash: sha256Of(app.key, code),
    phoneHash: null,
    ticketId: ticket.id,
    startedAt: context.clock(),
    beat: 0,
    outcome: null,
  }
  if (!(await context.store.write((tx) => tx.callbacks.claim(record)))) return
  const move: Move = { ticket, stateHash: record.stateHash, phoneHash: null }
  await alive(context, record.stateHash, async () => {
    try {
      const proof = await askWechat(context, app, code, 'sdk')
      if ('reason' in proof) await fail(context, move, 'failed', proof.reason)
      else await confirmAtOnce(context, move, proof)
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === null) context.log.error('scan.broken', { ticket: ticket.id, error })
      await fail(context, move, 'failed', reason ?? 'interrupted')
    }
  })
}
