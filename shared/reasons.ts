// What people read about a ticket's end: why the login did not happen.
import type { Reason } from './ticket.js'

export const REASON_TEXTS: Readonly<Record<Reason, { readonly zh: string; readonly en: string }>> = {
  refused_on_phone: {
    zh: '手机上选择了“拒绝”，没有账号被登录。如果不是您操作的，请换一个二维码。',
    en: 'Somebody pressed Refuse on the phone, so nobody was signed in. If that was not you, show another code.',
  },
  cancelled: {
    zh: '这次登录已被打开它的页面取消。',
    en: 'The page that began this login gave it up.',
  },
  match_number_wrong: {
    zh: '手机上连续三次输入了错误的数字。为安全起见，请重新扫码。',
    en: 'A wrong number was typed on the phone three times. To be safe, scan a new code.',
  },
  needs_attention: {
    zh: '这个微信号的绑定关系与之前不一致，需要网站管理员核对后才能登录。',
    en: 'This WeChat account no longer matches what we know of it. The site’s operator has to look before it can sign in.',
  },
  refused_by_wechat: {
    zh: '微信暂时不允许这个微信号登录其他网站。请在微信里查看账号状态。',
    en: 'WeChat does not let this account sign in elsewhere at the moment. Look at the account’s state in WeChat.',
  },
  account_disabled: {
    zh: '这个账号已被网站管理员停用。',
    en: 'The site’s operator has disabled this account.',
  },
  account_changed: {
    zh: '这个账号刚刚有变动（被注销或拆分），没有登录成功。请重新登录。',
    en: 'The account was just deleted or split in two, so this login did not finish. Please log in again.',
  },
  scanned_elsewhere: {
    zh: '二维码已被另一部手机扫描。',
    en: 'Another phone has already scanned this code.',
  },
  snapshot_user: {
    zh: '微信用“快照页”打开了页面，无法确认您的身份。请在手机页面上点“使用完整服务”，再重新扫码。',
    en: 'WeChat opened a snapshot of the page, which does not say who you are. Choose “full service” on the phone, then scan again.',
  },
  explicit_required: {
    zh: '首次登录需要您在微信中授权。',
    en: 'The first time, WeChat has to ask you for permission.',
  },
  consent_required: {
    zh: '登录前需要先阅读并同意用户协议和隐私政策。',
    en: 'Before signing in, the user agreement and the privacy policy have to be agreed to.',
  },
  interrupted: {
    zh: '服务器在登录过程中重启了，没有登录成功。请重新扫码。',
    en: 'The server restarted in the middle of this login, so it did not finish. Please scan again.',
  },
  code_rejected: {
    zh: '微信没有接受这次授权（可能已过期）。请重新扫码。',
    en: 'WeChat did not accept this authorisation; it may be too old. Please scan again.',
  },
  platform_unreachable: {
    zh: '暂时连接不上微信。请稍后再试。',
    en: 'WeChat could not be reached. Please try again in a moment.',
  },
  platform_busy: {
    zh: '微信要求我们放慢一些。请过一会儿再试。',
    en: 'WeChat asks us to slow down. Please try again shortly.',
  },
  misconfigured: {
    zh: '网站的微信配置有误，请联系网站管理员。',
    en: 'WeChat is not set up correctly on this site. Please tell its operator.',
  },
}
