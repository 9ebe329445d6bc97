// WeChat, real or simulated: its apps, what it tells us about people, and how it fails.
/** A WeChat identity inside one app. Never comparable with a Unionid: the types do not mix. */
export type Openid = string & { readonly openid: unique symbol }
/** A person inside one Open Platform account. */
export type Unionid = string & { readonly unionid: unique symbol }

export type AppKind = 'website' | 'official' | 'mobile' | 'miniprogram'

/** One registered WeChat application, as the operator configured it. */
export interface WechatApp {
  /** The operator's short name, part of the callback's path. */
  readonly key: string
  readonly kind: AppKind
  readonly appid: string
  readonly secret: string
  /** The namespace in which a unionid means a person: the Open Platform account's name, or the app itself. */
  readonly platform: string
  /** True when an Open Platform account is configured, so that a unionid is to be expected. */
  readonly bound: boolean
  /** How WeChat signs and encrypts what it pushes for this app; null: it pushes nothing to us. */
  readonly notify: { readonly token: string; readonly aesKey: string | null } | null
  /** What a silent login makes of somebody unknown: an account by openid alone, or a page that asks for consent. */
  readonly strangers: 'create' | 'ask'
  /** Whether a scan of a `scene` code is confirmed on our page, or counts as the confirmation itself. */
  readonly scene: 'confirm' | 'at_once'
}

/** Name and picture as WeChat gave them, cleaned. Empty strings where there is none. */
export interface Profile {
  readonly nickname: string
  readonly avatarUrl: string
}

/** What WeChat's server told us about a person, and when: the only thing identity is ever decided from. */
export interface Proof {
  readonly appKey: string
  readonly appid: string
  readonly platform: string
  readonly openid: Openid
  readonly unionid: Unionid | null
  /** Null when the scope gave none (`snsapi_base`). */
  readonly profile: Profile | null
  readonly provedAt: number
}

/** The answer to a code exchange: who, and a token that lives only until the profile is read. */
export interface Grant {
  readonly openid: Openid
  readonly unionid: Unionid | null
  readonly scopes: readonly string[]
  readonly accessToken: string
  /** WeChat's snapshot page: a virtual person who must never be stored. */
  readonly snapshotUser: boolean
  /** Milliseconds that the exchange took: the profile is read within what is left of a person's patience. */
  readonly tookMs: number
}

export type OfficialScope = 'snsapi_base' | 'snsapi_userinfo'

/** What WeChat's code, shown by us, has come to (`sdk`). Every poll is answered within half a minute. */
export type ScanPoll =
  | { readonly status: 'waiting' | 'scanned' | 'refused' | 'expired' }
  | { readonly status: 'confirmed'; readonly code: string }

/** WeChat, real or simulated. */
export interface Platform {
  /** The PC page with WeChat's own code. `embed`: for an iframe that navigates itself. */
  qrconnectUrl(
    app: WechatApp,
    options: { redirectUri: string; state: string; embed: boolean; language: 'zh' | 'en' },
  ): string
  /** The page inside WeChat, in the documented order of parameters, ending in `#wechat_redirect`. */
  authorizeUrl(
    app: WechatApp,
    options: { redirectUri: string; scope: OfficialScope; state: string; forcePopup?: boolean },
  ): string
  /**
   * Spends the code. A code exchange is not idempotent: it is sent again only when it has certainly not left, or when WeChat
   * has answered that it was too busy to look at it. @throws PlatformError
   */
  exchangeCode(app: WechatApp, code: string): Promise<Grant>
  /**
   * Name, picture and unionid of the grant's person. @throws PlatformError, also when the answer is about another openid
   * or contradicts the grant's unionid.
   */
  readProfile(app: WechatApp, grant: Grant): Promise<{ profile: Profile; unionid: Unionid | null }>
  /** Spends a mini program's code, at most once. The session key stays where it arrived. @throws PlatformError */
  exchangeJsCode(app: WechatApp, code: string): Promise<{ openid: Openid; unionid: Unionid | null }>
  /** Makes an Official Account's code for `scene` (≤ 64 characters). @returns the text to draw. @throws PlatformError */
  createSceneCode(app: WechatApp, scene: string, lifeMs: number): Promise<string>
  /** What an Official Account may know of somebody by openid: the unionid of a follower. @throws PlatformError */
  readFollower(app: WechatApp, openid: Openid): Promise<{ unionid: Unionid | null; follows: boolean }>
  /** Begins a documented scan login of a mobile app. @returns the code's uuid and its text to draw. @throws PlatformError */
  beginScan(app: WechatApp): Promise<{ uuid: string; content: string }>
  /** Waits, up to half a minute, for news of a scan. `last`: what is known. @throws PlatformError, also when aborted */
  pollScan(uuid: string, last: 'waiting' | 'scanned', signal: AbortSignal): Promise<ScanPoll>
}

/** Why WeChat gave no answer we can use; each kind has one ticket reason. */
export type PlatformErrorKind =
  | 'code_rejected' // 40029, 40163, 42003: restart
  | 'unreachable' // no answer, not JSON, -1 after the last retry
  | 'limit' // 45009, 45011
  | 'config' // 40013, 40125, 48001, …: the operator must act
  | 'refused' // 50002, 40226: stop for this person
  | 'nonsense' // an answer that breaks WeChat's own contract

/** Holds host, path, code and rid, never the URL: WeChat's API carries secrets in the query. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly kind: PlatformErrorKind
  readonly at: {
    readonly host: string
    readonly path: string
    readonly errcode: number | null
    readonly rid: string | null
  }

  constructor(kind: PlatformErrorKind, at: PlatformError['at']) {
    super(`WeChat ${at.path}: ${kind}${at.errcode === null ? '' : ` (${at.errcode})`}`)
    this.kind = kind
    this.at = at
  }
}
