// Very many pages wait at one node and nothing happens: what they cost it, and whether others notice.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LIVE_PATH, LIVE_PROTOCOL } from '#shared/live.js'
import { createPc, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import type { Program } from '../world/program.js'
import type { TestSimulator } from '../world/simulator.js'

/** What probe.mjs tells, of the time since it was asked last. */
export interface Probed {
  readonly rss: number
  readonly heapUsed: number
  /** Of one core. */
  readonly cpu: number
  /** The longest work between two turns of the event loop; `lateMs` with what the machine made it wait for a core. */
  readonly stallMs: number
  readonly lateMs: number
  /** The longest pause of the garbage collector. */
  readonly gcMs: number
}

export const PROBE = fileURLToPath(new URL('./probe.mjs', import.meta.url))
const CROWD = fileURLToPath(new URL('./crowd.mjs', import.meta.url))

export interface Crowd {
  /** How many sockets are open, and how many messages they have heard. */
  ask(): Promise<{ open: number; heard: number }>
  leave(): Promise<void>
}

/** So many pages, each with a ticket, a browser and an address of its own, shared by so many processes. */
export async function gather(program: Program, pages: number, processes: number): Promise<Crowd> {
  const share = Math.ceil(pages / processes)
  const children: ChildProcess[] = []
  for (let from = 0; from < pages; from += share) {
    const { connectTo, publicUrl } = program
    const part = { from, count: Math.min(share, pages - from), atOnce: 10 }
    const task = { connectTo, publicUrl, path: LIVE_PATH, protocol: LIVE_PROTOCOL, ...part }
    children.push(fork(CROWD, [JSON.stringify(task)]))
  }
  await Promise.all(children.map((child) => once(child, 'message')))
  return {
    async ask() {
      const answers = await Promise.all(
        children.map(async (child) => {
          const answer = once(child, 'message')
          child.send('')
          return (await answer)[0] as { open: number; heard: number }
        }),
      )
      const sum = (what: 'open' | 'heard') => answers.reduce((all, one) => all + one[what], 0)
      return { open: sum('open'), heard: sum('heard') }
    },
    async leave() {
      const gone = children.map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(gone)
    },
  }
}

export const probe = async (program: Program, gc = false): Promise<Probed> => (await program.ask({ gc })) as Probed

/** Milliseconds from a phone's confirmation to the page knowing of it, one login after the other. */
export async function confirmations(program: Program, wechat: TestSimulator, logins: number): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < logins; n += 1) {
    const pc = createPc(program)
    const begun = await untilBegun(pc)
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    const phone = createPhone(program, await wechat.newPerson())
    await phone.scan(begun.ticket.id)
    const asked = performance.now()
    const [told] = await Promise.all([
      live.until('confirmed').then(() => performance.now()),
      phone.confirm(begun.ticket.id, begun.matchNumber),
    ])
    times.push(told - asked)
    live.close()
    await sleep(50)
  }
  return times
}

/** A machine that has much else to do may have the node turn newcomers away. */
async function untilBegun(pc: Pc) {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(500)) {
    const begun = await pc.begin('relay').catch(() => null)
    if (begun) return begun
  }
  throw new Error('newcomers are turned away')
}
