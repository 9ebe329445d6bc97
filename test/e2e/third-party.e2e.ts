// Quiet pages: from opening the login to the account, on the PC and on the phone, nobody is asked for anything but we ourselves;
// only WeChat's own frame, and WeChat's own pages, ask WeChat.
import type { BrowserContext } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

describeInBrowser('No page of ours', () => {
  const stage = setStage()

  /** What pages of ours asked others for, but for going there. */
  function strangersOf(context: BrowserContext): readonly string[] {
    const ours = stage.world().publicUrl
    const asked: string[] = []
    context.on('request', (request) => {
      const url = request.url()
      const from = request.isNavigationRequest() ? null : new URL(request.frame().url()).origin
      if (from === ours && !url.startsWith(`${ours}/`) && !url.startsWith('data:')) asked.push(url)
    })
    return asked
  }

  test('asks anybody else for anything, from the code to the account with its pictures', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const asked = [strangersOf(desk.context), strangersOf(phone.context)]
    await desk.open('/login?method=website')
    await desk.frameCode()
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'alice')
    const pictures = [phone.page, desk.page].map((page) => page.locator('.avatar img'))
    for (const picture of pictures) {
      await picture.waitFor()
      expect(await picture.getAttribute('src')).toMatch(`${stage.world().publicUrl}/avatars/`)
      expect(await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBe(132)
    }
    await phone.confirm(await desk.digits())
    await desk.signedInAs('Alice 小林')
    await desk.page.locator('.me .avatar img').waitFor()
    expect(asked.flat()).toEqual([])
  })
})
