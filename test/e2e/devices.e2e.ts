// My devices, in two browsers of one person: what each sees of the other, and ends.
import { expect, test } from 'vitest'
import { logInByApp } from '../world/native-app.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'

describeInBrowser('A person with two browsers and an app', () => {
  const stage = setStage()

  async function signIn(desk: Desk, person: string): Promise<void> {
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    await phone.open(await desk.code())
    await phone.isHeldBy(person)
    if (await phone.page.getByRole('link', { name: '继续' }).isVisible()) await phone.consent()
    await phone.confirm(await desk.digits())
    await desk.signedInAs(person)
  }
  const listed = (desk: Desk) => desk.page.getByRole('region', { name: '我的设备' }).getByRole('listitem')
  const named = (desk: Desk, name: string) => listed(desk).filter({ hasText: name })

  async function threeDevices(nickname: string) {
    const world = stage.world()
    const person = await world.wechat.newPerson({ nickname })
    await world.signedIn('relay', person)
    const app = await logInByApp(world, person)
    const chrome = await stage.desk()
    const firefox = await stage.desk({ userAgent: FIREFOX })
    for (const desk of [chrome, firefox]) await signIn(desk, nickname)
    return { app, chrome, firefox }
  }

  test('sees them all, ends the other browser, and that one says so at once and leads to the login', async () => {
    const { chrome, firefox } = await threeDevices('多端一')
    await chrome.open('/account')
    await named(chrome, 'Firefox 130 · Linux').waitFor()
    expect(await listed(chrome).count()).toBe(4)
    expect(await named(chrome, '本机').innerText()).toMatch(/Chrome 142 · Windows 10\/11[\s\S]*安全核对 · 刚刚登录/)
    expect(await named(chrome, 'Firefox').innerText()).toMatch(/127\.0\.0\.1[\s\S]*刚刚使用/)
    await chrome.page.getByRole('button', { name: '让 Firefox 130 · Linux 退出登录' }).click()
    await chrome.page.getByRole('group').getByRole('button', { name: '取消' }).click()
    expect(await listed(chrome).count()).toBe(4)
    await chrome.page.getByRole('button', { name: '让 Firefox 130 · Linux 退出登录' }).click()
    await chrome.page.getByRole('group').getByRole('button', { name: '退出登录' }).click()
    await named(chrome, 'Firefox').waitFor({ state: 'detached' })
    await firefox.reads('登录已结束')
    await firefox.page.waitForURL(/\/login$/)
    await firefox.frame.getByRole('img', { name: '登录二维码' }).waitFor()
    await chrome.signedInAs('多端一')
  })

  test('ends all others with one question, the app too, and stays', async () => {
    const { app, chrome, firefox } = await threeDevices('多端二')
    await firefox.open('/account')
    await firefox.page.getByRole('button', { name: '退出其他所有设备' }).click()
    await firefox.page.getByRole('group').getByRole('button', { name: '退出登录' }).click()
    await chrome.reads('登录已结束')
    await expect.poll(() => listed(firefox).count()).toBe(1)
    expect(await firefox.page.getByRole('button', { name: '退出其他所有设备' }).count()).toBe(0)
    expect((await app.get('/api/session')).status).toBe(401)
    await firefox.page.reload()
    await firefox.signedInAs('多端二')
    expect(await listed(firefox).count()).toBe(1)
  })
})
