// What a User-Agent says about a machine: names from our own tables and at most three digits, never a piece of its text,
// because the result is shown to the person who is asked to confirm.
import type { Device } from '#server/core/ports.js'

/** A name, what betrays it, and in the first group its major version where that means something. The first match wins. */
type Table = readonly (readonly [name: string, sign: RegExp])[]

// Most browsers also claim to be Chrome and Safari, so the claims come last.
const BROWSERS: Table = [
  ['WeCom', /wxwork\/(\d*)/i],
  // On a computer WeChat's number is always that of an old phone version.
  ['WeChat', /WindowsWechat|MacWechat/i],
  ['WeChat', /MicroMessenger\/(\d*)/i],
  ['DingTalk', /DingTalk/i],
  ['Alipay', /AlipayClient/i],
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d*)/],
  ['Opera', /\b(?:OPR|OPT)\/(\d*)/],
  ['360 Browser', /\b360[SE]E\b|QihooBrowser|\bQIHU\b/],
  ['QQ Browser', /QQBrowser\/(\d*)/],
  ['Sogou Browser', /\bMetaSr\b|Sogou\w*Browser/],
  ['UC Browser', /\bUC?Browser\/(\d*)/],
  ['Quark', /\bQuark(?:PC)?\/(\d*)/],
  ['Baidu', /baiduboxapp|BIDUBrowser/],
  ['Huawei Browser', /HuaweiBrowser\/(\d*)/],
  ['Xiaomi Browser', /MiuiBrowser\/(\d*)/],
  ['vivo Browser', /VivoBrowser\/(\d*)/],
  ['OPPO Browser', /HeyTapBrowser\/(\d*)/],
  ['Samsung Internet', /SamsungBrowser\/(\d*)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d*)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d*)/],
  ['Safari', /\bVersion\/(\d*).*\bSafari\//],
  ['Internet Explorer', /\bMSIE (\d*)|\bTrident\//],
]

const SYSTEMS: Table = [
  ['HarmonyOS', /\bOpenHarmony (\d*)|\bHarmonyOS\b/],
  ['Windows 10/11', /\bWindows NT 10\.0/],
  ['Windows 8.1', /\bWindows NT 6\.3/],
  ['Windows 8', /\bWindows NT 6\.2/],
  ['Windows 7', /\bWindows NT 6\.1/],
  ['Windows', /\bWindows\b/],
  ['iPadOS', /\biPad\b.*?\bOS (\d*)/],
  ['iOS', /\b(?:iPhone|iPod)\b.*?\bOS (\d*)/],
  ['Android', /\bAndroid (\d*)/],
  // Browsers have said 10_15_7 for years, whatever the Mac runs.
  ['macOS', /\bMacintosh\b|\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
]

/** As much of a User-Agent as is read; the longest honest ones have some 400 characters. */
const READ_CHARACTERS = 512

/** Browser and system by our names, e.g. `Chrome 142` on `Windows 10/11`; the address as given; no place. */
export function describeDevice(userAgent: string | undefined, address: string): Device {
  const { browser, os } = namesIn(userAgent ?? '')
  return { browser, os, address, place: null }
}

type Names = Pick<Device, 'browser' | 'os'>

/** A machine says the same three times in a login, and many machines say the same. At most 128 KB of what they say. */
const recent = new Map<string, Names>()
const MOST_RECENT = 250

function namesIn(userAgent: string): Names {
  const known = recent.get(userAgent)
  if (known) return known
  const text = userAgent.slice(0, READ_CHARACTERS)
  const names = { browser: named(BROWSERS, text) ?? 'Unknown browser', os: named(SYSTEMS, text) ?? 'Unknown system' }
  if (userAgent.length > READ_CHARACTERS) return names
  if (recent.size === MOST_RECENT) recent.clear()
  recent.set(userAgent, names)
  return names
}

function named(table: Table, text: string): string | null {
  for (const [name, sign] of table) {
    const match = sign.exec(text)
    if (match) return /^\d{1,3}$/.test(match[1] ?? '') ? `${name} ${match[1]}` : name
  }
  return null
}

export type PlaceOfVisit = 'wecom' | 'miniprogram' | 'pc-wechat' | 'wechat' | 'browser'

// The order matters: each of the earlier ones also says MicroMessenger.
const PLACES: readonly (readonly [PlaceOfVisit, RegExp])[] = [
  ['wecom', /wxwork/i],
  ['miniprogram', /miniProgram/i],
  ['pc-wechat', /WindowsWechat|MacWechat/i],
  ['wechat', /MicroMessenger/i],
]

/** Which of WeChat's own browsers this visitor is in, if any. A hint for the person's sake: anybody can claim any. */
export function placeOfVisit(userAgent: string | undefined): PlaceOfVisit {
  const text = (userAgent ?? '').slice(0, READ_CHARACTERS)
  return PLACES.find(([, sign]) => sign.test(text))?.[0] ?? 'browser'
}
