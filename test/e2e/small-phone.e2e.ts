// The question on the smallest phone still in use: whatever one decides by is on the screen at once, and refusing is what
// happens to whoever does not look.
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { TicketBegun } from '#shared/ticket.js'
import { describeInBrowser } from './browser.js'
import type { Handset } from './handset.js'
import { setStage } from './stage.js'

const SCREEN = { width: 360, height: 640 }
const SITE = '浦江示例科技股份有限公司员工服务平台'
const ADDRESS = '2001:db8:85a3:8d3:1319:8a2e:370:7348'
/** The contract has a place beside the address; the server in the test does not know any. */
const PLACE = '中国 · 内蒙古自治区 · 呼和浩特市'

const WORDS = {
  'zh-CN': {
    refuse: '拒绝',
    confirm: '确认登录',
    goOn: '继续',
    age: /^2\d秒钟?前$/,
    warning: '如果不是您本人打开的页面，请拒绝。',
  },
  'en-GB': {
    refuse: 'Refuse',
    confirm: 'Confirm',
    goOn: 'Continue',
    age: /^2\d seconds ago$/,
    warning: /^If you did not open/,
  },
} as const

describeInBrowser(`The question at ${SCREEN.width} × ${SCREEN.height}`, () => {
  const stage = setStage({
    known: ['long'],
    config: (config) => ({ ...config, trustedProxies: 1, rateLimits: null, site: { ...config.site, name: SITE } }),
  })

  /** A code begun 20 s ago somewhere far away, scanned by `person`, and the question about it. */
  async function asked(person: string, phone: Handset): Promise<void> {
    const world = stage.world()
    const pc = world.pc()
    const headers = { 'x-forwarded-for': ADDRESS }
    const begun = await pc.browser.post('/api/tickets', { method: 'relay' }, { headers })
    const { id } = begun.json<TicketBegun>().ticket
    await pc.browser.get(`/api/tickets/${id}`, { headers })
    world.advance(20_000)
    const scanner = world.phone(person)
    await scanner.open(id)
    const jar = [...scanner.browser.jar].map(([name, value]) => ({ name, value, url: world.publicUrl }))
    await phone.context.addCookies(jar)
    await phone.context.route(/\/api\/confirmations\//, async (route) => {
      const answer = await route.fetch()
      const question = await answer.json()
      await route.fulfill({ response: answer, json: { ...question, device: { ...question.device, place: PLACE } } })
    })
    await phone.open(`${world.publicUrl}/confirm/${id}`)
  }

  const looks = (['zh-CN', 'en-GB'] as const).flatMap((locale) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      (['number', 'consent'] as const).map((step) => ({ locale, colorScheme, step })),
    ),
  )

  test.each(looks)(
    'shows all of it and both answers without scrolling ($locale, $colorScheme, $step)',
    async (look) => {
      const { locale, colorScheme, step } = look
      const phone = await stage.handset({ viewport: SCREEN, locale, colorScheme })
      const words = WORDS[locale]
      const stranger = () => stage.world().wechat.newPerson({ nickname: '还没来过' })
      await asked(step === 'number' ? 'long' : await stranger(), phone)
      const { page } = phone
      const refuse = page.getByRole('button', { name: words.refuse, exact: true })
      const agree =
        step === 'number'
          ? page.getByRole('button', { name: words.confirm, exact: true })
          : page.getByRole('link', { name: words.goOn, exact: true })
      await refuse.waitFor()

      const facts = [SITE, 'Chrome 126 · Windows 10/11', PLACE, ADDRESS, words.age, words.warning]
      for (const fact of facts) expect(await seen(page.getByText(fact).first())).toEqual(PLAINLY)
      for (const button of [refuse, agree]) expect(await seen(button)).toMatchObject({ inside: true, onTop: true })
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(SCREEN.height)
      expect(await refuse.evaluate((button) => document.activeElement === button)).toBe(true)
      const [no, yes] = await Promise.all([refuse.boundingBox(), agree.boundingBox()])
      expect(no?.width).toBeGreaterThanOrEqual((yes?.width ?? 0) - 1)
      expect(no?.height).toBe(yes?.height)
    },
  )

  test('refuses for whoever presses Enter without reading, and the computer knows within a second', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset({ viewport: SCREEN })
    await desk.open('/login?method=relay')
    await phone.arrive(await desk.code(), await stage.world().wechat.newPerson({ nickname: '没看就按' }))
    await desk.page.evaluate(() => {
      new MutationObserver((_, self) => {
        if (!document.body.textContent?.includes('登录已被拒绝')) return
        self.disconnect()
        document.body.dataset.at = String(Date.now())
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await phone.page.evaluate(() => {
      document.addEventListener('keydown', () => {
        document.body.dataset.at = String(Date.now())
      })
    })
    await phone.page.keyboard.press('Enter')
    await phone.reads('已拒绝')
    await desk.reads('登录已被拒绝')
    const at = (page: Page) => page.evaluate(() => Number(document.body.dataset.at))
    expect((await at(desk.page)) - (await at(phone.page))).toBeLessThanOrEqual(1_000)
  })
})

const PLAINLY = { inside: true, onTop: true, readable: true }

/** Whether all of an element is on the screen, nothing lies over it, and its ink stands out from its ground (WCAG AA). */
function seen(shown: Locator): Promise<{ inside: boolean; onTop: boolean; readable: boolean }> {
  return shown.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && right > left && bottom > top
    const spots = [0.1, 0.5, 0.9].map((part) => [left + (right - left) * part, (top + bottom) / 2] as const)
    const onTop = spots.every(([x, y]) => {
      const there = document.elementFromPoint(x, y)
      return there !== null && (element.contains(there) || there.contains(element))
    })
    const parts = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const light = (color: string) => {
      const [r = 0, g = 0, b = 0] = parts(color)
        .slice(0, 3)
        .map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const grounds = (of: Element) => {
      const { backgroundColor, backgroundImage } = getComputedStyle(of)
      if ((parts(backgroundColor)[3] ?? 1) > 0) return [backgroundColor]
      return backgroundImage.match(/rgba?\([^)]*\)/g) ?? []
    }
    let under: Element | null = element
    while (under && grounds(under).length === 0) under = under.parentElement
    const ink = light(getComputedStyle(element).color)
    const contrasts = (under ? grounds(under) : ['rgb(255 255 255)']).map(light).map((paper) => {
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
    })
    return { inside, onTop, readable: Math.min(...contrasts) >= 4.5 }
  })
}
