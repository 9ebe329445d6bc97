// Codes and questions that run out of time.

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SILENT_RENEWALS } from '#shared/ticket.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

describeInBrowser('A code that runs out of time', () => {
  const stage = setStage({ known: ['alice', 'bob'] })

  /** Minutes pass for the server and for the page's own timers. */
  async function pass({ page }: { page: Page }, ms: number): Promise<void> {
    stage.world().advance(ms)
    await page.clock.fastForward(ms)
  }

  /** Waits until another code than `old` is shown. */
  async function nextCode(desk: Desk, old: string): Promise<string> {
    await expect.poll(() => desk.code().catch(() => old), { timeout: 10_000 }).not.toBe(old)
    return desk.code()
  }

  test('is renewed silently five times, and then waits for a click', async () => {
    const desk = await stage.desk()
    await desk.page.clock.install()
    await desk.open('/login?method=relay')
    let code = await desk.code()
    for (let renewal = 0; renewal < SILENT_RENEWALS; renewal += 1) {
      await desk.reads('后自动更新')
      await pass(desk, 91_000)
      code = await nextCode(desk, code)
    }
    await desk.reads('后自动更新')
    await pass(desk, 91_000)
    await desk.reads('二维码已暂停更新')
    await desk.page.getByRole('button', { name: '点击刷新' }).click()
    const phone = await stage.handset()
    await phone.scan(await nextCode(desk, code), 'alice')
    await phone.confirm(await desk.digits())
    await desk.signedInAs('Alice 小林')
  })

  test('says so to the phone that comes too late', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    phone.quiet.expect(/status of 410 .*\/t\//)
    await desk.open('/login?method=relay')
    const old = await desk.code()
    stage.world().advance(91_000)
    await phone.open(old)
    await phone.reads('二维码已过期')
    await nextCode(desk, old)
  })

  test('says so to the phone that was asked and did not answer, and to the computer', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await phone.page.clock.install()
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'bob')
    await pass(phone, 121_000)
    await desk.reads('登录已超时')
    await phone.reads('已过期')
  })
})
