// One login during which the program is killed, and what becomes of it. The waiting page does what the real one does: it
// watches with the real page's code, and redeems with one attempt. The phone repeats what failed, the frame only
// what was not begun.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TicketBegun, TicketStatus } from '#shared/ticket.js'
import { backoff } from '../../web/backoff.js'
import { watchAs } from '../soak/waiting-page.js'
import type { Site } from '../world/browser.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import type { Program } from '../world/program.js'
import type { TestSimulator, WebsiteScan } from '../world/simulator.js'

export interface Trial {
  readonly method: 'website' | 'relay'
  readonly point: string
  /** The ticket's status in the database when the program was dead; null: it had no row. */
  readonly left: TicketStatus | null
  /** How the page ended. `scan again` is any end with a reason. */
  readonly end: 'logged in' | 'scan again'
  /** From the port being back to that end. */
  readonly endedAfterMs: number
  /** How often WeChat saw the code at most. */
  readonly exchanges: number
}

export interface Bench {
  readonly program: Program
  readonly wechat: TestSimulator
  /** A look into the database from outside. */
  readonly query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
}

const GIVE_UP_MS = 30_000
const MOST_REDEEMS = 10

/** @throws when the point was never reached, or the page never ended */
export async function runTrial(bench: Bench, method: Trial['method'], point: string): Promise<Trial> {
  const { program, wechat, query } = bench
  const pc = createPc(program)
  const person = await wechat.newPerson()
  const begun = await pc.begin(method)
  const { id } = begun.ticket
  await pc.ticket(id)
  await program.ask({ arm: point })
  const died = program.ended()
  const over = new AbortController()
  const page = waitingPage(program, pc, begun)
  const scan = method === 'website' ? await wechat.websiteScan(begun, person) : null
  const carrier = scan ? frame(pc, scan, over.signal) : phone(bench, begun, person, over.signal)
  try {
    const first = await Promise.race([died.then(() => 'killed'), page.then(() => 'ended')])
    if (first !== 'killed') throw new Error(`${method} never came by "${point}"`)
    const [row] = await query(`SELECT status FROM tickets WHERE id = '${id}'`)
    const unfinished = `SELECT 1 FROM callbacks WHERE ticket_id = '${id}' AND outcome_status IS NULL`
    // WeChat's frame is gone as well: then the page hears of its end by the new node alone.
    if (method === 'website' && (await query(unfinished)).length > 0) over.abort()
    await sleep(50)
    await program.start()
    const back = performance.now()
    const end = await page
    const { byCode } = await wechat.calls()
    return {
      method,
      point,
      left: (row?.status ?? null) as TicketStatus | null,
      end: end.name,
      endedAfterMs: Math.max(0, end.at - back),
      exchanges: scan ? (byCode[scan.code] ?? 0) : Math.max(0, ...Object.values(byCode)),
    }
  } finally {
    over.abort()
    await carrier
  }
}

/** Watches until the ticket has ended or is confirmed, then redeems; whatever breaks, it tries again. */
async function waitingPage(site: Site, pc: Pc, begun: TicketBegun): Promise<{ name: Trial['end']; at: number }> {
  const status = await new Promise<TicketStatus>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the page never ended')), GIVE_UP_MS)
    const page = watchAs(site, pc.browser, begun, {}, (seen) => {
      if (seen === 'pending' || seen === 'scanned') return
      clearTimeout(late)
      page.leave()
      resolve(seen)
    })
  })
  if (status !== 'confirmed' && status !== 'redeemed') return { name: 'scan again', at: performance.now() }
  const attempt = newAttempt()
  for (let failures = 0; failures < MOST_REDEEMS; failures += 1) {
    try {
      const answer = await pc.redeem(begun.ticket.id, attempt)
      if (answer.status === 200) await pc.me()
      return { name: answer.status === 200 ? 'logged in' : 'scan again', at: performance.now() }
    } catch {
      await sleep(backoff(failures, Math.random))
    }
  }
  throw new Error('the page could not redeem')
}

/** The inert page in WeChat's frame: it posts until it is answered. */
async function frame(pc: Pc, scan: WebsiteScan, signal: AbortSignal): Promise<void> {
  await repeat(signal, async () => {
    const { posted } = await pc.arriveInFrame(scan)
    return posted.status < 500
  })
}

/** The person with the phone: scans, confirms, and does it again where nothing came back. */
async function phone(
  { program }: Bench,
  begun: Awaited<ReturnType<Pc['begin']>>,
  person: string,
  signal: AbortSignal,
): Promise<void> {
  const own = createPhone(program, person)
  await repeat(signal, async () => {
    const question = await own.scan(begun.ticket.id)
    if (question.status !== 'scanned') return true
    return (await own.confirm(begun.ticket.id, begun.matchNumber)).status < 500
  })
}

async function repeat(signal: AbortSignal, act: () => Promise<boolean>): Promise<void> {
  while (!signal.aborted) {
    if (await act().catch(() => false)) return
    await sleep(200)
  }
}
