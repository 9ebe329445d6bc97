// The words of the phone's page.

export const confirm = {
  title: '您正在登录另一台设备',
  loading: '正在读取登录请求…',
  device: (browser: string, os: string) => [browser, os].filter(Boolean).join(' · ') || '未知设备',
  place: '位置',
  address: '网络地址',
  requested: '打开时间',
  elsewhere: '这台设备不在您平时登录的地区。不是您本人，请拒绝。',
  warning: '如果不是您本人打开的页面，请拒绝。',
  as: '以此微信登录',
  unnamed: '微信用户',
  matchLabel: '输入电脑上显示的两位数字',
  explicitHint: '继续后，微信会请您允许使用昵称和头像。',
  wrong: (left: number) => (left > 0 ? `数字不一致，还可以再试 ${left} 次。` : '数字不一致。'),
  refuse: '拒绝',
  confirm: '确认登录',
  continue: '继续',
  sending: '正在提交…',
  ends: {
    confirmed: { title: '已确认', text: '请看电脑屏幕，登录马上完成。可以关闭本页了。' },
    denied: { title: '已拒绝', text: '那台设备没有登录。如果不是您打开的页面，您什么也不用做。' },
    expired: { title: '已过期', text: '请求已过期或已被取消。请在电脑上刷新二维码，重新扫码。' },
    failed: { title: '没有登录成功', text: '电脑屏幕上写明了原因。请重新扫码再试。' },
  },
  wrongNumberEnd: '数字输错的次数太多，这次登录已取消。请在电脑上换一个二维码，重新扫码。',
  /** The same where the waiting page is in a phone's own browser, mostly this phone's. */
  forPhone: {
    title: '您正在登录另一个浏览器',
    matchLabel: '输入那个浏览器里显示的两位数字',
    ends: {
      confirmed: '请回到刚才的浏览器，登录马上完成。可以关闭本页了。',
      denied: '那个浏览器没有登录。如果不是您打开的页面，您什么也不用做。',
      expired: '请求已过期或已被取消。请回到那个浏览器，重新保存二维码并扫码。',
      failed: '那个浏览器里写明了原因。请重新扫码再试。',
    },
    wrongNumberEnd: '数字输错的次数太多，这次登录已取消。请回到那个浏览器，换一个二维码。',
  },
  lostTitle: '没有可以确认的登录',
  lostText:
    '请用微信扫描电脑上的二维码，或点开公众号发来的链接，打开本页。如果刚才扫过，可能已在别的手机上打开，或 Cookie 已被清除。',
  retry: '重试',
  close: '关闭',
}
