// The console at work: who am I, what a section shows and keeps showing, what was ordered.
import type {
  AdminApps,
  AdminConfig,
  AdminFound,
  AdminHistory,
  AdminJob,
  AdminJobs,
  AdminMe,
  AdminNumbers,
  AdminOperators,
  AdminOrder,
  AdminOrdered,
  AdminSeen,
  StartJob,
} from '#shared/admin.js'
import { askUntil } from '../attempts.js'
import type { Answer, Failure } from '../http.js'
import { createMachine, type Machine, type Task } from '../machine.js'
import type { OnWake, Timers } from '../world.js'
import { lastAt } from './numbers.js'
import {
  type AdminEvent,
  type AdminState,
  type Desk,
  initialAdmin,
  type News,
  reduce,
  SECTIONS,
  type Section,
} from './state.js'

type Ask<T> = (signal: AbortSignal) => Promise<Answer<T>>

export interface AdminPorts {
  readonly timers: Timers
  readonly onWake: OnWake
  readonly me: Ask<AdminMe>
  claim(code: string, signal: AbortSignal): Promise<Answer<void>>
  numbers(node: string, after: number, signal: AbortSignal): Promise<Answer<AdminNumbers>>
  readonly apps: Ask<AdminApps>
  readonly jobs: Ask<AdminJobs>
  readonly history: Ask<AdminHistory>
  readonly operators: Ask<AdminOperators>
  readonly config: Ask<AdminConfig>
  find(query: string, signal: AbortSignal): Promise<Answer<AdminFound>>
  see(account: string, signal: AbortSignal): Promise<Answer<AdminSeen>>
  order(order: AdminOrder, signal: AbortSignal): Promise<Answer<AdminOrdered>>
  start(job: StartJob, signal: AbortSignal): Promise<Answer<AdminJob>>
  /** What the page's address says behind `#`. */
  place(): string
}

export type AdminMachine = Machine<AdminState, AdminEvent>
type Send = (event: AdminEvent) => void

/** How often each section asks again, in milliseconds: also whether there still is a console for this visitor. */
const EVERY_MS: Readonly<Record<Section, number>> = {
  overview: 5_000,
  accounts: 15_000,
  apps: 10_000,
  jobs: 2_000,
  history: 10_000,
  operators: 15_000,
  config: 15_000,
}

/** Starts by asking who is here. `stop()` ends everything. */
export function createAdmin(ports: AdminPorts): AdminMachine {
  return createMachine({ initial: initialAdmin, reduce, task: (state) => taskOf(ports, state) })
}

/** The section and the account that a place names, such as `accounts/acc_1`. */
export function readPlace(place: string): { section: Section; account: string | null } {
  const [first = '', second] = place.split('/')
  const section = SECTIONS.find((one) => one === first) ?? 'overview'
  return { section, account: section === 'accounts' && second ? decodeURIComponent(second) : null }
}

/** The same the other way. */
export function placeOf({ section, seen, opening }: Pick<Desk, 'section' | 'seen' | 'opening'>): string {
  const account = seen?.account.id ?? opening
  return section === 'accounts' && account !== null ? `accounts/${encodeURIComponent(account)}` : section
}

function taskOf(ports: AdminPorts, state: AdminState): Task<AdminEvent> | null {
  switch (state.name) {
    case 'loading':
      return { key: 'load', run: (send) => load(ports, send) }
    case 'claim': {
      const { code } = state
      return code === null ? null : { key: 'claim', run: (send) => claim(ports, code, send) }
    }
    case 'desk':
      return deskTask(ports, state)
    case 'unreachable':
      return { key: 'wait', run: (send) => ports.onWake(() => send({ type: 'retry' })) }
    case 'gone':
      return null
  }
}

function deskTask(ports: AdminPorts, desk: Desk): Task<AdminEvent> | null {
  const { busy, asking, opening, found, query, section } = desk
  if (busy && asking) {
    return {
      key: 'carry',
      run: (send) => (asking.kind === 'order' ? order(ports, asking.order, send) : start(ports, asking.job, send)),
    }
  }
  if (opening !== null) return { key: `see ${opening}`, run: (send) => see(ports, opening, send) }
  if (found === null) return { key: `find ${query}`, run: (send) => find(ports, query, send) }
  if (section === 'accounts') return { key: section, run: (send) => stay(ports, send) }
  if (section === 'overview') return { key: `numbers ${desk.node}`, run: (send) => watchNumbers(ports, desk, send) }
  return { key: section, run: (send) => watch(ports, section, send) }
}

function load({ timers, me, place }: AdminPorts, send: Send): () => void {
  return askUntil(timers, me, {
    done(answer) {
      if (answer.ok) send({ type: 'loaded', me: answer.value, ...readPlace(place()) })
      else if (answer.code === 'not_found') send({ type: 'gone' })
      else send({ type: 'loadFailed', code: answer.code })
    },
  })
}

/** One attempt. Whether there is no such code, or the answer to a good one got lost, shows in who this visitor is now. */
function claim({ timers, claim: ask, me }: AdminPorts, code: string, send: Send): () => void {
  const over = new AbortController()
  let stop = (): void => {}
  void ask(code, over.signal).then((answer) => {
    if (over.signal.aborted) return
    if (answer.ok) send({ type: 'claimed' })
    else if (answer.code !== 'not_found' && answer.code !== 'network') send({ type: 'failed', code: answer.code })
    else stop = askUntil(timers, me, { done: (now) => send(claimed(now, answer.code)) })
  })
  return () => {
    over.abort()
    stop()
  }
}

function claimed(now: Answer<AdminMe>, code: Failure): AdminEvent {
  if (now.ok) return now.value.role === 'operator' ? { type: 'claimed' } : { type: 'failed', code }
  return now.code === 'not_found' ? { type: 'gone' } : { type: 'failed', code: now.code }
}

/** Asks once, and says what went wrong. */
function once<T>(ask: Ask<T>, send: Send, done: (value: T) => void): () => void {
  const over = new AbortController()
  void ask(over.signal).then((answer) => {
    if (over.signal.aborted) return
    if (answer.ok) done(answer.value)
    else if (answer.code === 'not_found') send({ type: 'gone' })
    else send({ type: 'failed', code: answer.code })
  })
  return () => over.abort()
}

function find(ports: AdminPorts, query: string, send: Send): () => void {
  return once(
    (signal) => ports.find(query, signal),
    send,
    ({ found }) => send({ type: 'found', found }),
  )
}

function see(ports: AdminPorts, account: string, send: Send): () => void {
  return once(
    (signal) => ports.see(account, signal),
    send,
    (seen) => send({ type: 'seen', seen }),
  )
}

/** Never sent twice by itself: the operator sees what became of it, and orders again. */
function order(ports: AdminPorts, wanted: AdminOrder, send: Send): () => void {
  return once(
    (signal) => ports.order(wanted, signal),
    send,
    (outcome) => send({ type: 'ordered', outcome }),
  )
}

function start(ports: AdminPorts, job: StartJob, send: Send): () => void {
  return once(
    (signal) => ports.start(job, signal),
    send,
    () => send({ type: 'started' }),
  )
}

/** Reads now, again after each pause, and when the operator comes back. */
function repeat(ports: AdminPorts, everyMs: number, read: (signal: AbortSignal) => Promise<void>): () => void {
  const over = new AbortController()
  let cancel = (): void => {}
  let reading = false
  const look = (): void => {
    if (reading || over.signal.aborted) return
    cancel()
    reading = true
    void read(over.signal).then(() => {
      reading = false
      if (!over.signal.aborted) cancel = ports.timers.after(everyMs, look)
    })
  }
  look()
  const sleepOn = ports.onWake(look)
  return () => {
    over.abort()
    cancel()
    sleepOn()
  }
}

function tell(answer: Answer<unknown>, signal: AbortSignal, send: Send, ok: () => void): void {
  if (signal.aborted) return
  if (answer.ok) ok()
  else if (answer.code === 'not_found') send({ type: 'gone' })
  else send({ type: 'failed', code: answer.code })
}

/** Whoever is looked at stays as they were; whoever looks may have lost the role. */
function stay(ports: AdminPorts, send: Send): () => void {
  let first = true
  return repeat(ports, EVERY_MS.accounts, async (signal) => {
    if (first) {
      first = false
      return
    }
    const answer = await ports.me(signal)
    if (!signal.aborted && !answer.ok && answer.code === 'not_found') send({ type: 'gone' })
  })
}

function watch(ports: AdminPorts, section: keyof typeof readers, send: Send): () => void {
  return repeat(ports, EVERY_MS[section], (signal) => readers[section](ports, signal, send))
}

const readers = {
  apps: reader('apps'),
  jobs: reader('jobs'),
  history: reader('history'),
  operators: reader('operators'),
  config: reader('config'),
}

function reader<Name extends News['of']>(of: Name) {
  return async (ports: AdminPorts, signal: AbortSignal, send: Send): Promise<void> => {
    const answer = await ports[of](signal)
    tell(answer, signal, send, () => answer.ok && send({ type: 'read', read: { of, news: answer.value } as News }))
  }
}

function watchNumbers(ports: AdminPorts, desk: Desk, send: Send): () => void {
  const { node } = desk
  let after = lastAt(desk.numbers.find((one) => one.node.id === node)?.steps ?? [])
  return repeat(ports, EVERY_MS.overview, async (signal) => {
    const answer = await ports.numbers(node, after, signal)
    tell(answer, signal, send, () => {
      if (!answer.ok) return
      if (answer.value.node.id === node) after = lastAt(answer.value.steps) || after
      send({ type: 'numbers', numbers: answer.value })
    })
  })
}
