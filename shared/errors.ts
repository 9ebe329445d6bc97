// Every error this service says on purpose: its HTTP status, whether trying again may help, and what a person reads.

interface ErrorEntry {
  /** HTTP status of the answer. */
  readonly status: number
  /** `again`: the same request may succeed later. `restart`: begin a new login. `no`: neither helps. */
  readonly retry: 'again' | 'restart' | 'no'
  readonly zh: string
  readonly en: string
}

export const ERRORS = {
  bad_request: {
    status: 400,
    retry: 'no',
    zh: '请求的格式不正确。',
    en: 'The request is not in the form this address takes.',
  },
  body_too_large: {
    status: 413,
    retry: 'no',
    zh: '请求内容过大。',
    en: 'The request body is larger than this address takes.',
  },
  not_found: { status: 404, retry: 'no', zh: '没有这个页面。', en: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    retry: 'no',
    zh: '该地址不支持这种请求方式。',
    en: 'This address does not take that HTTP method.',
  },
  origin_refused: {
    status: 403,
    retry: 'no',
    zh: '该请求来自其他网站，已被拒绝。',
    en: 'The request came from another site and was refused.',
  },
  method_unavailable: {
    status: 400,
    retry: 'no',
    zh: '此登录方式未启用。',
    en: 'This login method is not configured here.',
  },
  app_unknown: {
    status: 404,
    retry: 'no',
    zh: '没有配置这个微信应用。',
    en: 'No WeChat app with this key is configured here.',
  },
  return_to_refused: {
    status: 400,
    retry: 'no',
    zh: '返回地址不在允许的范围内。',
    en: 'The address to return to is not one that this site allows.',
  },
  signed_out: { status: 401, retry: 'restart', zh: '您尚未登录。', en: 'You are not signed in.' },

  ticket_unknown: {
    status: 404,
    retry: 'restart',
    zh: '没有这次登录，请刷新电脑页面后重新扫码。',
    en: 'There is no such login for this browser. Reload the page on your computer and scan again.',
  },
  ticket_expired: {
    status: 410,
    retry: 'restart',
    zh: '二维码已过期，请重新扫码。',
    en: 'This code has expired. Please scan a new one.',
  },
  ticket_not_confirmed: {
    status: 409,
    retry: 'again',
    zh: '手机上还没有确认。',
    en: 'The phone has not confirmed this login yet.',
  },
  ticket_redeemed: {
    status: 409,
    retry: 'restart',
    zh: '这次登录已经使用过。',
    en: 'This login has already been used.',
  },
  ticket_not_attached: {
    status: 425,
    retry: 'again',
    zh: '电脑页面还没有准备好，请稍候重试。',
    en: 'The page on your computer is not ready yet. Try again in a moment.',
  },
  ticket_over: {
    status: 409,
    retry: 'restart',
    zh: '这次登录已经结束，请重新扫码。',
    en: 'This login is over. Please scan a new code.',
  },

  scanned_elsewhere: {
    status: 409,
    retry: 'restart',
    zh: '二维码已被另一部手机扫描。',
    en: 'Another phone has already scanned this code.',
  },
  consent_required: {
    status: 409,
    retry: 'again',
    zh: '请先阅读并同意用户协议和隐私政策。',
    en: 'Please read the user agreement and the privacy policy, and agree to them first.',
  },
  match_number_wrong: {
    status: 422,
    retry: 'again',
    zh: '数字不一致，请查看电脑屏幕上的两位数字。',
    en: 'That is not the number on your computer. Look at the two digits on its screen.',
  },
  explicit_required: { status: 409, retry: 'again', zh: '请先在微信中授权。', en: 'Allow access in WeChat first.' },
  open_in_wechat: {
    status: 400,
    retry: 'again',
    zh: '请用微信扫一扫打开。',
    en: 'Please open this with WeChat: use its Scan.',
  },
  open_on_computer: {
    status: 400,
    retry: 'again',
    zh: '请在电脑上打开这个页面，再用微信扫码。',
    en: 'Please open this page on a computer and scan its code with WeChat.',
  },
  wecom_unsupported: {
    status: 400,
    retry: 'again',
    zh: '企业微信不能用于此登录，请改用微信扫码。',
    en: 'WeCom cannot be used for this login. Please scan with WeChat.',
  },

  state_invalid: {
    status: 400,
    retry: 'restart',
    zh: '登录链接无效或不属于这个浏览器，请重新开始。',
    en: 'This login link is not valid in this browser. Please start again.',
  },
  state_expired: {
    status: 400,
    retry: 'restart',
    zh: '登录链接已过期，请重新开始。',
    en: 'This login link has expired. Please start again.',
  },
  code_used: {
    status: 409,
    retry: 'restart',
    zh: '这个授权码已经使用过，请重新开始。',
    en: 'This authorisation code has already been used. Please start again.',
  },
  code_rejected: {
    status: 400,
    retry: 'restart',
    zh: '微信没有接受这个授权码，请重新登录。',
    en: 'WeChat did not take this code. Please log in again.',
  },
  refused_by_wechat: {
    status: 403,
    retry: 'no',
    zh: '微信不允许该用户登录。',
    en: 'WeChat does not let this person sign in.',
  },
  account_disabled: { status: 403, retry: 'no', zh: '该账号已被停用。', en: 'This account has been disabled.' },
  needs_attention: {
    status: 409,
    retry: 'no',
    zh: '该微信账号的资料与以前不一致，请联系网站管理员。',
    en: 'What WeChat says of this person has changed. Please contact the site’s operator.',
  },
  platform_unreachable: {
    status: 502,
    retry: 'restart',
    zh: '微信暂时没有回应，请重新登录。',
    en: 'WeChat did not answer. Please log in again.',
  },
  platform_busy: {
    status: 503,
    retry: 'restart',
    zh: '微信正忙，请稍后重新登录。',
    en: 'WeChat asks us to slow down. Please log in again shortly.',
  },
  misconfigured: {
    status: 500,
    retry: 'no',
    zh: '微信登录配置有误，请联系网站管理员。',
    en: 'The WeChat login is not set up correctly. Please contact the site’s operator.',
  },
  login_failed: {
    status: 502,
    retry: 'restart',
    zh: '登录没有完成，请重新扫码。',
    en: 'The login could not be completed. Please scan again.',
  },

  native_only: {
    status: 403,
    retry: 'no',
    zh: '该接口只供应用程序使用，浏览器页面不能调用。',
    en: 'This call is for apps and programs: a page in a browser cannot use it.',
  },
  service_key_wrong: {
    status: 401,
    retry: 'no',
    zh: '缺少服务密钥，或密钥不正确。',
    en: 'This call needs one of the operator’s service keys.',
  },
  session_unknown: {
    status: 404,
    retry: 'no',
    zh: '没有这个登录，可能已经退出。',
    en: 'There is no such session of yours. It may have ended already.',
  },
  account_unknown: { status: 404, retry: 'no', zh: '没有这个账号。', en: 'There is no such account.' },
  push_refused: {
    status: 403,
    retry: 'no',
    zh: '推送消息的签名无效或已过期。',
    en: 'This push is not signed as WeChat would sign it now.',
  },

  too_many_requests: {
    status: 429,
    retry: 'again',
    zh: '这个网络上的请求太多了，请稍候再试。',
    en: 'Too many requests have come from this network. Please try again shortly.',
  },
  busy: {
    status: 503,
    retry: 'again',
    zh: '服务繁忙，请稍后再试。',
    en: 'The service is busy. Please try again shortly.',
  },
  internal: {
    status: 500,
    retry: 'again',
    zh: '服务出错了，请稍后再试。',
    en: 'Something went wrong on our side. Please try again.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS
