// Login CSRF: an attacker begins a login, allows it himself, and leads a victim's browser to our callback with his own code
// and state, by every way that a page on another site has. And the ways by which an honest return comes.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WebsiteScan } from '../world/simulator.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { type Lure, openLure } from './lure.js'
import { setStage } from './stage.js'

/** What the attacker's page does with the address, as its script. `go` is pressed by the victim. */
const WAYS = {
  'a link': (to: string) => `<a id=go href="${to}">go</a>`,
  'a navigation by script': (to: string) => `<button id=go onclick="location.href='${to}'">go</button>`,
  'a window of its own': (to: string) =>
    `<button id=go onclick="open('${to}', 'w', 'width=400,height=400')">go</button>`,
  'a window without an opener': (to: string) => `<a id=go target=_blank rel=noopener href="${to}">go</a>`,
  'a frame': (to: string) =>
    `<button id=go onclick="document.body.append(Object.assign(document.createElement('iframe'), { src: '${to}' }))">go</button>`,
  'a sandboxed frame': (to: string) =>
    `<button id=go onclick="document.body.insertAdjacentHTML('beforeend', '<iframe sandbox=allow-scripts src=${to}></iframe>')">go</button>`,
  'a form in the body of a post': (to: string) => {
    const { origin, pathname, searchParams } = new URL(to)
    const fields = [...searchParams].map(([name, value]) => `<input type=hidden name=${name} value="${value}">`)
    return `<form method=post action="${origin}${pathname}">${fields.join('')}<button id=go>go</button></form>`
  },
  'a form that looks like JSON': (to: string) => {
    const { origin, pathname, searchParams } = new URL(to)
    const json = JSON.stringify({ ...Object.fromEntries(searchParams), x: '' })
      .slice(0, -2)
      .replaceAll('"', '&quot;')
    return `<form method=post enctype=text/plain action="${origin}${pathname}"><input type=hidden name="${json}" value="&quot;}"><button id=go>go</button></form>`
  },
  'a request of its script': (to: string) => {
    const { origin, pathname, searchParams } = new URL(to)
    const body = JSON.stringify(Object.fromEntries(searchParams)).replaceAll('"', '&quot;')
    return `<button id=go onclick="fetch('${origin}${pathname}', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '${body}' }).finally(() => document.title = 'asked')">go</button>`
  },
} as const

describeInBrowser('Login CSRF', () => {
  const stage = setStage({ known: ['alice', 'bob'], config: (config) => ({ ...config, rateLimits: null }) })
  let lure: Lure
  beforeAll(async () => {
    lure = await openLure()
  })
  afterAll(() => lure.close())

  /** The attacker's own login, allowed and not yet brought back. */
  async function attackersReturn(): Promise<WebsiteScan> {
    const attacker = stage.world().pc()
    return stage.world().wechat.websiteScan(await attacker.begin('website'), 'bob')
  }

  const signedIn = async ({ request }: Page) =>
    (await request.get(`${stage.world().publicUrl}/api/session`)).status() === 200

  /** Every request that the press causes has been answered, one way or the other. */
  async function pressed(victim: Desk): Promise<void> {
    const { context } = victim
    const over = Promise.race([
      context.waitForEvent('requestfinished', (request) => request.url().includes('/wechat/callback/')),
      context.waitForEvent('requestfailed', (request) => request.url().includes('/wechat/callback/')),
    ])
    await victim.page.locator('#go').click()
    await over
    // What the callback's page would do then: hand code and state over.
    await victim.page.waitForTimeout(700)
  }

  test.each(
    Object.entries(WAYS).flatMap(([way, make]) => [
      { way, make, beenHere: false },
      { way, make, beenHere: true },
    ]),
  )('by $way, to a victim who waits at a code of their own: $beenHere', async ({ make, beenHere }) => {
    const victim = await stage.desk()
    victim.quiet.expect(/status of 4\d\d|frame-ancestors|ERR_BLOCKED_BY_RESPONSE|net::ERR_FAILED|Failed to fetch/)
    if (beenHere) {
      const own = await stage.tab(victim)
      await own.open('/login')
      await own.frame.getByRole('img', { name: '登录二维码' }).waitFor()
    }
    const scan = await attackersReturn()
    const before = await stage.world().wechat.upstream()
    lure.show(make(scan.callback))
    await victim.page.goto(lure.url)
    await pressed(victim)
    expect(await stage.world().wechat.upstream()).toBe(before)
    expect(await signedIn(victim.page)).toBe(false)
  })

  test('leaves a victim signed in as who they were', async () => {
    const victim = await stage.desk()
    victim.quiet.expect(/status of 400/)
    const { pc } = await stage.world().signedIn('website', 'alice')
    const url = stage.world().publicUrl
    await victim.context.addCookies([...pc.browser.jar].map(([name, value]) => ({ name, value, url })))
    const before = await stage.world().wechat.upstream()
    const scan = await attackersReturn()
    lure.show(WAYS['a link'](scan.callback))
    await victim.page.goto(lure.url)
    await pressed(victim)
    expect(await stage.world().wechat.upstream()).toBe(before)
    await victim.open('/account')
    await victim.signedInAs('Alice 小林')
  })
})

describeInBrowser('An honest return from WeChat', () => {
  const stage = setStage({ known: ['alice'] })

  test('in a window that the login page’s browser opened beside it signs in', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login')
    const address = await desk.page.getByRole('link', { name: '在整个窗口打开' }).getAttribute('href')
    const opened = desk.page.waitForEvent('popup')
    await desk.page.evaluate((to) => void open(String(to), 'wechat', 'width=500,height=600'), address)
    const popup = await opened
    await phone.answerWechat(await desk.read(popup.getByRole('img', { name: '登录二维码' })), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
  })
})
