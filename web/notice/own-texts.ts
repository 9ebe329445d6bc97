// The notice page's own titles and sentences. Where one is missing, the error's or the reason's own sentence is read.
import type { Texts } from '../language.js'
import type { NoticeCode } from './texts.js'

type Own = Readonly<Partial<Record<NoticeCode, { readonly title?: string; readonly text?: string }>>>

export const OWN: Texts<Own> = {
  zh: {
    open_in_wechat: { title: '请用微信打开', text: '这是一次微信登录。请打开手机微信，用“扫一扫”扫描电脑上的二维码。' },
    open_on_computer: {
      title: '请在电脑上打开',
      text: '这里的登录要用微信扫描电脑上的二维码，手机扫不了自己的屏幕。请在电脑的浏览器里打开同一个链接。',
    },
    wecom_unsupported: {
      title: '请改用微信',
      text: '企业微信不能用于这个登录。请打开微信，用“扫一扫”扫描同一个二维码。',
    },
    ticket_not_attached: { title: '正在等待电脑', text: '电脑页面还没有准备好，本页会自动重试。' },
    too_many_requests: { title: '请稍等一会儿', text: '这个网络上的请求太多了，本页会自动重试。' },
    ticket_not_confirmed: { title: '还没有确认' },
    ticket_expired: { title: '二维码已过期', text: '请看电脑屏幕：二维码会自动更新，或点击刷新后重新扫码。' },
    ticket_unknown: { title: '没有这次登录', text: '请在电脑上刷新登录页面，再重新扫码。' },
    ticket_over: { title: '这次登录已经结束', text: '请在电脑上刷新二维码，重新扫码。' },
    ticket_redeemed: { title: '这次登录已经完成', text: '一个二维码只能登录一次。需要再次登录，请重新扫码。' },
    scanned_elsewhere: {
      title: '已被另一部手机扫描',
      text: '一个二维码只认第一部扫描它的手机。如果不是您的手机，请在电脑上换一个二维码。',
    },
    match_number_wrong: { title: '数字不一致' },
    state_invalid: { title: '登录链接无效', text: '这个链接不属于这个浏览器。请重新开始登录。' },
    state_expired: { title: '登录链接已过期', text: '从开始到现在太久了。请重新开始登录。' },
    code_used: { title: '授权已经使用过' },
    code_rejected: { title: '授权没有成功', text: '微信没有接受这次授权，可能等得太久了。请重新登录。' },
    explicit_required: {
      title: '首次登录，需要您授权',
      text: '第一次在这里登录时，微信会请您允许使用昵称和头像。',
    },
    snapshot_user: {
      title: '您看到的是快照页预览',
      text: '微信在预览里不提供您的身份。请点页面底部的“使用完整服务”，然后登录。',
    },
    refused_on_phone: { title: '您没有同意登录', text: '没有账号被登录。如果是点错了，可以重新登录。' },
    cancelled: { title: '这次登录已取消' },
    interrupted: { title: '登录被中断了', text: '服务器在登录过程中重启了，没有登录成功。请重新登录。' },
    platform_unreachable: { title: '暂时连接不上微信', text: '微信没有回应。请稍后重新登录。' },
    platform_busy: { title: '微信正忙', text: '请过一会儿再登录。' },
    misconfigured: { title: '微信登录没有配置好', text: '这个网站的微信配置有误，请联系网站管理员。' },
    needs_attention: {
      title: '需要管理员核对',
      text: '这个微信号的绑定关系与之前不一致，需要网站管理员核对后才能登录。',
    },
    account_disabled: { title: '账号已被停用', text: '这个账号已被网站管理员停用。' },
    refused_by_wechat: {
      title: '微信不允许登录',
      text: '微信暂时不允许这个微信号登录其他网站。请在微信里查看账号状态。',
    },
    login_failed: { title: '登录没有完成', text: '请重新扫码再试一次。' },
    signed_out: { title: '您尚未登录' },
    not_found: { title: '没有这个页面', text: '地址可能写错了，或者页面已经不在了。' },
    method_unavailable: { title: '这里不能这样登录' },
    app_unknown: { title: '没有这个微信应用' },
    account_unknown: { title: '没有这个账号' },
    return_to_refused: { title: '返回地址不被允许' },
    origin_refused: { title: '请求已被拒绝' },
    native_only: { title: '只供应用程序使用' },
    service_key_wrong: { title: '缺少服务密钥' },
    push_refused: { title: '推送已被拒绝' },
    busy: { title: '服务繁忙' },
    internal: { title: '出错了' },
  },
  en: {
    open_in_wechat: {
      title: 'Please open this with WeChat',
      text: 'This is a WeChat login. Open WeChat on your phone and scan the code on your computer.',
    },
    open_on_computer: {
      title: 'Please open this on a computer',
      text: 'Here one logs in by scanning a code on a computer, and a phone cannot scan its own screen. Open the same link in a browser on your computer.',
    },
    wecom_unsupported: {
      title: 'Please use WeChat',
      text: 'WeCom cannot be used for this login. Open WeChat and scan the same code.',
    },
    ticket_not_attached: {
      title: 'Waiting for your computer',
      text: 'The page on your computer is not ready yet. This page tries again by itself.',
    },
    too_many_requests: {
      title: 'One moment, please',
      text: 'Too many requests have come from this network. This page tries again by itself.',
    },
    ticket_not_confirmed: { title: 'Not confirmed yet' },
    ticket_expired: {
      title: 'This code has expired',
      text: 'Look at your computer: the code renews itself, or after a click. Then scan again.',
    },
    ticket_unknown: { title: 'No such login', text: 'Reload the login page on your computer and scan again.' },
    ticket_over: { title: 'This login is over', text: 'Renew the code on your computer and scan again.' },
    ticket_redeemed: {
      title: 'This login is complete',
      text: 'A code is good for one login. To sign in again, scan a new one.',
    },
    scanned_elsewhere: {
      title: 'Scanned by another phone',
      text: 'A code belongs to the first phone that scans it. If that was not yours, show another code on your computer.',
    },
    match_number_wrong: { title: 'Not the same number' },
    state_invalid: {
      title: 'This link is not valid',
      text: 'It does not belong to this browser. Please start the login again.',
    },
    state_expired: { title: 'This link has expired', text: 'It was begun too long ago. Please start the login again.' },
    code_used: { title: 'Already used' },
    code_rejected: {
      title: 'The permission did not go through',
      text: 'WeChat did not accept it; it may have waited too long. Please log in again.',
    },
    explicit_required: {
      title: 'First time here',
      text: 'WeChat will ask you to share your nickname and avatar.',
    },
    snapshot_user: {
      title: 'You are seeing a preview',
      text: 'In a preview WeChat does not say who you are. Tap “Use full service” at the bottom, then log in.',
    },
    refused_on_phone: {
      title: 'You did not allow the login',
      text: 'Nobody was signed in. If that was a slip, log in again.',
    },
    cancelled: { title: 'This login was given up' },
    interrupted: {
      title: 'The login was interrupted',
      text: 'The server restarted in the middle of it, so nobody was signed in. Please log in again.',
    },
    platform_unreachable: {
      title: 'WeChat cannot be reached',
      text: 'WeChat did not answer. Please log in again in a moment.',
    },
    platform_busy: { title: 'WeChat is busy', text: 'Please log in again in a little while.' },
    misconfigured: {
      title: 'The WeChat login is not set up correctly',
      text: 'The fault is the site’s own. Please tell its operator.',
    },
    needs_attention: {
      title: 'The operator has to look',
      text: 'This WeChat account no longer matches what we know of it. Please contact the site’s operator.',
    },
    account_disabled: { title: 'This account is disabled', text: 'The site’s operator has disabled it.' },
    refused_by_wechat: {
      title: 'WeChat does not allow it',
      text: 'WeChat does not let this account sign in elsewhere at the moment. Look at the account’s state in WeChat.',
    },
    login_failed: { title: 'Login not completed', text: 'Please scan again.' },
    signed_out: { title: 'You are not signed in' },
    not_found: { title: 'Nothing here' },
    method_unavailable: { title: 'Not a way to sign in here' },
    app_unknown: { title: 'No such WeChat app' },
    account_unknown: { title: 'No such account' },
    return_to_refused: { title: 'Not a place to return to' },
    origin_refused: { title: 'Request refused' },
    native_only: { title: 'For apps and programs only' },
    service_key_wrong: { title: 'A service key is missing' },
    push_refused: { title: 'Push refused' },
    busy: { title: 'We are busy' },
    internal: { title: 'Something went wrong' },
  },
}

/** Inside WeChat nobody has scanned anything: there is no computer, and a login begins anew by a button. */
export const IN_WECHAT: Texts<Own> = {
  zh: {
    open_in_wechat: { text: '这个页面只能在微信里登录。请复制它的链接，发给微信里的“文件传输助手”，再点开。' },
    wecom_unsupported: { text: '企业微信不能用于这个登录。请复制本页链接，在微信里打开。' },
    ticket_expired: { title: '登录已超时', text: '从开始到现在太久了。请重新登录。' },
    ticket_unknown: { text: '这次登录不属于这个浏览器，或者已经结束。请重新登录。' },
    ticket_over: { text: '请重新登录。' },
    ticket_redeemed: { text: '一次授权只能登录一次。请重新登录。' },
    scanned_elsewhere: { title: '登录没有完成', text: '这次登录属于另一部手机。请重新登录。' },
    login_failed: { text: '请重新登录。' },
  },
  en: {
    open_in_wechat: {
      text: 'This page signs people in inside WeChat only. Copy its link, send it to File Transfer in WeChat, and open it there.',
    },
    wecom_unsupported: { text: 'WeCom cannot be used for this login. Copy this page’s link and open it in WeChat.' },
    ticket_expired: { title: 'Login timed out', text: 'It was begun too long ago. Please log in again.' },
    ticket_unknown: { text: 'It is not this browser’s, or it is over. Please log in again.' },
    ticket_over: { text: 'Please log in again.' },
    ticket_redeemed: { text: 'One permission is good for one login. Please log in again.' },
    scanned_elsewhere: { title: 'Login not completed', text: 'It belongs to another phone. Please log in again.' },
    login_failed: { text: 'Please log in again.' },
  },
}
