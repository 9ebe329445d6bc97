// The same commands, given to the real rules over a real store.
import { takeNotice } from '#server/core/notice/notice.js'
import type { Openid, WechatApp } from '#server/core/ports.js'
import { sessionHash } from '#server/core/session/session.js'
import type { Answer } from '../core/login/fake-platform.js'
import { wrong } from '../core/login/phone.js'
import { APPS, createWorld, PC } from '../core/login/world.js'
import type { MovableClock, ScratchStore } from '../core/scratch-store.js'
import { SILENT } from '../core/scratch-store.js'
import type { Arrive, Command, Person } from './commands.js'

interface Begun {
  readonly id: string
  readonly method: 'website' | 'relay'
  readonly state: string
  readonly number: string
}

/** @param seed different for every history on one store: it makes ids, secrets and people */
export async function createService(scratch: ScratchStore, time: MovableClock, seed: string) {
  const world = await createWorld({ scratch, time, seed })
  const { browser, wechat, stateOf, store } = world
  const phones = [world.anotherSecret(), world.anotherSecret()]
  const stranger = world.anotherSecret()
  const tickets: Begun[] = []
  const sessionIds: string[] = []
  const accounts: string[] = []
  let keys = ['key one']
  let login = world.node(...keys)
  let counter = 0

  const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]
  const fresh = (what: string) => `${seed} ${what} ${counter++}`
  const told = async (work: Promise<{ status: string; reason: string | null }>) => {
    const outcome = await caught(work)
    return typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.reason ?? '-'}`
  }

  function who(person: Person, app: 'pc' | 'mp', silent: boolean): Answer {
    const unionid = silent && person === 'bob' ? null : `${seed} ${person}`
    const scopes = app === 'pc' ? ['snsapi_login'] : [silent ? 'snsapi_base' : 'snsapi_userinfo']
    return { openid: `${seed} ${person} ${app}`, unionid, scopes, nickname: person }
  }

  function callback(app: WechatApp, state: string, code: string | null, secret: string) {
    const secrets =
      app === APPS.pc ? { browserSecret: secret, phoneSecret: null } : { browserSecret: null, phoneSecret: secret }
    return login.callback({ app, state, code, ...secrets, device: PC, returnToOf: () => '/' })
  }

  function returned({ person, answer }: Pick<Arrive, 'person' | 'answer'>): string | null {
    if (answer === 'refuse') return null
    const code = fresh('code')
    if (answer === 'allow') wechat.says(code, who(person, 'pc', false))
    return code
  }

  async function arrive(ticket: Begun, command: Omit<Arrive, 'do' | 'ticket'>): Promise<string> {
    if (ticket.method !== 'website') return Array.from({ length: command.twice ? 2 : 1 }, () => 'none').join()
    const code = returned(command)
    const secret = command.foreign ? stranger : browser
    const times = Array.from({ length: command.twice ? 2 : 1 }, () =>
      told(callback(APPS.pc, ticket.state, code, secret)),
    )
    return (await Promise.all(times)).join()
  }

  /** The node dies as soon as it has asked WeChat; another one finds what it left. */
  async function die(ticket: Begun, person: Person): Promise<string> {
    if (ticket.method !== 'website') return 'none'
    const asked = wechat.calls.exchanges.length
    const release = wechat.holdNext()
    let over = false
    const code = returned({ person, answer: 'allow' })
    const dying = told(callback(APPS.pc, ticket.state, code, browser)).finally(() => {
      over = true
    })
    while (!over && wechat.calls.exchanges.length === asked) await new Promise((resolve) => setTimeout(resolve, 1))
    if (!over) {
      login = world.node(...keys)
      await login.endInterrupted(false)
      time.advance(2_500)
      await login.endInterrupted(false)
    }
    release()
    return dying
  }

  async function scan({ id }: Begun, phone: string, person: Person): Promise<string> {
    const entry = await caught(login.openOnPhone(id, phone))
    if (typeof entry === 'string') return entry
    return entry.kind === 'confirm' ? 'confirm' : comeBack(phone, stateOf(entry.url), who(person, 'mp', true))
  }

  async function consent({ id }: Begun, phone: string, person: Person): Promise<string> {
    const question = await caught(login.readQuestion(id, phone))
    if (typeof question === 'string') return question
    if (question.needsExplicit === null) return 'not asked'
    return comeBack(phone, stateOf(question.needsExplicit), who(person, 'mp', false))
  }

  function comeBack(phone: string, state: string, answer: Answer): Promise<string> {
    const code = fresh('code')
    wechat.says(code, answer)
    return told(callback(APPS.mp, state, code, phone))
  }

  async function answered({ id, number }: Begun, phone: string, answer: string): Promise<string> {
    const numbers: Readonly<Record<string, string>> = { right: number, wrong: wrong(number) }
    const decision = answer === 'deny' ? 'deny' : 'confirm'
    return caught(login.decideOnPhone(id, phone, { decision, matchNumber: numbers[answer] }))
  }

  async function redeem({ id }: Begun, attempt: number, foreign: boolean): Promise<string> {
    const secret = foreign ? stranger : browser
    const input = {
      ticketId: id,
      secret,
      attempt: `attempt ${attempt}`,
      device: PC,
      kind: 'browser',
      previousSession: null,
    } as const
    const done = await caught(login.redeem(input))
    if (typeof done === 'string') return done
    return `in as ${nameOf(accounts, done.account.id)} session ${nameOf(sessionIds, done.sessionId)}`
  }

  async function notice(person: Person, app: 'pc' | 'mp'): Promise<void> {
    const subject = { openid: `${seed} ${person} ${app}` as Openid, unionid: null }
    const push = { kind: 'revoked', subject, what: [] } as const
    const bus = { publish: () => {}, subscribe: () => () => {} }
    const read = { id: fresh('push'), push, reply: () => ({ body: '', type: '' }) }
    await takeNotice({ store, bus, clock: time.clock, log: SILENT }, APPS[app], read)
  }

  const visitor = (id: string, foreign: boolean) => ({
    ticketId: id,
    secret: foreign ? stranger : browser,
    device: PC,
    returnTo: '/',
  })
  async function attach({ id }: Begun, foreign: boolean): Promise<string> {
    const watched = await login.attach(visitor(id, foreign))
    return watched ? `${watched.ticket.status} ${watched.ticket.reason ?? '-'}` : 'null'
  }

  async function onTicket(ticket: Begun, command: Extract<Command, { ticket: number }>): Promise<string> {
    switch (command.do) {
      case 'attach':
        return attach(ticket, command.foreign)
      case 'arrive':
        return arrive(ticket, command)
      case 'die':
        return die(ticket, command.person)
      case 'scan':
        return scan(ticket, phones[command.phone] ?? '', command.person)
      case 'consent':
        return consent(ticket, phones[command.phone] ?? '', command.person)
      case 'answer':
        return answered(ticket, phones[command.phone] ?? '', command.answer)
      case 'redeem':
        return redeem(ticket, command.attempt, command.foreign)
      case 'race':
        return (await Promise.all([2, 3, 4, 5].map((attempt) => redeem(ticket, attempt, false)))).toSorted().join()
      case 'cancel':
        return String(await login.cancel(visitor(ticket.id, command.foreign)))
    }
  }

  return {
    async step(command: Command): Promise<string> {
      switch (command.do) {
        case 'begin': {
          const { method } = command
          const begun = login.begin({ method, secret: browser, language: 'zh' })
          const { ticket, redirectUrl, matchNumber } = begun
          tickets.push({
            id: ticket.id,
            method,
            state: redirectUrl ? stateOf(redirectUrl) : '',
            number: matchNumber ?? '',
          })
          return `${ticket.status} ${ticket.reason ?? '-'}`
        }
        case 'advance':
          time.advance(command.ms)
          return 'done'
        case 'restart':
          // With a new key before the old ones: nobody may notice that either.
          keys = [fresh('key'), ...keys]
          login = world.node(...keys)
          await login.endInterrupted(true)
          return 'done'
        case 'logout': {
          const id = at(sessionIds, command.session)
          const session = id ? await store.read.sessions.find(sessionHash(id), time.clock()) : null
          if (session) await store.write((tx) => tx.sessions.end(session.id, time.clock()))
          return 'done'
        }
        case 'notice':
          await notice(command.person, command.app)
          return 'done'
        default: {
          const ticket = at(tickets, command.ticket)
          return ticket ? onTicket(ticket, command) : 'done'
        }
      }
    },
    async ending(): Promise<string[]> {
      const ends: string[] = []
      for (const ticket of tickets) ends.push(await attach(ticket, false))
      for (const id of sessionIds) {
        ends.push(String((await store.read.sessions.find(sessionHash(id), time.clock())) !== null))
      }
      return ends
    },
  }
}

function nameOf(list: string[], id: string): number {
  if (!list.includes(id)) list.push(id)
  return list.indexOf(id)
}

/** What it resolves with, or the code of the error it rejects with. */
async function caught<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
