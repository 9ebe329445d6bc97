// What the simulator's server tells its own pages. A page finds it as JSON in <script type="application/json" id="sim-data">.

export interface SimPerson {
  /** Short name, as in `x-sim-person` and the control API. */
  readonly name: string
  readonly nickname: string
  /** Path on the simulator, or empty. */
  readonly avatarUrl: string
  /** One line on what is special about this person, in Chinese and in English. */
  readonly note: { readonly zh: string; readonly en: string }
}

/** The PC page with the code, at /connect/qrconnect. */
export interface QrconnectData {
  readonly page: 'qrconnect'
  readonly appName: string
  readonly uuid: string
  readonly redirectUri: string
  readonly state: string
  readonly jssdk: boolean
  readonly selfRedirect: 'true' | 'false' | 'default'
  readonly language: 'zh' | 'en'
  readonly style: 'black' | 'white'
  /** Where the long poll is: absolute, ending in /connect/l/qrconnect. */
  readonly pollUrl: string
  /** This address with `f=xml`, for a new uuid. */
  readonly renewUrl: string
  /** What a refusal does beside being shown: nothing, as today, or what older WeChat clients did. */
  readonly refusal: 'none' | 'authdeny' | 'state_only'
}

/** The phone's consent, at /connect/confirm (a qrconnect or sdk code) and at /connect/oauth2/authorize. */
export interface ConsentData {
  readonly page: 'consent'
  readonly appName: string
  /** `login`: form to /connect/confirm_reply. `authorize`: form to the same authorize address, method POST. */
  readonly kind: 'login' | 'authorize'
  readonly scope: 'snsapi_login' | 'snsapi_base' | 'snsapi_userinfo'
  /** Empty in `authorize`. */
  readonly uuid: string
  /** Where the form goes, and the fields it must carry beside `person` and `allow` (allow | deny). */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly people: readonly SimPerson[]
  /** The person this browser's phone belongs to, if it has chosen one. */
  readonly current: string | null
  /** False when nothing is to be consented to: only the person is unknown yet (`snsapi_base`). */
  readonly asks: boolean
}

/** WeChat's error pages: never a redirect. */
export interface ErrorData {
  readonly page: 'error'
  readonly code: string
  readonly zh: string
  readonly en: string
}

/** After the answer on the phone, or when a code was scanned in vain. */
export interface DoneData {
  readonly page: 'done'
  /** `withheld`: the consent that a site asked for inside WeChat was refused. */
  readonly result: 'allowed' | 'denied' | 'withheld' | 'expired' | 'taken'
}

/** An app as the phone's home shows it. */
export interface SimApp {
  readonly key: string
  readonly name: string
  readonly kind: 'official' | 'mobile' | 'miniprogram'
}

/** The phone itself, at /phone. */
export interface PhoneData {
  readonly page: 'phone'
  readonly people: readonly SimPerson[]
  readonly current: string | null
  readonly apps: readonly SimApp[]
  /** Keys of the official accounts that `current` follows. */
  readonly follows: readonly string[]
  /** Text of a code to scan at once (`/phone?scan=…`), or null. */
  readonly scan: string | null
  /** Origins of the sites whose pages the phone may open, e.g. http://localhost:3000. */
  readonly siteOrigins: readonly string[]
}

/** What the holder of the phone is told when they have become somebody else: `POST /sim/phone/person`. */
export interface PersonSaved {
  readonly person: SimPerson | null
  readonly follows: readonly string[]
}

/** A piece of a message: words, or words that lead to an http(s) address. */
export interface MessagePart {
  readonly text: string
  readonly href: string | null
}

export interface ChatMessage {
  /** Epoch milliseconds. */
  readonly at: number
  /** Null: WeChat's own words, that the account's server is out of order. */
  readonly parts: readonly MessagePart[] | null
}

/** What an account has said to this phone's person: `GET /sim/phone/chat?app=`, once nothing more is to come. */
export interface Chat {
  readonly messages: readonly ChatMessage[]
}

/** An official account on the phone, at /phone/account/:key: to be followed, or its chat. */
export interface AccountData extends Chat {
  readonly page: 'account'
  readonly key: string
  readonly name: string
  readonly person: SimPerson
  readonly follows: boolean
  /** The scanned code that led here, for the form that follows; null without one. */
  readonly code: string | null
  /** True while the account is expected to say something: then the chat is to be asked for. */
  readonly expecting: boolean
  readonly siteOrigins: readonly string[]
}

/** A mini program or a native app that logs in at the site, at /phone/app/:key. */
export interface AppData {
  readonly page: 'app'
  readonly key: string
  readonly name: string
  readonly kind: 'mobile' | 'miniprogram'
  readonly person: SimPerson
}

/** What came of a login in such an app: `POST /sim/phone/login`. The bearer token itself stays in the simulator. */
export type AppLoginResult =
  | {
      readonly result: 'signed-in'
      readonly account: { readonly id: string; readonly nickname: string; readonly avatarUrl: string }
      /** Epoch milliseconds, or null when the site said none. */
      readonly expiresAt: number | null
    }
  /** WeChat gave the app no code: the person refused. */
  | { readonly result: 'refused' }
  | { readonly result: 'error'; readonly status: number; readonly code: string; readonly message: string }
  /** The site gave no answer, or none that an app could read. */
  | { readonly result: 'unreadable'; readonly why: string }

export type PageData = QrconnectData | ConsentData | ErrorData | DoneData | PhoneData | AccountData | AppData
