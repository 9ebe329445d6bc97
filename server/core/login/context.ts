// What every step of a login works with. Built once by `createLogin`.

import type { Method } from '#shared/ticket.js'
import { AppError } from '../errors.js'
import type { Keyring } from '../keyring.js'
import type {
  AppKind,
  Bus,
  Clock,
  Log,
  Meter,
  PlaceOf,
  Platform,
  Random,
  Store,
  TicketRecord,
  WechatApp,
} from '../ports.js'
import type { SessionLimits } from '../session/session.js'
import type { Room } from '../ticket/room.js'
import type { States } from '../ticket/state.js'
import { appTag, type TicketClaims, type TicketIds } from '../ticket/ticket-id.js'
import type { Background } from './background.js'
import type { Pulse } from './interrupted.js'

export interface LoginDeps {
  readonly store: Store
  readonly bus: Bus
  readonly platform: Platform
  readonly clock: Clock
  readonly random: Random
  readonly keyring: Keyring
  readonly log: Log
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>
  readonly sessionLimits: SessionLimits
  readonly apps: readonly WechatApp[]
  /** The methods offered, the default one first. */
  readonly methods: readonly Method[]
  /** Scheme and host under which browsers reach this service, without a trailing slash. */
  readonly publicUrl: string
  /** Where our pages get a picture that WeChat has; empty when they get none. */
  readonly avatarLink: (pictureUrl: string) => string
  /** Where a machine is; without it no place is known. */
  readonly placeOf?: PlaceOf
  /** The version of the site's agreement that people have to agree to; null: they are asked nothing. */
  readonly agreementVersion: string | null
  /** What the service calls itself in messages. */
  readonly siteName: string
  /** Counts for the operator; without it nothing is counted. */
  readonly meter?: Pick<Meter, 'ticketBegun' | 'ticketEnded' | 'loggedIn'>
  /** How many tickets may wait at once; OPEN_TICKETS by default. */
  readonly openTickets?: number
}

export interface LoginContext extends LoginDeps {
  /** Tells this node from the others. */
  readonly nodeId: string
  readonly background: Background
  /** The state hashes of callbacks that this node is working on. */
  readonly working: Set<string>
  /** What this node has seen of those of others. */
  readonly pulse: Pulse
  readonly ticketIds: TicketIds
  readonly room: Room
  readonly states: States
  /** Tells whoever waits that a ticket has moved. Only after the commit. */
  readonly announce: (record: TicketRecord) => void
}

/** Where WeChat sends the browser back to. The path names the app, so that no code can reach another app's secret. */
export function callbackUrl(context: LoginContext, app: WechatApp): string {
  return `${context.publicUrl}/wechat/callback/${app.key}`
}

/** The app a ticket was made for. @throws AppError `ticket_unknown` when it is configured no more */
export function appOf(context: LoginContext, ticket: TicketClaims): WechatApp {
  const app = findApp(context, ticket)
  if (!app) throw new AppError('ticket_unknown', { details: { why: 'app no longer configured' } })
  return app
}

/** The app a ticket was made for; undefined when it is configured no more. */
export function findApp({ apps }: LoginContext, ticket: TicketClaims): WechatApp | undefined {
  return apps.find(({ key }) => appTag(key) === ticket.appTag)
}

const KIND_OF_METHOD = {
  website: 'website',
  relay: 'official',
  official: 'official',
  sdk: 'mobile',
  scene: 'official',
} as const satisfies Record<Method, AppKind>

/**
 * The app that a new ticket of this method uses: the named one, or the first of the right kind.
 * @throws AppError `method_unavailable`, `app_unknown`
 */
export function appFor(context: LoginContext, method: Method, key: string | undefined): WechatApp {
  if (!context.methods.includes(method)) {
    throw new AppError('method_unavailable', { details: { method } })
  }
  // Without pushes WeChat would never tell us of a scan.
  const fitting = context.apps.filter(
    ({ kind, notify }) => kind === KIND_OF_METHOD[method] && (method !== 'scene' || notify !== null),
  )
  const app = key === undefined ? fitting[0] : fitting.find((candidate) => candidate.key === key)
  if (!app) throw new AppError(key === undefined ? 'method_unavailable' : 'app_unknown', { details: { method, key } })
  return app
}
