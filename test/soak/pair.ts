// Two real programs over one database server and one Redis, and people who log in at both.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScratchDatabase } from '../db/servers.js'
import { createBrowser, type Site } from '../world/browser.js'
import { CHROME } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { address } from './drain.js'
import { openWaitingPage } from './waiting-page.js'

export interface Pair {
  readonly programs: readonly [Program, Program]
  readonly wechat: TestSimulator
  close(): Promise<void>
}

const PUBLIC_URL = 'http://localhost'
const SESSION_KEYS = 'a-fixed-key-for-tests-only-0123456789abcdef'

/** Both started, behind a proxy that is trusted, so that their visitors are counted. @param imports see `prepareProgram` */
export async function startPair(
  database: ScratchDatabase,
  redisUrl: string,
  more: Record<string, string> = {},
  imports?: string,
) {
  const wechat = await startSimulator(PUBLIC_URL)
  const env = {
    ...{ PUBLIC_URL, SESSION_KEYS, DATABASE_URL: database.url, REDIS_URL: redisUrl, TRUSTED_PROXIES: '1' },
    ...wechatEnv(wechat.url, await wechat.apps()),
    ...more,
  }
  const programs = [await prepareProgram(env, imports), await prepareProgram(env, imports)] as const
  for (const program of programs) await program.start()
  const pair: Pair = {
    programs,
    wechat,
    async close() {
      for (const program of programs) await program.dispose()
      await wechat.close()
    },
  }
  return pair
}

export interface LoggedIn {
  /** Null: in. Else what went wrong. */
  readonly trouble: string | null
  readonly begunAt: number
  /** From the answer to the phone, or to WeChat's return, to the page knowing; milliseconds. */
  readonly toldAfter: number
  /** The slowest of the requests that a limit stands before. */
  readonly slowest: number
  /** Steps that were taken again because the service was too busy. */
  readonly busy: number
  /** Why others were: their connection was gone before there was an answer. */
  readonly cut: readonly string[]
}

const PATIENCE_MS = 20_000

/**
 * So many logins a second, half by `website`, half by `relay`, until stopped. Whoever is told that the service is busy tries
 * again, as the page does. @param where the sites of page and phone, in turn
 * @param insist a step whose connection breaks is taken again, as browsers and people do
 */
export function startLogins(
  wechat: TestSimulator,
  perSecond: number,
  where: (n: number) => readonly [Site, Site],
  insist: boolean,
) {
  const under = new Set<Promise<void>>()
  const done: LoggedIn[] = []
  let begun = 0
  const begin = () => {
    const one = logIn(wechat, begun, where(begun), insist).then((login) => void done.push(login))
    begun += 1
    under.add(one)
    void one.finally(() => under.delete(one))
  }
  const timer = setInterval(begin, 1_000 / perSecond)
  return {
    done: done as readonly LoggedIn[],
    begun: () => begun,
    /** Waits for those under way. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await Promise.all(under)
    },
  }
}

async function logIn(
  wechat: TestSimulator,
  n: number,
  [site, other]: readonly [Site, Site],
  insist: boolean,
): Promise<LoggedIn> {
  const begunAt = performance.now()
  const counts = { slowest: 0, busy: 0, cut: [] as string[] }
  const step = async <T>(take: () => Promise<T>): Promise<T> => {
    for (;;) {
      const started = performance.now()
      try {
        const taken = await take()
        if (!isBusy(taken)) return taken
        counts.busy += 1
      } catch (error) {
        // `fetch` rejects with a TypeError when there was no answer.
        const cut = insist && error instanceof TypeError
        if ((!isBusy(error) && !cut) || started > begunAt + PATIENCE_MS) throw error
        if (cut) counts.cut.push(String(error.cause))
        else counts.busy += 1
      } finally {
        counts.slowest = Math.max(counts.slowest, performance.now() - started)
      }
      if (started > begunAt + PATIENCE_MS) throw new Error('turned away for too long')
      await sleep(200)
    }
  }
  const method = n % 2 === 0 ? 'website' : 'relay'
  try {
    const person = await wechat.newPerson()
    const page = await step(() => openWaitingPage(site, method, address(n)))
    try {
      const { id } = page.begun.ticket
      await within(PATIENCE_MS, () => page.seenAt.size > 0 || page.attachedAt.length > 0)
      const answeredAt =
        method === 'website'
          ? await returnFrom(wechat, page, person, { other, n, step })
          : await answerBy(person, page, other, step)
      await within(PATIENCE_MS, () => page.seenAt.has('confirmed'))
      const seen = page.seenAt.get('confirmed')
      if (seen === undefined) throw new Error(`not told: ${[...page.seenAt.keys()].join(' ')}`)
      const { attempt } = page
      const redeemed = await step(() => page.browser.post(`/api/tickets/${id}/redeem`, { attempt }))
      if (redeemed.status !== 200) throw new Error(`redeem: ${redeemed.status} ${redeemed.text}`)
      return { trouble: null, begunAt, toldAfter: Math.max(0, seen - answeredAt), ...counts }
    } finally {
      page.leave()
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return { trouble: `${method}: ${String(error)}${cause}`, begunAt, toldAfter: 0, ...counts }
  }
}

/** An answer, or the error of a helper that wanted another one, that says 503. */
function isBusy(what: unknown): boolean {
  if (what instanceof Error) return /: 503 /.test(what.message)
  return typeof what === 'object' && what !== null && 'status' in what && what.status === 503
}

type Page = Awaited<ReturnType<typeof openWaitingPage>>
type Step = <T>(take: () => Promise<T>) => Promise<T>

/** WeChat's return comes to the other site, in the same browser. */
async function returnFrom(
  wechat: TestSimulator,
  page: Page,
  person: string,
  { other, n, step }: { other: Site; n: number; step: Step },
) {
  const scan = await wechat.websiteScan(page.begun, person)
  const browser = createBrowser(other, { 'user-agent': CHROME, 'x-forwarded-for': address(n) })
  for (const [name, value] of page.browser.jar) browser.jar.set(name, value)
  const { code, state } = scan
  const posted = await step(() => browser.post(new URL(scan.callback).pathname, { code, state }))
  if (posted.status !== 200) throw new Error(`callback: ${posted.status} ${posted.text}`)
  return performance.now()
}

/** The phone speaks to the other site. */
async function answerBy(person: string, page: Page, other: Site, step: Step) {
  const phone = createPhone(other, person)
  const { ticket, matchNumber } = page.begun
  await step(() => phone.scan(ticket.id))
  const answer = await step(() => phone.confirm(ticket.id, matchNumber))
  if (answer.status !== 200) throw new Error(`confirm: ${answer.status} ${answer.text}`)
  return performance.now()
}

/** Until it holds, or the time is up. */
export async function within(ms: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) return false
    await sleep(10)
  }
  return true
}
