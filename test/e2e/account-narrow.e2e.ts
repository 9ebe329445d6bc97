// The account page on a narrow phone: nothing beside anything that has no room for it, and nothing cut.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

describeInBrowser('The account page at 360 × 640', () => {
  const stage = setStage()

  test('stacks the lines of each recent login, and shows the account’s id whole', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/')
    await phone.answerWechat(await desk.frameCode(), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
    await desk.page.setViewportSize({ width: 360, height: 640 })
    const entry = desk.page.locator('.logins li').first()
    await entry.waitFor()
    const boxes = await entry.evaluate((li) =>
      [...li.children].map((line) => ({
        top: line.getBoundingClientRect().top,
        end: line.getBoundingClientRect().bottom,
      })),
    )
    expect(boxes.length).toBe(3)
    for (const [at, box] of boxes.entries()) expect(box.top).toBeGreaterThanOrEqual(boxes[at - 1]?.end ?? 0)
    const id = desk.page.locator('.rows dd').first()
    expect(await id.textContent()).toMatch(/^acc_/)
    expect(await id.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true)
    expect(await desk.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  })
})
