// What a User-Agent says, in words a person recognises. For showing only: nothing is trusted because of it, and none of
// its own text is passed on but known names and digits.
import type { Device } from '#server/core/ports.js'

/** The longest User-Agent that is looked at. */
const UA_MAX = 512

/** Most particular first: nearly everything calls itself Chrome or Safari as well. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['WeCom', /wxwork\/(\d+)/i],
  ['WeChat', /MicroMessenger\/(\d+)/i],
  ['QQ Browser', /(?:MQQBrowser|QQBrowser)\/(\d+)/i],
  ['UC Browser', /UC?Browser\/(\d+)/i],
  ['360 Browser', /\b(?:360SE|360EE|QIHU 360\w*|QHBrowser)(?:\/(\d+))?/i],
  ['Sogou Browser', /(?:MetaSr|SogouMobileBrowser)[ /](\d+)/i],
  ['Quark', /Quark\/(\d+)/i],
  ['Huawei Browser', /HuaweiBrowser\/(\d+)/i],
  ['Mi Browser', /MiuiBrowser\/(\d+)/i],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /(?:OPR|Opera)\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+)[.\d]* (?:Mobile\/\S+ )?Safari\//],
]

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['HarmonyOS', /HarmonyOS(?:[ /](\d+))?|OpenHarmony(?: (\d+))?/],
  ['Android', /Android(?: (\d+))?/],
  ['iPadOS', /iPad.*? OS (\d+)/],
  ['iOS', /iPhone.*? OS (\d+)/],
  // Both call themselves NT 10.0.
  ['Windows 10/11', /Windows NT 10\.0/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
]

/** @param address the visitor's, already taken from behind the operator's proxies */
export function describeDevice(userAgent: string | undefined, address: string): Device {
  const text = (userAgent ?? '').slice(0, UA_MAX)
  return {
    browser: named(BROWSERS, text) ?? 'Unknown browser',
    os: named(SYSTEMS, text) ?? 'Unknown system',
    address,
    place: null,
  }
}

function named(table: typeof BROWSERS, text: string): string | null {
  for (const [name, pattern] of table) {
    const match = pattern.exec(text)
    if (!match) continue
    const version = match.slice(1).find((group) => group !== undefined)
    return version === undefined ? name : `${name} ${version.slice(0, 4)}`
  }
  return null
}

/** Where a page is open. `pc-wechat`: WeChat's own window on a computer. `wecom`: not WeChat, though it says so. */
export type PlaceOfVisit = 'wecom' | 'miniprogram' | 'pc-wechat' | 'wechat' | 'browser'

/** The order of the tests matters: each of the first ones calls itself MicroMessenger as well. */
export function placeOfVisit(userAgent: string): PlaceOfVisit {
  const text = userAgent.slice(0, UA_MAX)
  if (/wxwork/i.test(text)) return 'wecom'
  if (/miniProgram/i.test(text)) return 'miniprogram'
  if (/WindowsWechat|MacWechat/i.test(text)) return 'pc-wechat'
  return /MicroMessenger/i.test(text) ? 'wechat' : 'browser'
}
