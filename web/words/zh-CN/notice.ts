// The words of the notice page. Where it has no title or sentence of its own, the error's or the reason's is read.
import type { ErrorCode } from '#shared/errors.js'
import type { Reason } from '#shared/ticket.js'

type Own = Readonly<Partial<Record<ErrorCode | Reason, { readonly title?: string; readonly text?: string }>>>

export const notice = {
  other: '无法继续',
  restart: '重新开始',
  again: '重新登录',
  login: '微信登录',
  reload: '重试',
  phone: '用模拟手机打开',
  simulated: '模拟环境中，由模拟手机代替微信。',
  own: {
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
  } satisfies Own,
  /** Inside WeChat nobody has scanned anything: there is no computer, and a login begins anew by a button. */
  inWechat: {
    open_in_wechat: { text: '这个页面只能在微信里登录。请复制它的链接，发给微信里的“文件传输助手”，再点开。' },
    wecom_unsupported: { text: '企业微信不能用于这个登录。请复制本页链接，在微信里打开。' },
    ticket_expired: { title: '登录已超时', text: '从开始到现在太久了。请重新登录。' },
    ticket_unknown: { text: '这次登录不属于这个浏览器，或者已经结束。请重新登录。' },
    ticket_over: { text: '请重新登录。' },
    ticket_redeemed: { text: '一次授权只能登录一次。请重新登录。' },
    scanned_elsewhere: { title: '登录没有完成', text: '这次登录属于另一部手机。请重新登录。' },
    login_failed: { text: '请重新登录。' },
  } satisfies Own,
}
