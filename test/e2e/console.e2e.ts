// An operator's day at the console: becoming one, finding somebody, ending their session, taking a merge back, watching the numbers.
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { newCode, newOperator } from '../world/console.js'
import { enterBy } from '../world/enter.js'
import type { Pc } from '../world/pc.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

const SECTIONS = ['总览', '账号', '微信应用', '后台任务', '操作记录', '管理员', '配置']

describeInBrowser('An operator', () => {
  const stage = setStage()

  /** A window that is signed in as `pc` is. */
  async function windowOf(pc: Pc, width = 1280): Promise<Desk> {
    const desk = await stage.desk({ viewport: { width, height: 800 } })
    const url = stage.world().publicUrl
    await desk.context.addCookies([...pc.browser.jar].map(([name, value]) => ({ name, value, url })))
    return desk
  }
  const go = (page: Page, section: string) => page.getByRole('link', { name: section, exact: true }).click()
  const sure = (page: Page) => page.getByRole('group').getByRole('button', { name: '确定' }).click()

  async function atConsole(width?: number): Promise<Desk> {
    const { pc } = await newOperator(stage.world())
    const desk = await windowOf(pc, width)
    await desk.open('/admin')
    await desk.page.getByRole('heading', { name: '总览' }).waitFor()
    return desk
  }
  async function open(page: Page, nickname: string): Promise<void> {
    await go(page, '账号')
    await page.getByRole('searchbox', { name: '查找账号' }).fill(nickname)
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: '账号' }).getByRole('button', { name: nickname }).first().click()
    await page.getByRole('heading', { name: nickname }).waitFor()
  }

  test('becomes one by the code, though it is mistyped first; a stranger finds no such page', async () => {
    const world = stage.world()
    const { pc } = await world.signedIn('website', await world.wechat.newPerson({ nickname: '奥尔加' }))
    const desk = await windowOf(pc)
    desk.quiet.expect(/status of 404 .*\/admin$/)
    desk.quiet.expect(/status of 404 .*\/claim$/)
    await desk.open('/admin')
    await desk.reads('没有这个页面')
    const { code } = await newCode(world)
    await desk.open('/admin')
    await desk.reads('当前账号：奥尔加')
    await desk.page.getByLabel('一次性口令').fill('AAAAA-BBBBB')
    await desk.page.getByRole('button', { name: '确认' }).click()
    await desk.reads('这个口令不对')
    await desk.page.getByLabel('一次性口令').fill(code.toLowerCase())
    await desk.page.keyboard.press('Enter')
    await desk.page.getByRole('heading', { name: '总览' }).waitFor()
    await go(desk.page, '管理员')
    await desk.page.getByRole('listitem').filter({ hasText: '奥尔加' }).getByText('你', { exact: true }).waitFor()
  })

  test('finds somebody by the beginning of their name and ends their session, which their page says at once', async () => {
    const world = stage.world()
    const { pc } = await world.signedIn('website', await world.wechat.newPerson({ nickname: '王小明' }))
    const his = await windowOf(pc)
    await his.open('/account')
    await his.page.getByRole('heading', { name: '王小明' }).waitFor()
    const { page } = await atConsole()
    await open(page, '王小')
    expect(page.url()).toMatch(/#accounts\/acc_/)
    await page.getByRole('button', { name: '结束会话', exact: true }).click()
    await page.getByRole('group').getByRole('button', { name: '取消' }).click()
    await page.getByRole('button', { name: '结束会话', exact: true }).click()
    await sure(page)
    await page.getByText('已完成：结束了 1 个会话').waitFor()
    await page.getByText('没有登录中的会话').waitFor()
    await his.reads('登录已结束')
    await page.getByRole('cell', { name: '结束会话' }).waitFor()
    await page.goBack()
    await page.getByRole('searchbox').waitFor()
  })

  test('takes a merge back, and lets the two meet again', async () => {
    const world = stage.world()
    const someone = await world.wechat.newPerson({ noUnionid: true, nickname: '合并人' })
    await world.signedIn('website', someone)
    await world.signedIn('relay', someone)
    await world.wechat.putPerson(someone, { noUnionid: false })
    await world.signedIn('relay', someone)
    await world.signedIn('website', someone)
    const { page } = await atConsole()
    await open(page, '合并人')
    const merges = page.getByRole('region', { name: '合并记录' })
    await merges.getByRole('button', { name: '撤销合并' }).click()
    await sure(page)
    await merges.getByText('两个账号保持分开').waitFor()
    await merges.getByRole('button', { name: '允许再次合并' }).click()
    await sure(page)
    await merges.getByText('已允许再次合并').waitFor()
  })

  test('sees the numbers move', async () => {
    const world = stage.world()
    const { page } = await atConsole()
    const logins = page.getByRole('img', { name: /^每分钟登录数/ })
    await logins.waitFor()
    const drawn = async () => (await logins.locator('canvas').screenshot()).toString('base64')
    const before = await drawn()
    expect(await logins.getAttribute('aria-label')).not.toContain('小程序')
    await enterBy(world, 'mini-program', await world.wechat.newPerson())
    await expect.poll(() => logins.getAttribute('aria-label'), { timeout: 20_000 }).toContain('小程序 1')
    await expect.poll(drawn).not.toBe(before)
    const refused = page.getByRole('figure').filter({ hasText: '每分钟拒绝的请求' }).getByRole('listitem')
    await world.pc().session()
    await refused.filter({ hasText: 'signed_out' }).waitFor()
  })

  test('loses the role to another operator, and the page says so by itself', async () => {
    const world = stage.world()
    const eve = await newOperator(world, await world.wechat.newPerson({ nickname: '伊芙' }))
    const hers = await windowOf(eve.pc)
    hers.quiet.expect(/status of 404 .*\/api\/admin\//)
    await hers.open('/admin#jobs')
    await hers.page.getByRole('heading', { name: '后台任务' }).waitFor()
    const { page } = await atConsole()
    await open(page, '伊芙')
    await page.getByRole('button', { name: '取消管理员' }).click()
    await sure(page)
    await page.getByRole('button', { name: '设为管理员' }).waitFor()
    await hers.reads('没有这个页面')
  })

  test('begins work and sees it done; reads apps, history, configuration', async () => {
    const { page } = await atConsole()
    await go(page, '后台任务')
    await page.getByRole('button', { name: '开始: 清理过期数据' }).click()
    await sure(page)
    await page.getByText('已完成', { exact: true }).waitFor()
    await go(page, '操作记录')
    await page.getByRole('cell', { name: '清理过期数据' }).first().waitFor()
    await go(page, '微信应用')
    await page.getByRole('article', { name: /^mp2/ }).getByText('没有失败').waitFor()
    await go(page, '配置')
    await page.getByText(stage.world().publicUrl, { exact: true }).waitFor()
  })

  test('needs no mouse', async () => {
    const world = stage.world()
    await world.signedIn('website', await world.wechat.newPerson({ nickname: '键盘人' }))
    const { page } = await atConsole()
    const reach = async (name: RegExp) => {
      for (let n = 0; n < 60; n += 1) {
        const told = await page.evaluate(() => {
          const focused = document.activeElement
          return focused?.getAttribute('placeholder') ?? focused?.textContent ?? ''
        })
        if (name.test(told)) return
        await page.keyboard.press('Tab')
      }
      expect.fail(`${name} cannot be reached`)
    }
    await reach(/^账号$/)
    await page.keyboard.press('Enter')
    await reach(/查找账号/)
    await page.keyboard.type('键盘人')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /键盘人/ }).waitFor()
    await reach(/键盘人/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '键盘人' }).waitFor()
    await reach(/^停用账号$/)
    await page.keyboard.press('Enter')
    await page.getByRole('group').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('group').waitFor({ state: 'detached' })
    await reach(/^停用账号$/)
    await page.keyboard.press('Enter')
    await reach(/^确定$/)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '启用账号' }).waitFor()
  })

  test.each([
    ['a computer', 1280],
    ['a phone', 360],
  ])('at %s finds every section whole, and axe nothing serious in it', async (_, width) => {
    const world = stage.world()
    await world.signedIn('website', await world.wechat.newPerson({ nickname: '看得见' }))
    const { page } = await atConsole(width)
    const look = async (where: string) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      await page.evaluate(axe.source)
      const found = await page.evaluate(async () => {
        const { axe: here } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
        return (await here.run()).violations
      })
      const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect([where, overflow, serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
        where,
        0,
        [],
      ])
    }
    for (const section of SECTIONS) {
      await go(page, section)
      await page.getByRole('heading', { name: section, exact: true, level: 1 }).waitFor()
      await look(section)
    }
    await open(page, '看得见')
    await look('an account')
    await page.getByRole('button', { name: '删除账号' }).click()
    await look('a question')
  })
})

interface Violation {
  readonly id: string
  readonly impact?: string | null
  readonly nodes: readonly { readonly html: string }[]
}
