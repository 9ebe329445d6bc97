// The bodies of the HTTP interface that are not tickets. PROTOCOL.md is the normative text.
import * as z from 'zod/mini'
import { METHODS, PersonView, REASONS, STATUSES } from './ticket.js'

export const SiteConfig = z.object({
  site: z.object({
    name: z.string(),
    logoUrl: z.nullable(z.string()),
    agreementUrl: z.nullable(z.string()),
    privacyUrl: z.nullable(z.string()),
    /** The version that people have to agree to before they are signed in; null: they are asked nothing. */
    agreementVersion: z.nullable(z.string()),
    icp: z.nullable(z.string()),
  }),
  /** The one origin under which these pages work. */
  publicUrl: z.string(),
  methods: z.array(z.enum(METHODS)),
  languages: z.array(z.enum(['zh', 'en'])),
  /** The simulator's address when it stands in for WeChat, else null. */
  simulator: z.nullable(z.string()),
})
export type SiteConfig = z.infer<typeof SiteConfig>

export const BeginTicket = z.object({
  method: z.optional(z.enum(METHODS)),
  app: z.optional(z.string().check(z.maxLength(32))),
  returnTo: z.optional(z.string().check(z.maxLength(1024))),
  client: z.optional(z.enum(['browser', 'native'])),
  language: z.optional(z.enum(['zh', 'en'])),
})
export type BeginTicket = z.infer<typeof BeginTicket>

/** The version of the site's agreement that the person has just agreed to, in a box that was empty at first. */
const Consent = z.optional(z.string().check(z.maxLength(32)))

export const Redeem = z.object({ attempt: z.string().check(z.regex(/^[A-Za-z0-9_-]{16,64}$/)), consent: Consent })
export type Redeem = z.infer<typeof Redeem>

export const AccountView = z.object({
  id: z.string(),
  nickname: z.string(),
  avatarUrl: z.string(),
  createdAt: z.number(),
})
export type AccountView = z.infer<typeof AccountView>

/** `token` and `expiresAt` for a native client, which has no cookies: it sends `Authorization: Bearer <token>`. */
export const Redeemed = z.object({
  account: AccountView,
  returnTo: z.string(),
  token: z.optional(z.string()),
  expiresAt: z.optional(z.number()),
})
export type Redeemed = z.infer<typeof Redeemed>

export const DeviceView = z.object({
  browser: z.string(),
  os: z.string(),
  address: z.string(),
  place: z.nullable(z.string()),
})
export type DeviceView = z.infer<typeof DeviceView>

/** Which door a session came through: a ticket's method, or one of the two calls of an app. */
export const SESSION_METHODS = [...METHODS, 'mobile', 'mini-program'] as const
export type SessionMethod = (typeof SESSION_METHODS)[number]

export const SessionView = z.object({
  id: z.string(),
  method: z.enum(SESSION_METHODS),
  device: DeviceView,
  createdAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
})
export type SessionView = z.infer<typeof SessionView>

/** One of the sessions of whoever asks. */
export const OwnSession = z.object({
  ...SessionView.shape,
  /** A browser's, or that of a program with a bearer token. */
  kind: z.enum(['browser', 'bearer']),
  /** The device in one line; of a program that says nothing of itself, the key of the app it came by. */
  name: z.string(),
  /** The session that asks. */
  current: z.boolean(),
})
export type OwnSession = z.infer<typeof OwnSession>

/** `GET /api/sessions`: this one first, then the one used last. */
export const OwnSessions = z.object({ sessions: z.array(OwnSession), serverTime: z.number() })
export type OwnSessions = z.infer<typeof OwnSessions>

export const SignedIn = z.object({
  account: AccountView,
  session: SessionView,
  /** The `returnTo` that was asked about, if a browser may be sent there. */
  returnTo: z.optional(z.string()),
})
export type SignedIn = z.infer<typeof SignedIn>

/** What the phone is asked to allow: which browser, where, since when. Never the match number. */
export const Confirmation = z.object({
  site: z.object({
    name: z.string(),
    logoUrl: z.nullable(z.string()),
    agreementUrl: z.nullable(z.string()),
    privacyUrl: z.nullable(z.string()),
  }),
  status: z.enum(STATUSES),
  /** Why it ended, once it has. */
  reason: z.nullable(z.enum(REASONS)),
  device: DeviceView,
  requestedAt: z.number(),
  serverTime: z.number(),
  expiresAt: z.number(),
  person: z.nullable(PersonView),
  /** Where a button must lead before confirming is possible: WeChat's explicit consent. Null when it is not needed. */
  needsExplicit: z.nullable(z.string()),
  /** The version of the site's agreement to be agreed to with the confirmation; null: nothing is asked. */
  consent: z.nullable(z.string()),
  /** The browser that waits is in another region than this person's earlier logins. False when nobody knows. */
  elsewhere: z.boolean(),
})
export type Confirmation = z.infer<typeof Confirmation>

export const Decide = z.object({
  decision: z.enum(['confirm', 'deny']),
  matchNumber: z.optional(z.string().check(z.maxLength(8))),
  consent: Consent,
})
export type Decide = z.infer<typeof Decide>

export const Decided = z.object({ status: z.enum(STATUSES) })
export type Decided = z.infer<typeof Decided>

/** `POST /wechat/callback/:app`: what became of WeChat's code, and where a top-level window should go next. */
export const CallbackAnswer = z.object({ status: z.enum(STATUSES), next: z.string() })
export type CallbackAnswer = z.infer<typeof CallbackAnswer>

/** `POST /api/login/mobile` and `/api/login/mini-program`: a code that an app got from WeChat on its own device. */
export const AppLogin = z.object({
  app: z.string().check(z.maxLength(32)),
  code: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/)),
  /** The app's own random text, the same in every repetition of this request; without it none is possible. */
  attempt: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{16,64}$/))),
  consent: Consent,
})
export type AppLogin = z.infer<typeof AppLogin>

export const AppLoggedIn = z.object({ account: AccountView, token: z.string(), expiresAt: z.number() })
export type AppLoggedIn = z.infer<typeof AppLoggedIn>

/** One door by which an account's person has come, as the person may see it. */
export const DoorView = z.object({
  /** The operator's key of the WeChat app; its appid once it is no longer configured. */
  app: z.string(),
  kind: z.nullable(z.enum(['website', 'official', 'mobile', 'miniprogram'])),
  linkedAt: z.number(),
  lastUsedAt: z.number(),
})
export type DoorView = z.infer<typeof DoorView>

/** `GET /api/account`. */
export const OwnAccount = z.object({ account: AccountView, doors: z.array(DoorView) })
export type OwnAccount = z.infer<typeof OwnAccount>

/** One login of whoever asks. */
export const LoginView = z.object({
  at: z.number(),
  /** By which door; null in records from before this was written down. */
  method: z.nullable(z.enum(SESSION_METHODS)),
  /** The operator's key of the WeChat app. */
  app: z.nullable(z.string()),
  /** The machine that was signed in. */
  device: DeviceView,
  /** The session that it began (`ses_…`). */
  session: z.nullable(z.string()),
  /** Whether that session is still good; `current`: it is the one that asks. */
  open: z.boolean(),
  current: z.boolean(),
})
export type LoginView = z.infer<typeof LoginView>

/** `GET /api/account/logins`: the newest thirty at most, newest first. */
export const OwnLogins = z.object({
  logins: z.array(LoginView),
  /** How many days a login is remembered. */
  keptDays: z.number(),
  serverTime: z.number(),
})
export type OwnLogins = z.infer<typeof OwnLogins>

export const Introspect = z.object({ token: z.string().check(z.maxLength(512)) })
export type Introspect = z.infer<typeof Introspect>

/** `POST /api/introspect`: whose token this is. Everything but `active` is there exactly when it is good. */
export const Introspected = z.object({
  active: z.boolean(),
  account: z.optional(AccountView),
  session: z.optional(SessionView),
})
export type Introspected = z.infer<typeof Introspected>

/** `GET /api/accounts/:id`, for the operator's own back end. `account` is the survivor when `id` was merged into it. */
export const AccountForService = z.object({
  account: z.object({ ...AccountView.shape, status: z.enum(['active', 'disabled', 'deleted']) }),
  /** The id asked for, when it is another one: a tombstone. */
  mergedFrom: z.nullable(z.string()),
  identities: z.array(
    z.object({
      app: z.string(),
      appid: z.string(),
      openid: z.string(),
      unionid: z.nullable(z.string()),
      linkedAt: z.number(),
      lastUsedAt: z.number(),
    }),
  ),
})
export type AccountForService = z.infer<typeof AccountForService>

export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), requestId: z.string() }),
})
export type ErrorBody = z.infer<typeof ErrorBody>
