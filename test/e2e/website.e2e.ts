// `website` from code to signed-in page: WeChat's own code in a frame of our page, or in the whole window.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { blockSockets, countReads } from './channels.js'
import { setStage } from './stage.js'

describeInBrowser('A login by WeChat’s own code', () => {
  const stage = setStage()

  test('goes from the code in the frame to the signed-in page through the socket', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const reads = countReads(desk.page)
    await desk.open('/')
    await phone.answerWechat(await desk.frameCode(), 'alice', '允许')
    await phone.reads('请看电脑')
    await desk.signedInAs('Alice 小林')
    expect(reads()).toBe(0)
  })

  test('goes the same way by polling where sockets are blocked', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const reads = countReads(desk.page)
    await blockSockets(desk.context)
    await desk.open('/')
    await phone.answerWechat(await desk.frameCode(), 'bob', '允许')
    await desk.signedInAs('Bob 老王')
    expect(reads()).toBeGreaterThan(0)
  })

  test('goes through the whole window for a browser that shows no frame', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/')
    await desk.page.getByRole('link', { name: '在整个窗口打开' }).click()
    await desk.page.waitForURL(/\/connect\/qrconnect/)
    await phone.answerWechat(await desk.code(), 'solo', '允许')
    await desk.signedInAs('独行侠')
  })

  test('begins with one click on the simulated phone', async () => {
    const desk = await stage.desk()
    await desk.open('/')
    const opened = desk.page.waitForEvent('popup')
    await desk.frame.getByRole('link', { name: '用模拟手机扫码' }).click()
    const phone = stage.popup(await opened)
    await phone.choose('plain')
    await phone.press('允许')
    await desk.signedInAs('没有头像')
  })
})
