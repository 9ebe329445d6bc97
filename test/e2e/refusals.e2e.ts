// How a login does not happen: what the computer and the phone say, and the way on.
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

describeInBrowser('A login that is refused', () => {
  const stage = setStage({ known: ['alice', 'bob'] })

  test('on our page: both sides say so, and the computer offers a new code', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    const first = await desk.code()
    await phone.scan(first, 'alice')
    await phone.press('拒绝')

    await phone.reads('已拒绝')
    await desk.reads('登录已被拒绝')
    await desk.reads('手机上选择了“拒绝”')
    await desk.page.getByRole('button', { name: '重新扫码' }).click()
    expect(await desk.code()).not.toBe(first)
  })

  test('at WeChat’s consent, which tells us: the computer says so', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await stage.world().wechat.fault({ path: '/connect/oauth2/authorize', kind: 'refusal', refusal: 'authdeny' })
    await desk.open('/login?method=relay')
    await phone.arrive(await desk.code(), 'refuser')
    await phone.page.getByRole('link', { name: '继续' }).click()
    await phone.press('允许')
    await phone.reads('已拒绝')
    await desk.reads('登录已被拒绝')
  })

  test('at WeChat’s consent, which tells nobody: the computer waits as long as a scanned code lives, then says so', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    await desk.open('/login?method=relay')
    await phone.arrive(await desk.code(), 'refuser')
    await phone.page.getByRole('link', { name: '继续' }).click()
    await phone.press('允许')
    await phone.reads('网站没有得到昵称和头像')
    await desk.reads('请在手机上输入这两位数字')
    stage.world().advance(121_000)
    await desk.reads('登录已超时')
  })

  test.each(['state_only', 'authdeny'])(
    'in WeChat’s own code, by a client that tells us (%s): the computer says so',
    async (refusal) => {
      const desk = await stage.desk()
      const refuser = await stage.handset()
      const before = await stage.world().wechat.upstream()
      await stage.world().wechat.fault({ path: '/connect/qrconnect', kind: 'refusal', refusal })
      await desk.open('/login')
      await refuser.answerWechat(await desk.frameCode(), 'refuser', '允许')
      await desk.reads('登录已被拒绝')
      expect(await stage.world().wechat.upstream()).toBe(before)
    },
  )

  test('in WeChat’s own code: the frame says so, and the same code may be scanned again by somebody who allows', async () => {
    const desk = await stage.desk()
    const [refuser, other] = [await stage.handset(), await stage.handset()]
    await desk.open('/login')
    const code = await desk.frameCode()
    await refuser.answerWechat(code, 'refuser', '允许')
    await refuser.reads('已拒绝')
    await desk.frame.getByText('你在手机上取消了这次登录').waitFor()
    await other.answerWechat(code, 'bob', '允许')
    await desk.signedInAs('Bob 老王')
  })

  test('by three wrong numbers: the phone counts down, and both sides say that it is over', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset()
    phone.quiet.expect(/status of (422|409) .*\/api\/confirmations\//)
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), 'bob')
    const wrong = String((Number(await desk.digits()) + 1) % 100).padStart(2, '0')
    await phone.confirm(wrong)
    await phone.reads('还可以再试 2 次')
    await phone.confirm(wrong)
    await phone.reads('还可以再试 1 次')
    await phone.confirm(wrong)
    await phone.reads('数字输错的次数太多')
    await desk.reads('手机上连续三次输入了错误的数字')
  })

  test('to a second phone: it is told, and the first one goes on', async () => {
    const desk = await stage.desk()
    const [first, second] = [await stage.handset(), await stage.handset()]
    second.quiet.expect(/status of 409 .*\/t\//)
    await desk.open('/login?method=relay')
    const code = await desk.code()
    await first.scan(code, 'alice')
    await second.open(code)
    await second.reads('已被另一部手机扫描')
    await first.confirm(await desk.digits())
    await desk.signedInAs('Alice 小林')
  })

  test('to a phone outside WeChat: it is told what to do, and in the simulation led to the simulated phone', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset({
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1',
    })
    phone.quiet.expect(/status of 400 .*\/t\//)
    await desk.open('/login?method=relay')
    await phone.open(await desk.code())
    await phone.reads('请用微信打开')
    await phone.page.getByRole('link', { name: '用模拟手机打开' }).click()
    await phone.choose('alice')
    await phone.consent()
    await phone.confirm(await desk.digits())
    await desk.signedInAs('Alice 小林')
  })

  test('to WeCom: it is told to use WeChat', async () => {
    const desk = await stage.desk()
    const phone = await stage.handset({ userAgent: 'Mozilla/5.0 (iPhone) MicroMessenger/7.0.1 wxwork/4.1.30' })
    phone.quiet.expect(/status of 400 .*\/t\//)
    await desk.open('/login?method=relay')
    await phone.open(await desk.code())
    await phone.reads('请改用微信')
  })
})
