import { expect, test } from 'vitest'
import { createPlatform } from '#server/wechat/platform.js'
import { parts } from './deps.js'
import { APP } from './fake-wechat.js'

const platform = createPlatform({
  openUrl: 'https://open.weixin.qq.com',
  apiUrl: 'https://api.weixin.qq.com',
  pollUrl: 'https://lp.open.weixin.qq.com',
  ...parts(),
})
const redirectUri = 'https://id.example.cn/wechat/callback/pc?a=1&b=2'

test("the PC page's address is WeChat's documented one, to the letter", () => {
  expect(platform.qrconnectUrl(APP, { redirectUri, state: 'S123', embed: false, language: 'zh' })).toBe(
    'https://open.weixin.qq.com/connect/qrconnect?appid=wx0123456789abcdef' +
      '&redirect_uri=https%3A%2F%2Fid.example.cn%2Fwechat%2Fcallback%2Fpc%3Fa%3D1%26b%3D2' +
      '&response_type=code&scope=snsapi_login&state=S123#wechat_redirect',
  )
})

test('an embedded PC page navigates its own iframe and speaks English when asked to', () => {
  expect(platform.qrconnectUrl(APP, { redirectUri, state: 'S123', embed: true, language: 'en' })).toBe(
    'https://open.weixin.qq.com/connect/qrconnect?appid=wx0123456789abcdef' +
      '&redirect_uri=https%3A%2F%2Fid.example.cn%2Fwechat%2Fcallback%2Fpc%3Fa%3D1%26b%3D2' +
      '&response_type=code&scope=snsapi_login&state=S123&login_type=jssdk&self_redirect=true&lang=en#wechat_redirect',
  )
  expect(platform.qrconnectUrl(APP, { redirectUri, state: 'S', embed: true, language: 'zh' })).not.toContain('lang=')
})

test.each(['snsapi_base', 'snsapi_userinfo'] as const)('the %s page keeps the order WeChat matches', (scope) => {
  expect(platform.authorizeUrl(APP, { redirectUri: 'https://id.example.cn/cb', scope, state: 'S123' })).toBe(
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef' +
      `&redirect_uri=https%3A%2F%2Fid.example.cn%2Fcb&response_type=code&scope=${scope}&state=S123` +
      '&connect_redirect=1#wechat_redirect',
  )
})

test('a trailing slash in the configured address does not double', () => {
  const other = createPlatform({
    openUrl: 'http://127.0.0.1:3001/',
    apiUrl: 'http://127.0.0.1:3001/',
    pollUrl: 'http://127.0.0.1:3001/',
    ...parts(),
  })
  const url = other.authorizeUrl(APP, { redirectUri, scope: 'snsapi_base', state: 'S' })
  expect(url.startsWith('http://127.0.0.1:3001/connect/oauth2/authorize?appid=')).toBe(true)
})
