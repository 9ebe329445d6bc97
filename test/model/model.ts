// The sequential model: what each command must answer, by the rules of PROTOCOL.md and nothing of the implementation. One
// thing happens at a time, and everything is remembered.
import type { Arrive, Command, Person, PhoneAnswer } from './commands.js'

interface ModelTicket {
  readonly method: 'website' | 'relay'
  readonly begunAt: number
  /** False until there is something to write: a page to be scanned from, an answer, an end that a person chose. */
  stored: boolean
  status: string
  reason: string | null
  until: number
  phone: number | null
  person: Person | null
  consented: boolean
  tries: number
  outcome: string | null
  redeemed: { readonly at: number; readonly attempt: number; readonly session: ModelSession } | null
}

interface ModelSession {
  readonly name: number
  readonly person: Person
  readonly app: string
  readonly until: number
  ended: boolean
}

const PENDING_MS = { website: 600_000, relay: 90_000 } as const
const SCANNED_MS = 120_000
const DAY_MS = 24 * 3_600_000
const AGAIN_MS = 60_000
const SESSION_MS = 7 * DAY_MS
/** After that long without a sign of life another node ends what a dead one was doing. */
const DEAD_MS = 2_500

/** Whom WeChat names by unionid already in its silent answer. */
const KNOWN_SILENTLY: Readonly<Record<Person, boolean>> = { alice: true, bob: false }

export function createModel() {
  const tickets: ModelTicket[] = []
  const sessions: ModelSession[] = []
  const accounts: Person[] = []
  const identities = new Set<string>()
  let now = 0

  const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]

  function settle(ticket: ModelTicket): void {
    const open = ticket.status === 'pending' || ticket.status === 'scanned' || ticket.status === 'confirmed'
    if (open && ticket.until <= now) ticket.status = 'expired'
  }

  const stale = (ticket: ModelTicket) => ticket.begunAt + PENDING_MS[ticket.method] <= now
  const end = (ticket: ModelTicket, status: string, reason: string | null) => Object.assign(ticket, { status, reason })
  const view = ({ status, reason }: ModelTicket) => `${status} ${reason ?? '-'}`

  function attach(ticket: ModelTicket, foreign: boolean): string {
    if (foreign) return 'null'
    if (!ticket.stored && stale(ticket)) return 'expired -'
    if (ticket.method === 'relay') ticket.stored = true
    settle(ticket)
    return view(ticket)
  }

  function arrive(ticket: ModelTicket, { person, answer, foreign }: Omit<Arrive, 'do' | 'ticket' | 'twice'>): string {
    if (ticket.method !== 'website') return 'none'
    if (foreign) return 'state_invalid'
    if (ticket.outcome !== null) return ticket.outcome
    if (stale(ticket)) return 'state_expired'
    ticket.stored = true
    settle(ticket)
    if (ticket.status === 'pending') {
      if (answer === 'refuse') end(ticket, 'denied', 'refused_on_phone')
      else if (answer === 'bad code') end(ticket, 'failed', 'code_rejected')
      else confirm(ticket, person, 'pc')
    }
    ticket.outcome = view(ticket)
    return ticket.outcome
  }

  function confirm(ticket: ModelTicket, person: Person, app: string): void {
    Object.assign(ticket, { status: 'confirmed', person, until: now + DAY_MS })
    identities.add(`${person} ${app}`)
  }

  function die(ticket: ModelTicket, person: Person): string {
    const asks = ticket.method === 'website' && ticket.outcome === null && !stale(ticket)
    if (asks) ticket.stored = true
    if (asks) settle(ticket)
    if (!asks || ticket.status !== 'pending') return arrive(ticket, { person, answer: 'allow', foreign: false })
    now += DEAD_MS
    end(ticket, 'failed', 'interrupted')
    ticket.outcome = view(ticket)
    return ticket.outcome
  }

  function scan(ticket: ModelTicket, phone: number, person: Person): string {
    if (ticket.method !== 'relay') return 'ticket_unknown'
    if (!ticket.stored) return stale(ticket) ? 'ticket_expired' : 'ticket_not_attached'
    settle(ticket)
    if (ticket.phone !== null && ticket.phone !== phone) return 'scanned_elsewhere'
    if (ticket.status === 'expired') return 'ticket_expired'
    if (ticket.phone === phone) return 'confirm'
    if (ticket.status !== 'pending') return 'ticket_over'
    const consented = KNOWN_SILENTLY[person] || identities.has(`${person} mp`)
    Object.assign(ticket, { status: 'scanned', phone, person, consented, until: now + SCANNED_MS })
    return view(ticket)
  }

  function consent(ticket: ModelTicket, phone: number, person: Person): string {
    if (!ticket.stored || ticket.phone !== phone) return 'ticket_unknown'
    settle(ticket)
    if (ticket.status !== 'scanned' || ticket.consented) return 'not asked'
    if (ticket.person !== person) end(ticket, 'failed', 'code_rejected')
    else Object.assign(ticket, { consented: true, until: now + SCANNED_MS })
    return view(ticket)
  }

  function answered(ticket: ModelTicket, phone: number, answer: PhoneAnswer): string {
    if (!ticket.stored || ticket.phone === null) return 'ticket_unknown'
    if (ticket.phone !== phone) return 'scanned_elsewhere'
    settle(ticket)
    const { status } = ticket
    if (status !== 'scanned') {
      const done = answer === 'deny' ? status === 'denied' : status === 'confirmed' || status === 'redeemed'
      if (done) return status
      return status === 'expired' ? 'ticket_expired' : 'ticket_over'
    }
    if (answer === 'deny') return end(ticket, 'denied', 'refused_on_phone').status
    if (!ticket.consented) return 'explicit_required'
    if (answer !== 'right') {
      ticket.tries += 1
      if (ticket.tries === 3) end(ticket, 'failed', 'match_number_wrong')
      return 'match_number_wrong'
    }
    confirm(ticket, ticket.person ?? 'alice', 'mp')
    return 'confirmed'
  }

  const alive = (session: ModelSession) => !session.ended && now < session.until

  function redeem(ticket: ModelTicket, attempt: number, foreign: boolean): string {
    if (foreign) return 'ticket_unknown'
    if (!ticket.stored) return stale(ticket) ? 'ticket_expired' : 'ticket_not_confirmed'
    settle(ticket)
    const { status, redeemed, person } = ticket
    if (redeemed) {
      const again = now < redeemed.at + AGAIN_MS && redeemed.attempt === attempt && alive(redeemed.session)
      return again ? signedIn(redeemed.session) : 'ticket_redeemed'
    }
    if (status === 'expired') return 'ticket_expired'
    if (status === 'pending' || status === 'scanned') return 'ticket_not_confirmed'
    if (status !== 'confirmed' || person === null) return 'ticket_over'
    const app = ticket.method === 'website' ? 'pc' : 'mp'
    const session: ModelSession = { name: sessions.length, person, app, until: now + SESSION_MS, ended: false }
    sessions.push(session)
    end(ticket, 'redeemed', null)
    ticket.redeemed = { at: now, attempt, session }
    return signedIn(session)
  }

  function signedIn({ person, name }: ModelSession): string {
    if (!accounts.includes(person)) accounts.push(person)
    return `in as ${accounts.indexOf(person)} session ${name}`
  }

  /** Four tabs at once: whoever is first, the others are told what a later one would be. */
  function race(ticket: ModelTicket): string {
    return [2, 3, 4, 5]
      .map((attempt) => redeem(ticket, attempt, false))
      .toSorted()
      .join()
  }

  function cancel(ticket: ModelTicket, foreign: boolean): string {
    if (foreign) return 'false'
    settle(ticket)
    if (ticket.status !== 'pending' && ticket.status !== 'scanned') return 'true'
    end(ticket, 'expired', 'cancelled')
    ticket.stored = true
    return 'true'
  }

  /** The answer to one command. */
  function step(command: Command): string {
    if (command.do === 'begin') {
      const until = now + PENDING_MS[command.method]
      tickets.push({
        ...{ method: command.method, begunAt: now, until, stored: false, status: 'pending', reason: null },
        ...{ phone: null, person: null, consented: false, tries: 0, outcome: null, redeemed: null },
      })
      return 'pending -'
    }
    if (command.do === 'advance') now += command.ms
    if (command.do === 'logout') Object.assign(at(sessions, command.session) ?? {}, { ended: true })
    if (command.do === 'notice' && identities.has(`${command.person} ${command.app}`)) {
      for (const one of sessions) if (one.person === command.person && one.app === command.app) one.ended = true
    }
    const ticket = 'ticket' in command ? at(tickets, command.ticket) : undefined
    if (!ticket) return 'done'
    switch (command.do) {
      case 'attach':
        return attach(ticket, command.foreign)
      case 'arrive':
        return Array.from({ length: command.twice ? 2 : 1 }, () => arrive(ticket, command)).join()
      case 'die':
        return die(ticket, command.person)
      case 'scan':
        return scan(ticket, command.phone, command.person)
      case 'consent':
        return consent(ticket, command.phone, command.person)
      case 'answer':
        return answered(ticket, command.phone, command.answer)
      case 'redeem':
        return redeem(ticket, command.attempt, command.foreign)
      case 'race':
        return race(ticket)
      case 'cancel':
        return cancel(ticket, command.foreign)
      default:
        return 'done'
    }
  }

  /** How everything stands at the end: each ticket as its page sees it, each session alive or not. */
  const ending = () => [...tickets.map((ticket) => attach(ticket, false)), ...sessions.map((one) => String(alive(one)))]
  return { step, ending }
}
