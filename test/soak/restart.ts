// The real program is killed while many pages wait, and started again: who comes back, when, and how many at a time.
import { setTimeout as sleep } from 'node:timers/promises'
import { createPhone, type Phone } from '../world/phone.js'
import type { Program } from '../world/program.js'
import type { TestSimulator } from '../world/simulator.js'
import { address, mostWithin } from './drain.js'
import { openWaitingPage, type WaitingPage } from './waiting-page.js'

export interface Restarted {
  /** From the program being ready again to each page's socket telling of its ticket, in milliseconds; null: it never did. */
  readonly attached: readonly (number | null)[]
  /** The most that came back within one second, of sockets that attached then. */
  readonly cameInASecond: number
  /** The most that were attached within one second: more, where those who came had to wait for a program that starts. */
  readonly attachedInASecond: number
  /** The most readings over HTTP that were answered within one second after the start. */
  readonly readInASecond: number
  /** Of those confirmed meanwhile: from the phone being answered to the page knowing, and the status of its redeem. */
  readonly confirmed: readonly { readonly toldAfter: number | null; readonly redeemed: number }[]
  readonly startedIn: number
}

const PATIENCE_MS = 20_000
const AT_ONCE = 20

/**
 * @param program started with TRUSTED_PROXIES=1, so that many addresses may come
 * @param many `confirms`: of the pages so many are confirmed while the program is away, by phones that ask until answered
 * @param awayMs between its death and its next start
 */
export async function restart(
  program: Program,
  wechat: TestSimulator,
  many: { pages: number; confirms: number },
  awayMs: number,
): Promise<Restarted> {
  const pages: WaitingPage[] = []
  for (let from = 0; from < many.pages; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, many.pages - from) }, (_, index) =>
      openWaitingPage(program, 'relay', address(from + index)),
    )
    pages.push(...(await Promise.all(some)))
  }
  try {
    await within(PATIENCE_MS, () => pages.every(({ attachedAt }) => attachedAt.length > 0))
    const asked: { page: WaitingPage; phone: Phone }[] = []
    for (const page of pages.slice(0, many.confirms)) {
      const phone = createPhone(program, await wechat.newPerson())
      await phone.scan(page.begun.ticket.id)
      asked.push({ page, phone })
    }

    await program.kill('SIGKILL')
    const killedAt = performance.now()
    const confirming = asked.map(({ page, phone }) => confirm(page, phone))
    await sleep(awayMs)
    const started = performance.now()
    await program.start()
    const back = performance.now()
    const again = ({ attachedAt }: WaitingPage) => attachedAt.find((at) => at > killedAt) ?? null
    await within(PATIENCE_MS, () => pages.every((page) => again(page) !== null))
    const answeredAt = await Promise.all(confirming)
    await within(PATIENCE_MS, () => asked.every(({ page }) => page.seenAt.has('confirmed')))

    const times = pages.map(again)
    return {
      attached: times.map((at) => (at === null ? null : Math.max(0, at - back))),
      cameInASecond: mostWithin(since(killedAt, pages, 'cameAt'), 1_000),
      attachedInASecond: mostWithin(since(killedAt, pages, 'attachedAt'), 1_000),
      readInASecond: mostWithin(since(killedAt, pages, 'readAt'), 1_000),
      confirmed: await Promise.all(asked.map(async ({ page }, index) => end(page, answeredAt[index] ?? 0))),
      startedIn: back - started,
    }
  } finally {
    for (const page of pages) page.leave()
  }
}

const since = (at: number, pages: readonly WaitingPage[], what: 'attachedAt' | 'cameAt' | 'readAt'): number[] =>
  pages.flatMap((page) => page[what].filter((time) => time > at))

/** Asks until it is answered. Returns when it was. */
async function confirm({ begun }: WaitingPage, phone: Phone): Promise<number> {
  for (;;) {
    const answer = await phone.confirm(begun.ticket.id, begun.matchNumber).catch(() => null)
    if (answer?.status === 200) return performance.now()
    await sleep(200)
  }
}

async function end(page: WaitingPage, answeredAt: number) {
  const seen = page.seenAt.get('confirmed')
  const redeem = await page.browser.post(`/api/tickets/${page.begun.ticket.id}/redeem`, { attempt: page.attempt })
  return { toldAfter: seen === undefined ? null : Math.max(0, seen - answeredAt), redeemed: redeem.status }
}

/** Until it holds, or the time is up: what is missing then shows in the figures. */
async function within(ms: number, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + ms; !holds() && performance.now() < end; ) await sleep(20)
}
