// Real User-Agents in, names from our tables out; and nothing of a hostile one reaches the phone's question.
import { expect, test } from 'vitest'
import { describeDevice, placeOfVisit } from '#server/http/device.js'

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT}`
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const WECHAT_ANDROID = `Mozilla/5.0 (Linux; Android 14; 23013RK75C Build/UKQ1.230804.001; wv) ${WEBKIT} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MMWEBID/2307 MicroMessenger/8.0.49.2600(0x28003156) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`

test.each([
  ['Chrome 142', 'Windows 10/11', `${WINDOWS} Chrome/142.0.0.0 Safari/537.36`],
  ['Edge 141', 'Windows 10/11', `${WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.3537.57`],
  ['Firefox 144', 'Windows 10/11', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0'],
  ['Chrome 109', 'Windows 7', `Mozilla/5.0 (Windows NT 6.1; WOW64) ${WEBKIT} Chrome/109.0.0.0 Safari/537.36`],
  ['Safari 18', 'macOS', `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`],
  ['Chrome 142', 'macOS', `${MAC} ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`],
  ['Firefox 140', 'Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Chrome 131', 'Linux', `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/131.0.0.0 Safari/537.36`],
  ['Chrome 142', 'Android 10', `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`],
  ['Chrome 120', 'iOS 17', `${IPHONE} CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1`],
  ['Safari 17', 'iOS 17', `${IPHONE} Version/17.4.1 Mobile/15E148 Safari/604.1`],
  [
    'Safari 16',
    'iPadOS 16',
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
  ],
  ['WeChat 8', 'Android 14', WECHAT_ANDROID],
  ['WeChat 8', 'iOS 17', `${IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN`],
  [
    'WeChat',
    'Windows 10/11',
    `${WINDOWS} Chrome/122.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c33) XWEB/14315 Flue`,
  ],
  [
    'WeChat',
    'macOS',
    `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) MicroMessenger/6.8.0(0x16080000) MacWechat/3.8.10`,
  ],
  ['WeCom 4', 'iOS 17', `${IPHONE} Mobile/15E148 wxwork/4.1.26 MicroMessenger/7.0.1 Language/zh ColorScheme/Light`],
  ['360 Browser', 'Windows 10/11', `${WINDOWS} Chrome/122.0.6261.95 Safari/537.36 QIHU 360SE`],
  ['QQ Browser 13', 'Windows 10/11', `${WINDOWS} Chrome/116.0.5845.97 Safari/537.36 QQBrowser/13.5.6267.400`],
  ['Sogou Browser', 'Windows 10/11', `${WINDOWS} Chrome/80.0.3987.87 Safari/537.36 SE 2.X MetaSr 1.0`],
  [
    'UC Browser 17',
    'Android 13',
    `Mozilla/5.0 (Linux; U; Android 13; zh-CN; V2241A) ${WEBKIT} Version/4.0 Chrome/100.0.4896.58 UCBrowser/17.2.2.1362 Mobile Safari/537.36`,
  ],
  [
    'Chrome 114',
    'HarmonyOS 5',
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile`,
  ],
  ['Internet Explorer', 'Windows 8.1', 'Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko'],
  ['Unknown browser', 'Unknown system', 'curl/8.5.0'],
  ['Unknown browser', 'Unknown system', ''],
])('%s on %s is recognised', (browser, os, userAgent) => {
  expect(describeDevice(userAgent, '203.0.113.7')).toEqual({ browser, os, address: '203.0.113.7', place: null })
})

test('a request without User-Agent has a device all the same', () => {
  const unknown = { browser: 'Unknown browser', os: 'Unknown system', address: '::1', place: null }
  expect(describeDevice(undefined, '::1')).toEqual(unknown)
})

test('a User-Agent that writes a message to the person on the phone does not get it through', () => {
  const hostile = [
    'Chrome/<b>Your bank</b> (Windows NT 10.0; press Confirm)',
    'Chrome/13800138000 Android 99999',
    'Firefox/１２３ Linux',
    'Version/confirm_now Safari/1 Macintosh\u202eevil',
    `${'(('.repeat(50_000)}Chrome/1 Windows NT 10.0`,
  ].map((userAgent) => describeDevice(userAgent, ''))
  expect(hostile.map(({ browser, os }) => [browser, os])).toEqual([
    ['Chrome', 'Windows 10/11'],
    ['Chrome', 'Android'],
    ['Firefox', 'Linux'],
    ['Safari', 'macOS'],
    ['Unknown browser', 'Unknown system'],
  ])
})

test('thousands of machines in turn are told apart, however often each of them asks', () => {
  const seen = (n: number) => describeDevice(`Windows NT 10.0 Chrome/${n % 300}.0`, `10.0.0.${n}`)
  for (let n = 0; n < 2_000; n++) {
    for (const _ of ['first', 'again']) {
      expect(seen(n)).toEqual({
        browser: `Chrome ${n % 300}`,
        os: 'Windows 10/11',
        address: `10.0.0.${n}`,
        place: null,
      })
    }
  }
})

test('a User-Agent made to keep regular expressions busy costs nothing', () => {
  const busy = [`${'Version/1'.repeat(100_000)}`, `iPad ${'OS'.repeat(100_000)}`, ' '.repeat(1_000_000)]
  const startedAt = performance.now()
  for (const userAgent of busy) describeDevice(userAgent, '')
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

test.each([
  ['wecom', 'iPhone MicroMessenger/7.0.1 wxwork/4.1.26'],
  ['wecom', 'Windows NT 10.0 WindowsWechat wxwork/4.1.6 MicroMessenger/7.0.1'],
  ['miniprogram', `${WECHAT_ANDROID} miniProgram/wx0123456789abcdef`],
  ['miniprogram', 'iPhone MicroMessenger/8.0.49 MiniProgramEnv/Mac'],
  ['pc-wechat', 'Windows NT 10.0 MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c33)'],
  ['pc-wechat', 'Macintosh MicroMessenger/6.8.0(0x16080000) UnifiedPCMacWechat(0xf2640610) XWEB/16990'],
  ['wechat', WECHAT_ANDROID],
  ['wechat', 'iPhone wechatdevtools/1.06.2405 MicroMessenger/8.0.5'],
  ['browser', `${WINDOWS} Chrome/142.0.0.0 Safari/537.36`],
  ['browser', undefined],
] as const)('a visit from %s is told apart', (place, userAgent) => {
  expect(placeOfVisit(userAgent)).toBe(place)
})
