import { describe, expect, it } from 'vitest'
import { describeDevice, placeOfVisit } from '#server/http/device.js'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'

const KNOWN: readonly [userAgent: string, browser: string, os: string][] = [
  [`${WINDOWS} Chrome/142.0.0.0 Safari/537.36`, 'Chrome 142', 'Windows 10/11'],
  [`${WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.3537.71`, 'Edge 141', 'Windows 10/11'],
  [`${WINDOWS} Chrome/123.0.0.0 Safari/537.36 QQBrowser/19.4.0`, 'QQ Browser 19', 'Windows 10/11'],
  [`${WINDOWS} Chrome/108.0.0.0 Safari/537.36 360SE`, '360 Browser', 'Windows 10/11'],
  [`${WINDOWS} Chrome/80.0 Safari/537.36 SE 2.X MetaSr 1.0`, 'Sogou Browser 1', 'Windows 10/11'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox 144', 'Windows 10/11'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Safari 18',
    'macOS',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome 142',
    'Linux',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; 2412DPC0AC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/134.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.60.2860',
    'WeChat 8',
    'Android 15',
  ],
  [`${IPHONE} Mobile/15E148 MicroMessenger/8.0.60 NetType/WIFI Language/zh_CN`, 'WeChat 8', 'iOS 18'],
  [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari 18', 'iOS 18'],
  [`${IPHONE} CriOS/142.0.0 Mobile/15E148 Safari/604.1`, 'Chrome 142', 'iOS 18'],
  [
    'Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Mobile Safari/537.36 ArkWeb/4.1 HuaweiBrowser/5.1.3',
    'Huawei Browser 5',
    'HarmonyOS 5',
  ],
]

describe('what a User-Agent says', () => {
  it.each(KNOWN)('%s', (userAgent, browser, os) => {
    expect(describeDevice(userAgent, '203.0.113.7')).toEqual({ browser, os, address: '203.0.113.7', place: null })
  })

  it('is unknown when there is none', () => {
    expect(describeDevice(undefined, '::1')).toMatchObject({ browser: 'Unknown browser', os: 'Unknown system' })
  })

  it('never passes on text of the visitor’s own', () => {
    const hostile = `<script>alert(1)</script> Chrome/999999999999<b> Windows\u202e ${'A'.repeat(100_000)}`
    expect(describeDevice(hostile, '')).toMatchObject({ browser: 'Chrome 9999', os: 'Windows' })
  })
})

describe('where a page is open', () => {
  it.each([
    [`${IPHONE} MicroMessenger/8.0.60 wxwork/4.1.30`, 'wecom'],
    [`${IPHONE} MicroMessenger/8.0.60 miniProgram/wx0123456789abcdef`, 'miniprogram'],
    [`${WINDOWS} Chrome/132.0.0.0 Safari/537.36 MicroMessenger/7.0.20 WindowsWechat(0x63090c33)`, 'pc-wechat'],
    [`${IPHONE} micromessenger/8.0.60`, 'wechat'],
    [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, 'browser'],
    ['', 'browser'],
  ])('%s → %s', (userAgent, place) => {
    expect(placeOfVisit(userAgent)).toBe(place)
  })
})
