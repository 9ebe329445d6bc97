// What browsers and people do in the middle: lose the network, reload, go back, open two tabs, log out.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { countReads, layWire } from './channels.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

describeInBrowser('A browser', () => {
  const stage = setStage({ known: ['alice', 'bob'] })

  async function signIn(desk: Desk, path = '/login?method=relay'): Promise<void> {
    const phone = await stage.handset()
    await desk.open(path)
    await phone.scan(await desk.code(), 'alice')
    await phone.confirm(await desk.digits())
    await phone.reads('请看电脑屏幕')
  }

  test('that loses the network says so, and learns at once what it missed when the network is back', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const wire = await layWire(desk.context)
    desk.quiet.expect(/ERR_INTERNET_DISCONNECTED/)
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'alice')
    const digits = await desk.digits()
    await wire.cut()
    await desk.reads('网络中断，正在重新连接')
    await phone.confirm(digits)
    await phone.reads('请看电脑屏幕')
    await wire.mend()
    await desk.signedInAs('Alice 小林')
  })

  test('that is reloaded shows the same code, and after the scan the same digits', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    const code = await desk.code()
    await desk.page.reload()
    expect(await desk.code()).toBe(code)
    await phone.scan(code, 'bob')
    await desk.reads('Bob 老王 已扫码')
    const digits = await desk.digits()
    await desk.page.reload()
    await desk.reads('Bob 老王 已扫码')
    expect(await desk.digits()).toBe(digits)
    await phone.confirm(digits)
    await desk.signedInAs('Bob 老王')
  })

  test('that is reloaded at the very moment of the login ends signed in', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'bob')
    let meet = (): void => {}
    const met = new Promise<void>((resolve) => {
      meet = resolve
    })
    await desk.context.route(/\/redeem$/, () => meet(), { times: 1 })
    await phone.confirm(await desk.digits())
    await met
    await desk.page.reload()
    await desk.signedInAs('Bob 老王')
  })

  test('that goes back after the login does not meet a code again', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/healthz')
    await desk.open('/login')
    await phone.answerWechat(await desk.frameCode(), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
    await desk.page.goBack()
    await expect.poll(() => new URL(desk.page.url()).pathname).toMatch(/^\/(account|healthz)$/)
  })

  test('with two tabs shows two codes, and each tab is signed in by its own', async () => {
    const one = await stage.desk()
    const two = await stage.tab(one)
    const [first, second] = [await stage.handset(), await stage.handset()]
    await one.open('/login?method=relay')
    await two.open('/login?method=relay')
    const [codeOne, codeTwo] = [await one.code(), await two.code()]
    expect(codeOne).not.toBe(codeTwo)
    await second.scan(codeTwo, 'bob')
    await first.scan(codeOne, 'alice')
    await second.confirm(await two.digits())
    await two.signedInAs('Bob 老王')
    await one.reads('Alice 小林 已扫码')
    await first.confirm(await one.digits())
    await one.signedInAs('Alice 小林')
    await two.reads('登录已结束')
  })

  test('is told at once that its session was ended in another tab, and is led back to the login', async () => {
    const one = await stage.desk()
    const two = await stage.tab(one)
    await signIn(one)
    await one.signedInAs('Alice 小林')
    await two.open('/account')
    await two.signedInAs('Alice 小林')
    await two.page.getByRole('button', { name: '退出登录', exact: true }).click()
    await two.page.waitForURL(/\/login$/)
    await one.reads('登录已结束')
    await one.page.waitForURL(/\/login$/)
    await one.frame.getByRole('img', { name: '登录二维码' }).waitFor()
  })

  test('that is signed in already is not asked again, and asks the server for no code', async () => {
    const desk = await stage.desk()
    await signIn(desk)
    await desk.signedInAs('Alice 小林')
    const reads = countReads(desk.page)
    await desk.open('/')
    await desk.signedInAs('Alice 小林')
    expect(reads()).toBe(0)
  })

  test('that is signed in already and is to be led somewhere goes on at a press, or shows the code to somebody else', async () => {
    const desk = await stage.desk()
    await signIn(desk)
    await desk.signedInAs('Alice 小林')
    const orders = `/login?returnTo=${encodeURIComponent('/account?from=shop#orders')}`
    await desk.open(orders)
    await desk.reads('已登录：Alice 小林')
    await desk.page.getByRole('button', { name: '以此身份继续' }).click()
    await desk.page.waitForURL('**/account?from=shop#orders')
    await desk.open(orders)
    await desk.page.getByRole('button', { name: '换个账号登录' }).click()
    await desk.page.getByRole('button', { name: '安全核对' }).click()
    const phone = await stage.handset()
    await phone.scan(await desk.code(), 'bob')
    await phone.confirm(await desk.digits())
    await desk.page.waitForURL('**/account?from=shop#orders')
    await desk.reads('Bob 老王')
  })

  test('is led where it was asked to go after the login', async () => {
    const desk = await stage.desk()
    await signIn(desk, `/login?method=relay&returnTo=${encodeURIComponent('/account?from=shop#orders')}`)
    await desk.page.waitForURL('**/account?from=shop#orders')
  })

  test('that was asked to go to a foreign site is told so before there is a code', async () => {
    const desk = await stage.desk()
    desk.quiet.expect(/status of 400 .*\/api\/tickets$/)
    await desk.open(`/login?method=relay&returnTo=${encodeURIComponent('https://evil.example/')}`)
    await desk.reads('返回地址不在允许的范围内')
    await desk.page.getByRole('link', { name: '返回登录页' }).click()
    await desk.frame.getByRole('img', { name: '登录二维码' }).waitFor()
  })
})
