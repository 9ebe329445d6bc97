// `relay` from code to signed-in page: our own code, WeChat's browser on the phone, our question, the two digits.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { blockSockets, countReads } from './channels.js'
import { setStage } from './stage.js'

describeInBrowser('A login by our own code', () => {
  const stage = setStage()

  test('goes from the code to the signed-in page through the socket', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const reads = countReads(desk.page)
    await desk.open('/login')
    await desk.page.getByRole('button', { name: '安全核对' }).click()

    await phone.scan(await desk.code(), 'alice')
    await phone.reads('Chrome 142 · Windows')
    await phone.reads('Alice 小林')
    await desk.reads('Alice 小林 已扫码')
    await phone.confirm(await desk.digits())

    await phone.reads('请看电脑屏幕')
    await desk.signedInAs('Alice 小林')
    await desk.reads('安全核对')
    expect(reads()).toBe(0)
  })

  test('goes the same way by polling where sockets are blocked', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const reads = countReads(desk.page)
    await blockSockets(desk.context)
    await desk.open('/login?method=relay')

    await phone.scan(await desk.code(), 'bob')
    await desk.reads('Bob 老王 已扫码')
    await phone.confirm(await desk.digits())

    await phone.reads('请看电脑屏幕')
    await desk.signedInAs('Bob 老王')
    expect(reads()).toBeGreaterThan(1)
  })

  test('begins with one click on the simulated phone, and its digits are typed there', async () => {
    const desk = await stage.desk()
    await desk.open('/login?method=relay')
    const opened = desk.page.waitForEvent('popup')
    await desk.page.getByRole('button', { name: '用模拟手机扫码' }).click()
    const phone = stage.popup(await opened)

    await phone.choose('plain')
    await phone.consent()
    await phone.confirm(await desk.digits())
    await phone.reads('请看电脑屏幕')
    await desk.signedInAs('没有头像')
  })
})
