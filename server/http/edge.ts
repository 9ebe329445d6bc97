// What every route works with, gathered once by app.ts.

import type { AvatarLinks } from '#server/core/account/avatar-links.js'
import type { Login } from '#server/core/login/login.js'
import type { Bus, Clock, Log, Meter, PlaceOf, Pushes, Random, Store, WechatApp, Who } from '#server/core/ports.js'
import type { Sessions } from '#server/core/session/sessions.js'
import type { AdminApps, AdminConfig, AdminJob, AdminNode, AdminNumbers, StartJob } from '#shared/admin.js'
import type { SiteConfig } from '#shared/api.js'
import type { CookieNames } from './cookies.js'
import type { Limits } from './limits/limits.js'
import type { NoticePage } from './notice-page.js'
import type { Places } from './place.js'
import type { Visitors } from './visitor.js'
import type { WebPages } from './web-pages.js'

export interface Picture {
  readonly type: string
  readonly body: Buffer
}

/** What the operator's console shows of this node, and has it do. */
export interface Console {
  node(): AdminNode
  /** Steps after a time; all that are kept for who knows another node. */
  numbers(knownNode: string, after: number): AdminNumbers
  apps(): AdminApps
  readonly settings: AdminConfig['settings']
  jobs(): readonly AdminJob[]
  /** Null when there is no such app. */
  startJob(order: StartJob, who: Who): AdminJob | null
}

export interface Edge {
  readonly login: Login
  readonly sessions: Sessions
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly meter: Meter & { text(): Promise<string>; readonly contentType: string }
  readonly limits: Limits
  /** Whether to a request that begins on this machine the operator's own readings are open without a key. */
  readonly openHere: boolean
  readonly apps: readonly WechatApp[]
  readonly pushes: Pushes
  /** SERVICE_KEYS: what the operator's own back end is known by. */
  readonly serviceKeys: readonly string[]
  /** What GET /api/config says. */
  readonly site: SiteConfig
  readonly publicUrl: string
  /** Whether browsers reach us over https. */
  readonly secure: boolean
  /** Origin of WeChat's pages. */
  readonly wechatOrigin: string
  /** How many days the audit trail, and so a login in it, is kept. */
  readonly auditDays: number
  readonly returnOrigins: readonly string[]
  readonly cookies: CookieNames
  readonly visitors: Visitors
  readonly pages: WebPages
  readonly places: Places
  readonly notice: NoticePage
  readonly avatarLinks: AvatarLinks
  /** Where an address is. */
  readonly placeOf: PlaceOf
  /** The operator's own files: a logo, and those that WeChat's consoles want to find at the root of the domain. */
  readonly siteFiles: {
    readonly logo: Picture | null
    readonly verify: readonly { readonly name: string; readonly content: string }[]
  }
  /** The picture at an address of WeChat's; null when there is none. @throws AppError `busy` */
  readonly pictures: (url: string) => Promise<Picture | null>
  readonly console: Console
  /** True while this node is too busy to begin anything new. */
  readonly shedding: () => boolean
}
