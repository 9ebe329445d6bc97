// R16: tickets by the thousand go through their lives in one node, and nothing of them stays.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Site } from '../world/browser.js'
import { rows } from '../world/database.js'
import { freePort } from '../world/free-port.js'
import { webDirectory } from '../world/pages.js'
import { createPc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'

export interface Measured {
  readonly heapUsed: number
  readonly rss: number
  readonly handles: Readonly<Record<string, number>>
  /** What the database holds, wherever it lies: in its file, or still in the log. */
  readonly fileBytes: number
  /** Of the log, which is begun anew at some 32 MiB. */
  readonly logBytes: number
  readonly rows: Readonly<Record<string, number>>
}

const PROGRAM = fileURLToPath(new URL('./node.mjs', import.meta.url))
const TABLES = ['tickets', 'callbacks', 'sessions', 'accounts', 'identities', 'audit'] as const
const AT_ONCE = 10
/** So that people, who are kept, do not hide what is not. */
const PEOPLE = 50

export async function startSoak() {
  const scratch = mkdtempSync(join(tmpdir(), 'saoma-soak-'))
  const file = join(scratch, 'saoma.sqlite')
  const port = await freePort()
  const site: Site = { publicUrl: `http://localhost:${port}`, connectTo: `http://127.0.0.1:${port}` }
  const wechat = await startSimulator(site.publicUrl, { siteServer: site.connectTo })
  const env = { PORT: String(port), PUBLIC_URL: site.publicUrl, DATABASE_URL: `sqlite:${file}` }
  const started = { env, wechat: { url: wechat.url, apps: await wechat.apps() }, webDirectory: webDirectory(scratch) }
  const child = fork(PROGRAM, [JSON.stringify(started)], { execArgv: ['--expose-gc'] })
  await once(child, 'message')
  const people: string[] = []
  while (people.length < PEOPLE) people.push(await wechat.newPerson())

  const size = (name: string) => statSync(name, { throwIfNoEntry: false })?.size ?? 0
  return {
    /** So many lives, ten at a time, or those for which there is time; `days` pass over them. Returns how many they were. */
    async live(lives: number, days: number, withinMs = Number.POSITIVE_INFINITY): Promise<number> {
      const started = performance.now()
      let done = 0
      for (let passed = 0; passed < 1; done += AT_ONCE) {
        const batch = Array.from({ length: Math.min(AT_ONCE, lives - done) }, (_, i) =>
          life(site, wechat, people[(done + i) % PEOPLE] ?? '', done + i),
        )
        await Promise.all(batch)
        const share = Math.max((done + batch.length) / lives, (performance.now() - started) / withinMs)
        await ask(child, { advanceMs: Math.round(days * 86_400_000 * (Math.min(1, share) - passed)) })
        passed = share
      }
      return Math.min(done, lives)
    },
    pass: (ms: number) => ask(child, { advanceMs: ms }),
    async measure(): Promise<Measured> {
      const measured = (await ask(child, { measure: true })) as Omit<Measured, 'fileBytes' | 'logBytes' | 'rows'>
      const counts = await Promise.all(TABLES.map((table) => rows(file, `SELECT count(*) AS n FROM ${table}`)))
      const counted = Object.fromEntries(TABLES.map((table, index) => [table, Number(counts[index]?.[0]?.n)]))
      const pages = 'SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size'
      const fileBytes = Number((await rows(file, pages))[0]?.n)
      return { ...measured, fileBytes, logBytes: size(`${file}-wal`), rows: counted }
    },
    async close(): Promise<void> {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await wechat.close()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

async function ask(child: ChildProcess, message: object): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(message)
  return (await answer)[0]
}

/** One ticket, in one of the ways in which tickets go. */
async function life(site: Site, wechat: TestSimulator, person: string, number: number): Promise<void> {
  const pc = createPc(site)
  const way = number % 6
  const begun = await pc.begin(way < 3 ? 'website' : 'relay')
  const { id } = begun.ticket
  // Nobody ever comes, or somebody who goes away.
  if (way === 0) return
  const live = await pc.watch(id)
  await live.until('pending')
  if (way === 1) await pc.cancel(id)
  if (way === 2) await pc.arriveInFrame(await wechat.websiteScan(begun, person))
  if (way === 3) await createPhone(site, person).scan(id)
  if (way > 3) {
    const phone = createPhone(site, person)
    await phone.scan(id)
    if (way === 4) await phone.deny(id)
    else await phone.confirm(id, begun.matchNumber)
  }
  if (way === 2 || way === 5) {
    await live.until('confirmed')
    await pc.signIn(id)
    await pc.me()
    if (number % 12 < 6) await pc.logout()
  }
  live.close()
  await live.closed
}

/** Until connections that idle have closed and the last sweep is over. */
export const settled = () => sleep(2_500)
