// The words of the page that WeChat returns to.

export const callback = {
  title: '微信登录',
  working: '正在完成登录…',
  done: '已完成',
  doneText: '请看本页，登录马上完成。',
  refused: '已拒绝',
  refusedText: '您在微信里没有同意登录。',
  failed: '登录没有完成',
  again: '重新开始',
  scanAgain: '请看电脑屏幕，重新扫码。',
}
