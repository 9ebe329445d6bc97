// The whole story, filmed: two windows of one person, each let in by the phone; one ends the other, which says so at once and
// shows its code again; then the account goes for good. The desktop program's is in desktop.e2e.ts.
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { startFilm } from './film.js'
import type { Handset } from './handset.js'
import { setStage } from './stage.js'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
const NAME = '林小满'

describeInBrowser('The whole story', () => {
  const stage = setStage()

  async function signIn(desk: Desk, phone: Handset, person: string): Promise<void> {
    await desk.open('/login?method=relay')
    const code = await desk.code()
    await phone.open(code)
    // The phone is asked who holds it the first time only.
    const chooser = phone.page.getByText(person, { exact: true }).first()
    const question = phone.page.getByRole('heading', { name: '您正在登录另一台设备' })
    await chooser.or(question).first().waitFor()
    if (!(await question.isVisible())) await phone.isHeldBy(person)
    await question.waitFor()
    await phone.consent()
    await desk.reads('已扫码')
    await phone.confirm(await desk.digits())
    await phone.reads('已确认')
    await desk.signedInAs(NAME)
  }

  test('login, devices, a logout seen live in the other window, and the account deleted', {
    timeout: 90_000,
  }, async () => {
    const person = await stage.world().wechat.newPerson({ nickname: NAME })
    const [pc, other, phone] = [await stage.desk(), await stage.desk({ userAgent: FIREFOX }), await stage.handset()]
    const film = startFilm('the-whole-story')
    await film.shoot(pc.page, 'pc')
    await film.shoot(other.page, 'other')
    await film.shoot(phone.page, 'phone')

    await signIn(pc, phone, NAME)
    await signIn(other, phone, NAME)

    await pc.open('/account')
    const devices = pc.page.getByRole('region', { name: '我的设备' }).getByRole('listitem')
    await devices.filter({ hasText: 'Firefox 130 · Linux' }).waitFor()
    expect(await devices.count()).toBe(2)
    await pc.page.getByRole('button', { name: '让 Firefox 130 · Linux 退出登录' }).click()
    await pc.page.getByRole('group').getByRole('button', { name: '退出登录' }).click()
    await other.reads('登录已结束')
    await other.page.waitForURL(/\/login$/)
    await other.frame.getByRole('img', { name: '登录二维码' }).waitFor()
    await expect.poll(() => devices.count()).toBe(1)

    await pc.page.getByRole('button', { name: '删除我的账号' }).click()
    await pc.page.getByLabel('我明白，删除后无法恢复').check()
    await pc.page.getByRole('button', { name: '永久删除' }).click()
    await pc.reads('账号已删除')
    await pc.page.getByRole('link', { name: '返回登录页' }).click()
    await pc.reads('微信扫码登录')

    const { frames, file } = await film.develop()
    expect(existsSync(file)).toBe(true)
    for (const window of ['pc', 'other', 'phone']) expect(frames[window]).toBeGreaterThan(3)
    expect(person).not.toBe('')
  })
})
