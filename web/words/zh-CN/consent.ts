// The words beside the box by which people agree to the site's own texts.

export const consent = {
  lead: '我已阅读并同意',
  agreement: '《用户协议》',
  and: '和',
  privacy: '《隐私政策》',
}
