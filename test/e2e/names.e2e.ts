// Nicknames that do things to software, on every page of ours that shows one.

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

const PEOPLE: readonly (readonly [person: string, shown: string])[] = [
  ['html', '<b>Bobby</b><script>alert(1)</script>&amp;"\''],
  ['rtl', 'مرحبا ليلى'],
  ['control', 'Bell and tab'],
  ['long', '很长很长的名字很长很长的名字'],
  ['emoji', '🌸👨‍👩‍👧‍👦🇨🇳'],
]

describeInBrowser('A nickname', () => {
  const stage = setStage({ known: PEOPLE.map(([person]) => person) })

  /** Shown as text: no markup of its own, no control or bidi mark, and nothing sticks out of the page. */
  async function isHarmless(page: Page, shown: string): Promise<void> {
    const found = page.getByText(shown).first()
    await found.waitFor()
    expect(await page.locator('b, script:not([src])').count()).toBe(0)
    expect(await found.textContent()).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
    const [sticksOut, turned] = await found.evaluate((element) => [
      document.documentElement.scrollWidth > document.documentElement.clientWidth,
      getComputedStyle(document.body).direction !== 'ltr' || element.closest('bdi') === null,
    ])
    expect({ sticksOut, turned }).toEqual({ sticksOut: false, turned: false })
  }

  test.each(PEOPLE)('%s is shown as text on the computer, the phone and the account page', async (person, shown) => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const alerts: string[] = []
    for (const { context } of [desk, phone]) context.on('dialog', (dialog) => void alerts.push(dialog.message()))
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), person)
    await isHarmless(phone.page, shown)
    await isHarmless(desk.page, shown)
    await phone.confirm(await desk.digits())
    await desk.page.waitForURL(/\/account$/)
    await desk.page.getByRole('button', { name: '退出登录', exact: true }).waitFor()
    await isHarmless(desk.page, shown)
    expect(alerts).toEqual([])
  })
})
