// R21: a copy taken by README's command while people log in, and a service that starts on it.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Site } from '../world/browser.js'
import { violations } from '../world/invariants.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'

export interface Copy {
  /** Of the restored database. */
  readonly url: string
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The database's own check of it. @throws when it finds something */
  check(): Promise<void>
}

/** Runs a program to its end. @throws with what it printed, when it fails */
export async function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 28 })
  return stdout
}

const LOGINS_A_SECOND = 20
const KEYS = 'a-fixed-key-for-tests-only-0123456789abcdef'

interface Confirmed {
  readonly pc: Pc
  readonly id: string
}

/**
 * @param databaseUrl null: SQLite's own file
 * @param backUp copies the database while it is in use, and restores the copy elsewhere
 */
export async function backedUp(databaseUrl: string | null, backUp: (file: string) => Promise<Copy>): Promise<void> {
  const wechat = await startSimulator('http://localhost')
  const env = { ...wechatEnv(wechat.url, await wechat.apps()), SESSION_KEYS: KEYS }
  const program = await prepareProgram(databaseUrl === null ? env : { ...env, DATABASE_URL: databaseUrl })
  await program.start()
  try {
    // One who is signed in, and one whom only the browser has not told yet.
    const signedIn = await confirmed(program, wechat)
    await signedIn.pc.signIn(signedIn.id, newAttempt())
    const waiting = await confirmed(program, wechat)

    const load = startLoad(program, wechat)
    await sleep(1_500)
    const [before, began] = [load.done(), performance.now()]
    const copy = await backUp(program.file)
    const took = performance.now() - began
    await sleep(1_000)
    await load.stop()
    const rate = (load.done() - before) / ((performance.now() - began) / 1_000)
    process.stdout.write(`backed up in ${took.toFixed(0)} ms beside ${rate.toFixed(0)} logins a second\n`)
    expect(load.failed()).toEqual([])

    await copy.check()
    // Callbacks were under way when it was taken: the service ends them as interrupted at its start.
    expect(await violations(copy.query, true)).toEqual([])
    await program.kill('SIGKILL')
    const restored = await prepareProgram({ ...env, DATABASE_URL: copy.url })
    try {
      await restored.start()
      expect((await through(restored, signedIn.pc).session()).status).toBe(200)
      await through(restored, waiting.pc).signIn(waiting.id)
      const newcomer = await confirmed(restored, wechat)
      await newcomer.pc.signIn(newcomer.id)
      await expect.poll(() => violations(copy.query), { timeout: 6_000 }).toEqual([])
    } finally {
      await restored.dispose()
    }
  } finally {
    await program.dispose()
    await wechat.close()
  }
}

/** The same browser at another address. */
function through(site: Site, pc: Pc): Pc {
  const same = createPc(site)
  for (const [name, value] of pc.browser.jar) same.browser.jar.set(name, value)
  return same
}

async function confirmed(
  site: Site,
  wechat: TestSimulator,
  method: 'website' | 'relay' = 'website',
): Promise<Confirmed> {
  const pc = createPc(site)
  const person = await wechat.newPerson()
  const begun = await pc.begin(method)
  await pc.ticket(begun.ticket.id)
  if (method === 'website') await pc.arriveInFrame(await wechat.websiteScan(begun, person))
  else {
    const phone = createPhone(site, person)
    await phone.scan(begun.ticket.id)
    await phone.confirm(begun.ticket.id, begun.matchNumber)
  }
  return { pc, id: begun.ticket.id }
}

/** Logins at a steady pace, whether or not the earlier ones are done, and at most a hundred at a time. */
function startLoad(site: Site, wechat: TestSimulator) {
  const failed: string[] = []
  const under = new Set<Promise<void>>()
  let done = 0
  let started = 0
  const timer = setInterval(() => {
    if (under.size >= 100) return
    const method = started++ % 4 === 0 ? 'relay' : 'website'
    const one = confirmed(site, wechat, method)
      .then(({ pc, id }) => pc.signIn(id))
      .then(
        () => {
          done += 1
        },
        (error: unknown) => void failed.push(String(error)),
      )
      .finally(() => under.delete(one))
    under.add(one)
  }, 1_000 / LOGINS_A_SECOND)
  return {
    done: () => done,
    failed: () => failed,
    async stop(): Promise<void> {
      clearInterval(timer)
      await Promise.all(under)
    },
  }
}
