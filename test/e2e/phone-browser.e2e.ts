// A phone's own browser, outside WeChat: told what to do, given the code as a picture for its album.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

describeInBrowser('A phone’s own browser', () => {
  const stage = setStage({ known: ['alice'] })
  const browser = () =>
    stage.desk({ userAgent: SAFARI, viewport: { width: 375, height: 667 }, isMobile: true, hasTouch: true })

  test('says what to do, saves a picture whose code WeChat can read, and is signed in when the person is back', async () => {
    const desk = await browser()
    const wechat = await stage.handset()
    await desk.open('/login?returnTo=%2Faccount%3Ffrom%3Dphone')
    await desk.reads('用这部手机登录')
    await desk.reads('打开微信“扫一扫”，从相册选这张图片')
    const [download] = await Promise.all([
      desk.page.waitForEvent('download'),
      desk.page.getByRole('button', { name: '保存图片' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('登录二维码.png')
    await desk.reads(/已保存，请在 \d:\d\d 内用微信扫这张图片/)
    const code = await readPicture(await desk.context.newPage(), await readFile(await download.path()), desk.read)
    expect(code).toBe(await desk.code())
    await wechat.open(code)
    await wechat.isHeldBy('alice')
    await wechat.reads('您正在登录另一个浏览器')
    await wechat.page.getByLabel('输入那个浏览器里显示的两位数字').fill(await desk.digits())
    await wechat.press('确认登录')
    await wechat.reads('请回到刚才的浏览器')
    await desk.page.waitForURL('**/account?from=phone')
    await desk.page.getByRole('heading', { name: 'Alice 小林' }).waitFor()
  })

  test('gives the link that signs in inside WeChat, where nothing has to be scanned', async () => {
    const desk = await browser()
    await desk.open('/login?returnTo=%2Faccount%3Ffrom%3Dphone')
    const link = await desk.page.getByLabel('本页的链接').inputValue()
    const wechat = await stage.handset()
    await wechat.open(link)
    await wechat.isHeldBy('alice')
    await wechat.page.waitForURL('**/account?from=phone')
    await wechat.page.getByRole('heading', { name: 'Alice 小林' }).waitFor()
  })
})

/** The code in a picture, as the phone's album shows it. */
async function readPicture(page: Page, png: Buffer, read: (shown: ReturnType<Page['locator']>) => Promise<string>) {
  await page.setContent(`<img alt="" style="width: 300px" src="data:image/png;base64,${png.toString('base64')}">`)
  await page.waitForFunction(() => document.images[0]?.complete)
  return read(page.locator('img'))
}
