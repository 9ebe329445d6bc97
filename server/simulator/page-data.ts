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

/** The phone itself, at /phone. */
export interface PhoneData {
  readonly page: 'phone'
  readonly people: readonly SimPerson[]
  readonly current: string | null
  /** Text of a code to scan at once (`/phone?scan=…`), or null. */
  readonly scan: string | null
  /** Origins of the sites whose pages the phone may open, e.g. http://localhost:3000. */
  readonly siteOrigins: readonly string[]
}

export type PageData = QrconnectData | ConsentData | ErrorData | DoneData | PhoneData
