// The login, as the edges call it: begin → (scan) → resolve identity → (confirm) → redeem.
import { isFinal } from '#shared/ticket.js'
import { createRoom, OPEN_TICKETS } from '../ticket/room.js'
import { createStates } from '../ticket/state.js'
import { createTicketIds } from '../ticket/ticket-id.js'
import { type AppLoginInput, loginWithCode } from './app-login.js'
import { createBackground } from './background.js'
import { type BeginOptions, begin } from './begin.js'
import { type CallbackInput, callback, holdsCookieFor } from './callback.js'
import { type Answer, decideOnPhone, readQuestion } from './confirm.js'
import type { LoginContext, LoginDeps } from './context.js'
import { beat, createPulse, endInterrupted } from './interrupted.js'
import { beginOfficial, type Entry, enter, type OfficialOptions } from './official.js'
import { openOnPhone } from './phone.js'
import { type RedeemInput, redeem } from './redeem.js'
import { handleScan, type Scan } from './scene.js'
import { handOver, takeOver } from './take-over.js'
import { attach, cancel, type Visitor, views } from './watch.js'

export type Login = ReturnType<typeof createLogin>

/** Wires the steps to the world. Every function is documented where it is written. */
export function createLogin(deps: LoginDeps) {
  const ticketIds = createTicketIds(deps)
  const context: LoginContext = {
    ...deps,
    ticketIds,
    states: createStates({ ...deps, ticketIds }),
    nodeId: deps.random(15).toString('base64url'),
    background: createBackground(deps.log),
    working: new Set(),
    pulse: createPulse(deps.clock),
    room: createRoom({ tickets: deps.store.read.tickets, clock: deps.clock, most: deps.openTickets ?? OPEN_TICKETS }),
    announce({ id, version, method, status, reason }) {
      deps.bus.publish({ topic: 'ticket', id, version })
      if (isFinal(status)) deps.meter?.ticketEnded(method, status, reason)
    },
  }
  return {
    begin: (options: BeginOptions) => begin(context, options),
    attach: (visitor: Visitor, patient?: boolean) => attach(context, visitor, patient),
    views: (ids: readonly string[]) => views(context, ids),
    cancel: (visitor: Visitor) => cancel(context, visitor),
    openOnPhone: (ticketId: string, secret: string) => openOnPhone(context, ticketId, secret),
    holdsCookieFor: (input: Parameters<typeof holdsCookieFor>[1]) => holdsCookieFor(context, input),
    callback: (input: CallbackInput) => callback(context, input),
    readQuestion: (ticketId: string, secret: string | null) => readQuestion(context, ticketId, secret),
    decideOnPhone: (ticketId: string, secret: string | null, answer: Answer) =>
      decideOnPhone(context, ticketId, secret, answer),
    redeem: (input: RedeemInput) => redeem(context, input),
    handleScan: (scan: Scan) => handleScan(context, scan),
    beginOfficial: (options: OfficialOptions) => beginOfficial(context, options),
    enter: (entry: Entry) => enter(context, entry),
    loginWithCode: (input: AppLoginInput) => loginWithCode(context, input),
    /** To be called several times in `BEAT_RESTS_MS`: shows the others that this node lives. */
    beat: () => beat(context),
    /** To be called at start (before listening) and as often as `beat`, after it. */
    endInterrupted: (atStart: boolean) => endInterrupted(context, atStart),
    /** To be called at start and every few seconds after: goes on with what another node has left behind. */
    takeOver: (atStart: boolean) => takeOver(context, atStart),
    /** To be called when the node ends: its work in the background ends, and others may go on with it. */
    handOver: () => handOver(context),
  }
}
