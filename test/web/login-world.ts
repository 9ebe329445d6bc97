// A login page without a browser: its machine over ports that the test answers for.
import type { SignedIn, SiteConfig } from '#shared/api.js'
import type { Method, TicketBegun, TicketRead } from '#shared/ticket.js'
import type { Answer, Failure } from '../../web/http.js'
import { createLogin, type LoginMachine } from '../../web/login/machine.js'
import type { Asked, Kept, LoginPorts } from '../../web/login/ports.js'
import { heldSockets, type ManualTimers, manualTimers, type Sockets, ticket, type Wakes, wakes } from './world.js'

export const ada = {
  account: { id: 'acc_1', nickname: 'Ada', avatarUrl: '', createdAt: 0 },
  session: {
    id: 'ses_1',
    method: 'relay' as const,
    device: { browser: 'Firefox', os: 'Linux', address: '127.0.0.1', place: null },
    createdAt: 0,
    lastSeenAt: 0,
    expiresAt: 1,
  },
}

export const site: SiteConfig = {
  site: { name: 'Shop', logoUrl: null, agreementUrl: null, privacyUrl: null, agreementVersion: null, icp: null },
  publicUrl: 'http://here',
  methods: ['relay', 'website', 'official'],
  languages: ['zh', 'en'],
  simulator: null,
}

export function fails(code: Failure): { ok: false; code: Failure } {
  return { ok: false, code }
}

export function says<T>(value: T): Answer<T> {
  return { ok: true, value }
}

export function begun(id: string, method: Method, changes: Partial<TicketBegun> = {}): TicketBegun {
  const relay = method === 'relay'
  return {
    ticket: ticket({ id, method }),
    qr: relay ? { content: `http://here/t/${id}`, svg: '<svg/>' } : null,
    embedUrl: relay ? null : 'http://wechat/embed',
    redirectUrl: relay ? null : 'http://wechat/whole',
    matchNumber: relay ? '47' : null,
    ...changes,
  }
}

export interface LoginWorld {
  readonly machine: LoginMachine
  readonly timers: ManualTimers
  readonly sockets: Sockets
  readonly waking: Wakes
  /** What was asked of the server, in order: `begin relay`, `read tkt_1`, `redeem tkt_1 attempt-1`, … */
  readonly calls: string[]
  readonly left: string[]
  /** What this tab keeps of the box. */
  readonly tab: { ticked: string | null }
  kept(): Kept | null
  phase(): string
}

export interface LoginAnswers {
  config?: () => Answer<SiteConfig>
  session?: () => Answer<SignedIn> | Promise<Answer<SignedIn>>
  begin?: (nth: number, method: Method) => Answer<TicketBegun>
  read?: (nth: number, id: string) => Answer<TicketRead> | Promise<Answer<TicketRead>>
  redeem?: (nth: number) => Answer<{ account: typeof ada.account; returnTo: string }>
}

/** A page just opened. Tickets are `tkt_1`, `tkt_2`, …; attempts `attempt-1`, …; unanswered reads find it pending. */
export function loginWorld(
  answers: LoginAnswers = {},
  options: {
    asked?: Partial<Asked>
    kept?: Omit<Kept, 'begunAt'>
    socketDead?: boolean
    random?: number
    agreedBefore?: string
    /** What was ticked in this tab before the page was opened. */
    ticked?: string
  } = {},
): LoginWorld {
  const timers = manualTimers(options.random)
  const sockets = heldSockets({ dead: options.socketDead ?? false })
  const waking = wakes()
  const calls: string[] = []
  const left: string[] = []
  let kept: Kept | null = options.kept ? { ...options.kept, begunAt: 0 } : null
  const tab: { ticked: string | null } = { ticked: options.ticked ?? null }
  let attempts = 0
  const counts = { begin: 0, read: 0, redeem: 0 }
  const ports: LoginPorts = {
    api: {
      config: async () => answers.config?.() ?? says(site),
      session: async () => {
        calls.push('session')
        return answers.session?.() ?? fails('signed_out')
      },
      begin: async (method) => {
        calls.push(`begin ${method}`)
        counts.begin += 1
        return answers.begin?.(counts.begin, method) ?? says(begun(`tkt_${counts.begin}`, method))
      },
      read: async (id) => {
        calls.push(`read ${id}`)
        counts.read += 1
        const pending = { ticket: ticket({ id, serverTime: timers.now() - 1000 }), qr: null, matchNumber: '47' }
        return answers.read?.(counts.read, id) ?? says(pending)
      },
      redeem: async (id, attempt, consent) => {
        calls.push(`redeem ${id} ${attempt}${consent === null ? '' : ` ${consent}`}`)
        counts.redeem += 1
        return answers.redeem?.(counts.redeem) ?? says({ account: ada.account, returnTo: '/home' })
      },
      abandon: (id) => void calls.push(`abandon ${id}`),
    },
    openSocket: sockets.open,
    onWake: waking.on,
    timers,
    keep: {
      load: () => kept,
      save: (next) => {
        kept = { ...next, begunAt: 0 }
      },
      clear: () => {
        kept = null
      },
    },
    agreements: {
      load: () => options.agreedBefore ?? null,
      save: (version) => void calls.push(`agreed ${version}`),
      ticked: () => tab.ticked,
      tick: (version) => {
        tab.ticked = version
      },
    },
    asked: {
      ticket: null,
      method: null,
      returnTo: null,
      app: null,
      onPhone: false,
      origin: 'http://here',
      path: '/login',
      ...options.asked,
    },
    newAttempt: () => `attempt-${++attempts}`,
    leave: (to) => left.push(to),
  }
  const machine = createLogin(ports)
  return {
    machine,
    timers,
    sockets,
    waking,
    calls,
    left,
    tab,
    kept: () => kept,
    phase: () => machine.state().phase.name,
  }
}
