// The site's agreement as people meet it: an empty box before the code, on the phone, and inside WeChat.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { rows } from '../world/database.js'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

const VERSION = '2026-11-01'
const BOX = /我已阅读并同意/

describeInBrowser('The site’s agreement', () => {
  const stage = setStage({
    config: (config) => ({
      ...config,
      site: { ...config.site, agreementUrl: '/terms', privacyUrl: '/privacy', agreementVersion: VERSION },
    }),
  })
  const kept = async (method: string) =>
    rows(stage.world().file, `SELECT version FROM consents WHERE method = '${method}' AND version = '${VERSION}'`)
  const box = (page: Page) => page.getByRole('checkbox', { name: BOX })

  test('website: WeChat’s page is not even loaded before the tick; afterwards the login goes on as always', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    const asked: string[] = []
    desk.page.on('request', (request) => void asked.push(new URL(request.url()).origin))
    await desk.open('/')
    await box(desk.page).waitFor()
    expect(await box(desk.page).isChecked()).toBe(false)
    expect(await desk.page.locator('iframe').count()).toBe(0)
    expect(asked).not.toContain(stage.world().wechat.url)
    await box(desk.page).check()
    await phone.answerWechat(await desk.frameCode(), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
    expect(await kept('website')).toHaveLength(1)
  })

  test('the next person at the same browser sees the code at once, and is asked for themselves', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/')
    await box(desk.page).check()
    await phone.answerWechat(await desk.frameCode(), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
    await desk.page.getByRole('button', { name: '退出登录', exact: true }).click()
    desk.quiet.expect(/status of 409 .*redeem/)
    const other = await stage.handset()
    await other.answerWechat(await desk.frameCode(), 'bob', '允许')
    await desk.reads('登录前，请先阅读')
    expect(await box(desk.page).isChecked()).toBe(false)
    const enter = desk.page.getByRole('button', { name: '同意并登录' })
    expect(await enter.isDisabled()).toBe(true)
    await box(desk.page).check()
    await enter.click()
    await desk.signedInAs('Bob 老王')
  })

  test('website in the whole window: what was ticked before counts when WeChat leads back', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/')
    await box(desk.page).check()
    await desk.page.getByRole('link', { name: '在整个窗口打开' }).click()
    await phone.answerWechat(await desk.code(), 'alice', '允许')
    await desk.signedInAs('Alice 小林')
    expect(await kept('website')).not.toHaveLength(0)
  })

  test('relay: the phone asks; until it is ticked nothing can be confirmed', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'emoji')
    await phone.page.getByLabel('输入电脑上显示的两位数字').fill(await desk.digits())
    const confirm = phone.page.getByRole('button', { name: '确认登录' })
    expect([await box(phone.page).isChecked(), await confirm.isDisabled()]).toEqual([false, true])
    await box(phone.page).check()
    await confirm.click()
    await desk.page.waitForURL(/\/account$/)
    expect(await kept('relay')).toHaveLength(1)
  })

  test('inside WeChat: the page asks once WeChat has said who it is, and then leads on', async () => {
    const phone = await stage.handset()
    phone.quiet.expect(/status of 409 .*redeem/)
    await phone.open(`${stage.world().publicUrl}/wechat/login/mp?scope=snsapi_userinfo&returnTo=%2Faccount`)
    await phone.choose('html')
    await phone.press('允许')
    await phone.reads('登录前，请先阅读')
    await box(phone.page).check()
    await phone.press('同意并登录')
    await phone.page.waitForURL(/\/account$/)
    expect(await kept('official')).toHaveLength(1)
  })
})
