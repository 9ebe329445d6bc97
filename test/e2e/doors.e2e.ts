// One person through every door that the simulator has, in a browser and with a phone: one account, which shows them all.
import { expect, test } from 'vitest'
import type { OwnAccount, Redeemed } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { callAsProgram } from '../world/native-app.js'
import { newAttempt } from '../world/pc.js'
import type { World } from '../world.js'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

/** A program that shows WeChat's code and waits. */
async function desktopProgram(world: World) {
  const json = { method: 'sdk', client: 'native' }
  const begun = (await callAsProgram(world, '/api/tickets', { method: 'POST', json })).json<TicketBegun>()
  const headers = { authorization: `Ticket ${begun.secret}` }
  const address = `/api/tickets/${begun.ticket.id}`
  const read = async () => (await callAsProgram(world, address, { headers })).json<TicketRead>()
  return {
    code: (await read()).qr?.content ?? expect.fail('no code'),
    async account(): Promise<string> {
      await expect.poll(async () => (await read()).ticket.status, { timeout: 15_000 }).toBe('confirmed')
      const redeem = { method: 'POST', json: { attempt: newAttempt() }, headers }
      return (await callAsProgram(world, `${address}/redeem`, redeem)).json<Redeemed>().account.id
    },
  }
}

describeInBrowser('Every door into the same account', () => {
  const stage = setStage()

  test('website, relay, follow-to-login, a desktop program, inside WeChat, the menu, a mini program and an app', async () => {
    const person = await stage.world().wechat.newPerson({ nickname: '走遍各门' })
    const sim = stage.world().wechat.url
    const phone = await stage.handset()
    const site = stage.world().publicUrl

    // The PC, by WeChat's own code.
    const desk = await stage.desk()
    await desk.open('/login?method=website')
    await phone.answerWechat(await desk.frameCode(), '走遍各门', '允许')
    await desk.signedInAs('走遍各门')

    // Another PC, by our code.
    const second = await stage.desk()
    await second.open('/login?method=relay')
    await phone.open(await second.code())
    await phone.isHeldBy('走遍各门')
    await phone.consent()
    await phone.confirm(await second.digits())
    await second.signedInAs('走遍各门')

    // A third one, by following the account: its reply leads to our page.
    const third = await stage.desk()
    await third.open('/login?method=scene')
    await phone.open(await third.code())
    await phone.press('关注')
    await phone.page.getByRole('link', { name: '点击这里确认' }).click()
    await phone.reads('您正在登录另一台设备')
    await phone.confirm(await third.digits())
    await third.signedInAs('走遍各门')

    // A desktop program, by the code of the mobile app.
    const program = await desktopProgram(stage.world())
    await phone.answerWechat(program.code, '走遍各门', '允许')
    const byProgram = await program.account()

    // The account's menu, inside WeChat: silent.
    await phone.open(`${sim}/phone`)
    await phone.page.getByText('扫码演示公众号').first().click()
    await phone.page.getByRole('link', { name: '在本机登录', exact: true }).click()
    await phone.page.waitForURL(`${site}/account**`)
    await phone.page.getByRole('heading', { name: '走遍各门' }).waitFor()

    // The mini program and the app, which have sessions of their own.
    for (const [app, press] of [
      ['扫码演示小程序', []],
      ['扫码演示 App', ['允许']],
    ] as const) {
      await phone.open(`${sim}/phone`)
      await phone.page.getByText(app).first().click()
      await phone.press('微信登录')
      for (const button of press) await phone.press(button)
      await phone.reads('登录成功')
    }

    // And the PC that came first sees all of them.
    const { account, doors } = await desk.page.evaluate<OwnAccount>(
      "fetch('/api/account').then((answer) => answer.json())",
    )
    expect(account.nickname).toBe('走遍各门')
    expect(byProgram).toBe(account.id)
    expect(doors.map(({ app }) => app).toSorted()).toEqual(['app', 'mini', 'mp', 'pc'])
    await desk.page.reload()
    for (const kind of ['电脑网页', '公众号', '小程序']) await desk.reads(kind)
    expect(person).not.toBe('')
  }, 90_000)

  test('inside WeChat a stranger is asked after a press, and is where the link led', async () => {
    await stage.world().wechat.newPerson({ nickname: '新来的' })
    const phone = await stage.handset()
    await phone.open(`${stage.world().publicUrl}/login?returnTo=%2Faccount%3Ffrom%3Dlink`)
    await phone.isHeldBy('新来的')
    await phone.page.getByRole('link', { name: '微信登录' }).click()
    await phone.press('允许')
    await phone.page.waitForURL('**/account?from=link')
    await phone.page.getByRole('heading', { name: '新来的' }).waitFor()
  })

  test('who deletes the account is forgotten, and a new one when they come back', async () => {
    await stage.world().wechat.newPerson({ nickname: '要走的' })
    const desk = await stage.desk()
    const phone = await stage.handset()
    const come = async () => {
      await desk.open('/login?method=website')
      await phone.answerWechat(await desk.frameCode(), '要走的', '允许')
      await desk.signedInAs('要走的')
      return desk.page.evaluate<OwnAccount>("fetch('/api/account').then((answer) => answer.json())")
    }
    const before = await come()
    await desk.page.getByRole('button', { name: '删除我的账号' }).click()
    await desk.page.getByRole('checkbox').check()
    // The time to think is counted down on the button.
    await desk.page.getByRole('button', { name: '永久删除', exact: true }).click()
    await desk.reads(/已删除|已经删除/)
    const after = await come()
    expect(after.account.id).not.toBe(before.account.id)
  })
})
