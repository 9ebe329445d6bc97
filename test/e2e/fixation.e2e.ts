// Login fixation: an attacker begins a login and has a victim finish it. What each side sees, in a real browser, where the
// cookies and frames are what they are.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { type Lure, openLure } from './lure.js'
import { setStage } from './stage.js'

describeInBrowser('Login fixation', () => {
  const stage = setStage()
  let lure: Lure
  beforeAll(async () => {
    lure = await openLure()
  })
  afterAll(() => lure.close())

  /** The attacker's browser shows the login page and begins a ticket, as anybody may. */
  async function attack(method: 'website' | 'relay'): Promise<{ attacker: Desk; begun: TicketBegun }> {
    const attacker = await stage.desk()
    const answered = attacker.page.waitForResponse((answer) => answer.request().method() === 'POST')
    await attacker.open(`/login?method=${method}`)
    const begun: TicketBegun = await (await answered).json()
    return { attacker, begun }
  }

  /** What the attacker has of it in the end: a code that still waits, and nobody's session. */
  async function nothingCame({ page }: Desk, { ticket }: TicketBegun): Promise<void> {
    const read: TicketRead = await (
      await page.request.get(`${stage.world().publicUrl}/api/tickets/${ticket.id}`)
    ).json()
    expect(read.ticket).toMatchObject({ status: 'pending', scannedBy: null })
    await nobodyIn(page)
  }

  async function nobodyIn(page: Desk['page']): Promise<void> {
    expect((await page.request.get(`${stage.world().publicUrl}/api/session`)).status()).toBe(401)
  }

  test.each([
    ['who has never been here', false],
    ['whose browser has a cookie of its own', true],
  ])('by WeChat’s link in the window of a victim %s: nothing is exchanged', async (_who, beenHere) => {
    const { wechat } = stage.world()
    const { attacker, begun } = await attack('website')
    const victim = await stage.desk()
    const phone = await stage.handset()
    const before = await wechat.upstream()
    victim.quiet.expect(/status of 400 .*\/wechat\/callback\/pc/)
    if (beenHere) {
      await victim.open('/login')
      await victim.frame.getByRole('img', { name: '登录二维码' }).waitFor()
    }

    await victim.page.goto(String(begun.redirectUrl))
    await phone.answerWechat(await victim.code(), 'alice', '允许')
    await victim.reads('登录链接无效')

    await nothingCame(attacker, begun)
    await nobodyIn(victim.page)
    expect(await wechat.upstream()).toBe(before)
    await victim.page.getByRole('link', { name: '重新开始' }).click()
    await victim.frame.getByRole('img', { name: '登录二维码' }).waitFor()
  })

  test('by WeChat’s page in a frame of the attacker’s: our callback does not even appear there', async () => {
    const { wechat } = stage.world()
    const { attacker, begun } = await attack('website')
    const victim = await stage.desk()
    const phone = await stage.handset()
    const before = await wechat.upstream()
    victim.quiet.expect(/frame-ancestors 'self'/)
    lure.show(`<iframe width="320" height="420" src="${begun.embedUrl}"></iframe>`)

    await victim.page.goto(lure.url)
    const wechatCode = victim.page.frameLocator('iframe').getByRole('img', { name: '登录二维码' })
    const code = await victim.read(wechatCode)
    const [refused] = await Promise.all([
      victim.page.waitForEvent('requestfailed', (request) => request.url().includes('/wechat/callback/pc')),
      phone.answerWechat(code, 'bob', '允许'),
    ])
    expect(refused.failure()?.errorText).toBe('net::ERR_BLOCKED_BY_RESPONSE')
    await wechatCode.waitFor({ state: 'detached' })

    await nothingCame(attacker, begun)
    await nobodyIn(victim.page)
    expect(await wechat.upstream()).toBe(before)
  })

  test('by the link that WeChat gave the attacker’s phone: the victim’s phone is refused before WeChat is asked', async () => {
    const { wechat } = stage.world()
    const { attacker, begun } = await attack('relay')
    const accomplice = await stage.handset()
    const victim = await stage.handset()
    const before = await wechat.upstream()
    victim.quiet.expect(/status of 400 .*\/wechat\/callback\/mp/)

    await accomplice.open(await attacker.code())
    await accomplice.reads('只需要知道是谁在使用这部手机')
    await victim.open(accomplice.page.url())
    await victim.isHeldBy('alice')
    await victim.reads('登录链接无效或不属于这个浏览器')

    await nothingCame(attacker, begun)
    await nobodyIn(victim.page)
    expect(await wechat.upstream()).toBe(before)
  })

  test('by the address of the question on another phone: whoever has not scanned is asked nothing', async () => {
    const { attacker, begun } = await attack('relay')
    const victim = await stage.handset()
    victim.quiet.expect(/status of 404 .*\/api\/confirmations\//)
    await victim.open(`${stage.world().publicUrl}/confirm/${begun.ticket.id}`)
    await victim.reads('没有可以确认的登录')
    await nothingCame(attacker, begun)
  })
})
