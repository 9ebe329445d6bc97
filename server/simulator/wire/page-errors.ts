// The errors that WeChat shows as a page, with HTTP 200 and never as a redirect. Undocumented ones have a word for a code.

const TEXTS = {
  '10003': ['redirect_uri 的域名与后台配置不一致', 'The host of redirect_uri is not the configured callback domain'],
  '10004': ['该公众号已被封禁', 'The account is banned'],
  '10005': ['该应用没有此 scope 的权限', 'The app has not been granted this scope'],
  '10006': ['请先关注此测试号', 'The test account must be followed first'],
  '10009': ['操作太频繁，请稍后再试', 'Too frequent, try again later'],
  '10010': ['scope 不能为空', 'scope is empty'],
  '10011': ['redirect_uri 不能为空', 'redirect_uri is empty'],
  '10012': ['appid 为空或不存在', 'appid is empty or unknown'],
  '10013': ['state 不能为空', 'state is empty'],
  '10015': ['公众号未授权第三方平台', 'The account has not authorised this third-party platform'],
  '10016': ['该 appid 的应用类型不能使用此链接', 'An app of this kind cannot use this link'],
  response_type: ['response_type 必须为 code', 'response_type must be code'],
  parameter_order: [
    '该链接无法访问：参数顺序必须是 appid、redirect_uri、response_type、scope、state',
    'The parameters must come in the order appid, redirect_uri, response_type, scope, state',
  ],
  state_too_long: ['state 超过 128 字节', 'state is longer than 128 bytes'],
  open_in_wechat: ['请在微信客户端打开链接', 'Open this link in WeChat'],
  unknown_person: ['模拟器里没有这个人', 'The simulator has nobody of this name'],
  bad_answer: ['allow 必须是 allow 或 deny', 'allow must be allow or deny'],
} as const

export type PageErrorCode = keyof typeof TEXTS

/** Ends a request with the error page. */
export class PageError extends Error {
  override readonly name = 'PageError'
  readonly code: string
  readonly zh: string
  readonly en: string

  /** A known error, or a number that a fault asked for. */
  constructor(code: PageErrorCode | number) {
    const [zh, en] = TEXTS[String(code) as PageErrorCode] ?? ['系统错误', 'System error']
    super(`${code}: ${en}`)
    this.code = String(code)
    this.zh = zh
    this.en = en
  }
}
