// The errors of WeChat's server API, by number.

const TEXTS: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40030: 'invalid refresh_token',
  40035: 'invalid parameter',
  40052: 'invalid action name',
  40053: 'invalid action info',
  40066: 'invalid url',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip, not in whitelist',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41003: 'refresh_token missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41009: 'missing openid',
  42001: 'access_token expired',
  42002: 'refresh_token expired',
  42003: 'code expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  47001: 'data format error',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit must slower retry next minute',
  48001: 'api unauthorized',
  50001: 'user unauthorized',
  50002: 'user limited',
}

/** The beginning of `errmsg` as it is seen on the wire. */
export function errorText(errcode: number): string {
  return TEXTS[errcode] ?? 'system error'
}

/** An error answer of the API; `errmsg` null takes the usual text. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly errcode: number
  readonly errmsg: string | null

  constructor(errcode: number, errmsg: string | null = null) {
    super(`${errcode} ${errmsg ?? errorText(errcode)}`)
    this.errcode = errcode
    this.errmsg = errmsg
  }
}
