// A node that drains: the pages that wait at it move to the other one.
import type { ScratchDatabase } from '../db/servers.js'
import { startBalancer } from '../world/balancer.js'
import { createPhone } from '../world/phone.js'
import type { TestRedis } from '../world/redis-server.js'
import { address, mostWithin } from './drain.js'
import { startPair, within } from './pair.js'
import { openWaitingPage, type WaitingPage } from './waiting-page.js'

export interface Moved {
  /** Pages that were told to go. */
  readonly leaving: number
  /** From the signal to each of them being attached again, in milliseconds. */
  readonly back: readonly number[]
  /** The most sockets that attached within one second. */
  readonly attachedInASecond: number
  /** The most readings over HTTP that were answered within one second. */
  readonly readInASecond: number
  /** Statuses of those confirmed meanwhile, at their redeem. */
  readonly redeemed: readonly number[]
  readonly exit: number | null
}

const AT_ONCE = 20

export async function movePages(
  database: ScratchDatabase,
  redis: TestRedis,
  many: { pages: number; confirms: number },
): Promise<Moved> {
  const pair = await startPair(database, redis.url, { DRAIN_DELAY: '1s' })
  const balancer = await startBalancer(pair.programs)
  const site = { publicUrl: pair.programs[0].publicUrl, connectTo: balancer.url }
  const pages: WaitingPage[] = []
  try {
    for (let from = 0; from < many.pages; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, many.pages - from) }, (_, n) =>
        openWaitingPage(site, 'relay', address(from + n)),
      )
      pages.push(...(await Promise.all(some)))
    }
    await within(20_000, () => pages.every(({ attachedAt }) => attachedAt.length > 0))
    const leaving = await sockets(pair.programs[0])
    const phones = await Promise.all(
      pages.slice(0, many.confirms).map(async (page) => {
        const phone = createPhone(site, await pair.wechat.newPerson())
        await phone.scan(page.begun.ticket.id)
        return { page, phone }
      }),
    )
    const began = performance.now()
    const exiting = pair.programs[0].kill('SIGTERM')
    for (const { page, phone } of phones) await phone.confirm(page.begun.ticket.id, page.begun.matchNumber)
    const exit = await exiting
    const again = ({ attachedAt }: WaitingPage) => attachedAt.find((at) => at > began) ?? null
    const moved = () => pages.filter((page) => again(page) !== null)
    await within(20_000, () => moved().length >= leaving)
    await within(5_000, () => phones.every(({ page }) => page.seenAt.has('confirmed')))
    const since = (what: 'attachedAt' | 'readAt') => pages.flatMap((page) => page[what].filter((at) => at > began))
    const redeems = phones.map(({ page }) =>
      page.browser.post(`/api/tickets/${page.begun.ticket.id}/redeem`, { attempt: page.attempt }),
    )
    return {
      leaving,
      back: moved().map((page) => (again(page) ?? Number.NaN) - began),
      attachedInASecond: mostWithin(since('attachedAt'), 1_000),
      readInASecond: mostWithin(since('readAt'), 1_000),
      redeemed: (await Promise.all(redeems)).map(({ status }) => status),
      exit: exit.code,
    }
  } finally {
    for (const page of pages) page.leave()
    await balancer.close()
    await pair.close()
  }
}

async function sockets({ connectTo }: { connectTo: string }): Promise<number> {
  const text = await (await fetch(`${connectTo}/metrics`)).text()
  return Number(/^saoma_sockets (\d+)/m.exec(text)?.[1])
}
