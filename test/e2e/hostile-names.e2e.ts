// XSS by a nickname or a picture: 500 of them through every page that shows a person. One ticket serves for several names:
// its phone asks WeChat again under each new one, and the socket tells the waiting page.
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { AppLoggedIn, Confirmation } from '#shared/api.js'
import type { TicketBegun } from '#shared/ticket.js'
import { callAsProgram } from '../world/native-app.js'
import type { Phone } from '../world/phone.js'
import { describeInBrowser } from './browser.js'
import { type Hostile, hostilePeople } from './hostile.js'
import { type Found, lookAt, runAnew, watchFor } from './name-shown.js'
import { setStage } from './stage.js'

const DISTURBING =
  /[\p{Cc}\p{Cs}\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\u3164\ufeff\uffa0]/u
const LONGEST = 64
/** Runs of a page's script in one document, each of which leaves its socket behind. */
const BATCH = 54
/** So often a ticket's phone may come back from WeChat, after it has come once silently. */
const NAMES_PER_TICKET = 9
const WINDOWS = [
  { width: 1280, height: 800 },
  { width: 360, height: 640 },
] as const

interface Scanned {
  readonly phone: Phone
  readonly id: string
  /** WeChat's consent page, each time with a state of its own. */
  readonly consents: readonly string[]
}

describeInBrowser('A hostile name or picture', () => {
  const stage = setStage({ config: (config) => ({ ...config, rateLimits: null }) })
  let people: readonly Hostile[]
  beforeAll(() => {
    people = hostilePeople(stage.world().wechat.url)
    expect(people.length).toBeGreaterThanOrEqual(500)
  })

  const cookiesOf = ({ jar }: { jar: Map<string, string> }) =>
    [...jar].map(([name, value]) => ({ name, value, url: stage.world().publicUrl }))

  /** The person's new name reaches our server by both of its ways: on the phone that scanned, and by another login. */
  async function rename(person: string, to: Hostile, { phone, id, consents }: Scanned, nth: number) {
    const world = stage.world()
    await world.wechat.putPerson(person, { ...to })
    await phone.follow(String(consents[nth]))
    const asked = (await phone.question(id)).json<Confirmation>().person
    const json = { app: 'app', code: await world.wechat.code('app', person) }
    const loggedIn = await callAsProgram(world, '/api/login/mobile', { method: 'POST', json })
    const { account, token } = loggedIn.json<AppLoggedIn>()
    await callAsProgram(world, '/api/session', { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
    return { asked: asked?.nickname ?? '', known: account.nickname }
  }

  /** Some names on four pages at once. Returns whatever was not as it should be. */
  async function show(names: readonly Hostile[], viewport: { width: number; height: number }): Promise<string[]> {
    const world = stage.world()
    const person = await world.wechat.newPerson({ nickname: '寻常的名字' })
    const { pc } = await world.signedIn('website', person)
    const waiting = await stage.desk({ viewport })
    const mine = await stage.tab(waiting)
    const known = await stage.tab(waiting)
    const handset = await stage.handset({ viewport: { width: 360, height: 640 } })
    const ours = [world.publicUrl, world.wechat.url]
    const happened = [await watchFor(waiting.context, ours), await watchFor(handset.context, ours)]
    await waiting.context.addCookies(cookiesOf(pc.browser))
    await Promise.all([mine.open('/account'), known.open('/login?returnTo=%2Faccount')])
    const phone = world.phone(person)
    let ticket: Scanned = { phone, id: '', consents: [] }

    /** The waiting page shows another code, the phone scans it, and its page asks about it. */
    async function nextTicket(): Promise<void> {
      const begun = waiting.page.waitForResponse((answer) => answer.request().method() === 'POST')
      if (ticket.id === '') await waiting.open('/login?method=relay')
      else await waiting.page.getByRole('button', { name: '不是您扫的？换一个二维码' }).click()
      const { id } = ((await (await begun).json()) as TicketBegun).ticket
      await expect.poll(async () => (await phone.open(id)).status, { interval: 20 }).toBe(200)
      await handset.context.addCookies(cookiesOf(phone.browser))
      await handset.open(`${world.publicUrl}/confirm/${id}`)
      ticket = { phone, id, consents: await consentsOf(phone, id, NAMES_PER_TICKET) }
    }

    const problems: string[] = []
    const usual = new Map<Page, Found>()
    async function look(page: Page, where: string, text: string, nickname: string): Promise<void> {
      const found = await lookAt(page, where, text)
      const before = usual.get(page) ?? found
      usual.set(page, before)
      const wrong = [
        ...found.foreign,
        ...(found.text === text ? [] : [`says ${JSON.stringify(found.text)} for ${JSON.stringify(text)}`]),
        ...(found.shape === before.shape ? [] : [`is built otherwise: ${found.shape}`]),
        ...(found.stickingOut ? ['can be scrolled sideways'] : []),
        ...(found.height <= before.height ? [] : [`is ${found.height} px high, usually ${before.height}`]),
      ]
      const at = `${new URL(page.url()).pathname} of ${JSON.stringify(nickname.slice(0, 90))}`
      problems.push(...wrong.map((what) => `${at} ${what}`))
    }

    for (const [i, hostile] of [{ nickname: '又一个寻常的', avatarUrl: '' }, ...names].entries()) {
      const { nickname } = hostile
      if (i % NAMES_PER_TICKET === 0) await nextTicket()
      const told = await rename(person, hostile, ticket, i % NAMES_PER_TICKET)
      // An account keeps its name rather than have none.
      if (told.asked !== '' && told.asked !== told.known) problems.push(`${told.known} is asked as ${told.asked}`)
      for (const name of [told.asked, told.known]) {
        const clean = !DISTURBING.test(name) && [...name].length <= LONGEST
        if (!clean) problems.push(`${JSON.stringify(nickname.slice(0, 90))} is told as ${JSON.stringify(name)}`)
      }
      await Promise.all([
        runAnew(mine.page),
        runAnew(known.page),
        handset.page.evaluate(() => dispatchEvent(new Event('online'))),
      ])
      await Promise.all([
        look(waiting.page, '.who bdi', told.asked ? `${told.asked} 已扫码` : '已扫码', nickname),
        look(handset.page, '.self:has(+ .number) bdi', told.asked || '微信用户', nickname),
        look(mine.page, '.names bdi', told.known, nickname),
        look(known.page, '.who bdi', `已登录：${told.known}`, nickname),
      ])
      // It will not get better, and each of them has been waited for.
      if (problems.length > 10) break
    }
    await Promise.all([waiting.context.close(), handset.context.close()])
    return [...problems, ...happened.flat()]
  }

  test('runs nothing, builds nothing and breaks no line: waiting page, question, account, and who is signed in', async () => {
    const batches = Array.from({ length: Math.ceil(people.length / BATCH) }, (_, i) => i * BATCH)
    // Two at a time, one in each size of window.
    const lanes = WINDOWS.map(async (viewport, lane) => {
      const problems: string[] = []
      for (const at of batches.filter((_, i) => i % WINDOWS.length === lane)) {
        problems.push(...(await show(people.slice(at, at + BATCH), viewport)))
      }
      return problems
    })
    expect((await Promise.all(lanes)).flat()).toEqual([])
  }, 600_000)
})

/** So many addresses of WeChat's consent page, each with a state of its own. */
async function consentsOf(phone: Phone, id: string, count: number): Promise<readonly string[]> {
  const consents: string[] = []
  while (consents.length < count) {
    const { needsExplicit } = (await phone.question(id)).json<Confirmation>()
    if (needsExplicit === null) throw new Error('this phone is asked for no consent')
    consents.push(needsExplicit)
  }
  return consents
}
