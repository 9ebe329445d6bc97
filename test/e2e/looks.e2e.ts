// The same login in the other language and in the dark.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

describeInBrowser('A visitor', () => {
  const stage = setStage({ known: ['alice'] })

  test('whose browser speaks English reads English on every page', async () => {
    const desk = await stage.desk({ locale: 'en-GB' })
    const phone = await stage.handset({ locale: 'en-GB' })
    await desk.open('/login?method=relay')
    await desk.reads('Sign in with WeChat')
    expect(await desk.page.locator('html').getAttribute('lang')).toBe('en')
    await phone.open(await desk.read(desk.page.getByRole('img', { name: 'Login code' })))
    await phone.choose('bob')
    await phone.press('Continue')
    await phone.page.getByRole('link', { name: 'Continue' }).click()
    await phone.press('Allow')
    await desk.reads('Scanned by Bob 老王')
    const digits = await desk.page.getByRole('img', { name: /^Number to match/ }).getAttribute('aria-label')
    await phone.page.getByLabel('Type the two digits on the computer').fill(String(digits?.replace(/\D/g, '')))
    await phone.press('Confirm')
    await phone.reads('Look at your computer')
    await desk.page.getByRole('button', { name: 'Log out', exact: true }).waitFor()
    await desk.reads('Signed in as')
  })

  test('who switches to English finds English again, and can switch back', async () => {
    const desk = await stage.desk()
    await desk.open('/login')
    await desk.page.getByRole('button', { name: 'English' }).click()
    await desk.reads('Sign in with WeChat')
    await desk.page.reload()
    await desk.reads('Sign in with WeChat')
    await desk.page.getByRole('button', { name: '简体中文' }).click()
    await desk.reads('微信扫码登录')
  })

  test('who likes it dark gets dark pages, on which the code can still be read', async () => {
    const desk = await stage.desk({ colorScheme: 'dark' })
    const phone = await stage.handset({ colorScheme: 'dark' })
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'alice')
    for (const { page } of [desk, phone]) {
      const [background, ink] = await page.evaluate(() => {
        const { color } = getComputedStyle(document.body)
        return [getComputedStyle(document.documentElement).backgroundColor, color]
      })
      expect(brightness(ink)).toBeGreaterThan(150)
      expect(brightness(background)).toBeLessThan(80)
    }
    await phone.confirm(await desk.digits())
    await desk.signedInAs('Alice 小林')
  })

  test('who likes it dark can read what WeChat writes in its frame, which lies on white', async () => {
    const desk = await stage.desk({ colorScheme: 'dark' })
    await desk.open('/login')
    const status = desk.frame.getByRole('status')
    await status.waitFor()
    expect(brightness(await status.evaluate((element) => getComputedStyle(element).color))).toBeLessThan(120)
  })
})

/** Of a computed `rgb(…)`, from 0 to 255. */
function brightness(color: string | undefined): number {
  const [red = 0, green = 0, blue = 0] = (color?.match(/[\d.]+/g) ?? []).map(Number)
  return (red + green + blue) / 3
}
