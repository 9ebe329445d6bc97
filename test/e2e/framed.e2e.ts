// Clickjacking: no page of ours on which something is decided appears in a frame of another site, whoever is signed in and
// whatever is being asked.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { type Lure, openLure } from './lure.js'
import { setStage } from './stage.js'

describeInBrowser('Clickjacking', () => {
  const stage = setStage({ known: ['alice'] })
  let lure: Lure
  beforeAll(async () => {
    lure = await openLure()
  })
  afterAll(() => lure.close())

  const frames = {
    'a frame': (src: string) => `<iframe style="opacity:.01;width:360px;height:640px" src="${src}"></iframe>`,
    'a sandboxed frame': (src: string) => `<iframe sandbox="allow-scripts allow-forms" src="${src}"></iframe>`,
    'an object': (src: string) => `<object width=360 height=640 data="${src}"></object>`,
    'an embed': (src: string) => `<embed width=360 height=640 src="${src}">`,
  }

  test.each(Object.entries(frames))(
    'by %s around the question, the login, the account and the notices',
    async (_way, around) => {
      const world = stage.world()
      const victim = await stage.desk()
      victim.quiet.expect(/frame-ancestors|X-Frame-Options|status of 4\d\d/)
      const pc = world.pc()
      const { id } = (await pc.begin('relay')).ticket
      await pc.ticket(id)
      const phone = world.phone('alice')
      await phone.scan(id)
      const { redeemed, pc: own } = await world.signedIn('website', 'alice')
      expect(redeemed.account.nickname).toBe('Alice 小林')
      const jar = [...phone.browser.jar, ...own.browser.jar]
      await victim.context.addCookies(jar.map(([name, value]) => ({ name, value, url: world.publicUrl })))
      const question = `/confirm/${id}`
      await victim.open(question)
      await victim.reads('您正在登录另一台设备')

      for (const path of [question, '/login', '/account', '/confirm/tkt_unknown', '/t/tkt_unknown', '/no-such-page']) {
        lure.show(around(world.publicUrl + path))
        const refused = victim.page.waitForEvent('requestfailed', (request) => request.url().endsWith(path))
        await victim.page.goto(lure.url, { waitUntil: 'commit' })
        expect((await refused).failure()?.errorText, path).toMatch(/ERR_BLOCKED_BY_RESPONSE|ERR_ABORTED/)
        for (const frame of victim.page.frames()) expect(frame.url(), path).not.toContain(world.publicUrl)
      }
      expect((await phone.question(id)).json()).toMatchObject({ status: 'scanned' })
    },
  )
})
