// The state, in every way in which it is not the one that this browser was given: refused, and WeChat never hears of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, createBrowser } from '../world/browser.js'
import { startWorld, type World } from '../world.js'

/** WeChat's way back, in hand and not taken: for the one browser that holds the cookie. */
interface Way {
  readonly browser: Browser
  readonly path: string
  readonly code: string
  readonly state: string
}

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const split = (browser: Browser, callback: string): Way => {
  const { pathname, searchParams } = new URL(callback)
  const [code, state] = [searchParams.get('code') ?? '', searchParams.get('state') ?? '']
  return { browser, path: pathname, code, state }
}
const WAYS: Record<string, (person: string) => Promise<Way>> = {
  async website(person) {
    const pc = world.pc()
    return split(pc.browser, (await world.wechat.websiteScan(await pc.begin('website'), person)).callback)
  },
  async relay(person) {
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    const phone = world.phone(person)
    const wechat = (await phone.visit(`/t/${ticket.id}`)).location ?? ''
    return split(phone.browser, (await phone.visit(wechat)).location ?? '')
  },
  async official(person) {
    const phone = world.phone(person)
    const wechat = (await phone.visit('/wechat/login/mp?scope=snsapi_userinfo')).location ?? ''
    return split(phone.browser, (await phone.visit(wechat)).location ?? '')
  },
}

const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
/** What is brought in the state's place; null: nothing. */
const ALTERED: Record<string, (state: string) => readonly string[]> = {
  missing: () => [],
  empty: () => [''],
  doubled: (state) => [state, state],
  'doubled with another before it': (state) => ['0'.repeat(state.length), state],
  'doubled with another behind it': (state) => [state, '0'.repeat(state.length)],
  'in capitals': (state) => [state.toUpperCase()],
  'with one letter in capitals': (state) => [state.replace(/[a-f]/, (letter) => letter.toUpperCase())],
  'of another purpose': (state) => [flip(state, 1)],
  'of another ticket': (state) => [flip(state, 30)],
  'of another nonce': (state) => [flip(state, state.length - 40)],
  'of another signature': (state) => [flip(state, state.length - 2)],
  'cut short': (state) => [state.slice(0, -2)],
  'with something behind': (state) => [`${state}00`],
  'with a blank behind': (state) => [`${state} `],
  'with a line break': (state) => [`${state}\n`],
  'with NUL': (state) => [`${state}\0`],
  'in full-width digits': (state) => [state.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
  'all zeros': (state) => ['0'.repeat(state.length)],
  'the word that others use': () => ['STATE'],
  'a prototype': () => ['__proto__'],
  'seven kilobytes': (state) => [state.padEnd(7_000, '0')],
  'ten kilobytes': (state) => [state.padEnd(10_000, '0')],
}

/** Every call that WeChat has received. */
async function calls(): Promise<number> {
  return Object.values((await world.wechat.calls()).byPath).reduce((sum, count) => sum + count, 0)
}

/** Brings it by both ways there are. Each refusal's status; 200 is the inert page, which exchanges nothing. */
async function bring({ browser, path, code }: Way, states: readonly string[]): Promise<number[]> {
  const query = new URLSearchParams([['code', code], ...states.map((state) => ['state', state])])
  const opened = await browser.get(`${path}?${query}`)
  if (opened.status === 200) expect(opened.text).not.toContain(code)
  expect(opened.location).toBeNull()
  const state = states.length === 1 ? states[0] : states
  const posted = await browser.post(path, states.length === 0 ? { code } : { code, state })
  expect([...opened.cookies, ...posted.cookies].join()).not.toMatch(/saoma-(session|phone)=./)
  return [opened.status, posted.status]
}

describe.each(Object.keys(WAYS))('%s: the state is', (method) => {
  test.each(Object.entries(ALTERED))('%s → refused, and WeChat is not asked', async (_, alter) => {
    const way = await (WAYS[method] ?? WAYS.website)?.(await world.wechat.newPerson())
    if (!way) throw new Error('no way')
    const before = await calls()
    const [opened = 0, posted = 0] = await bring(way, alter(way.state))
    expect([200, 400, 431]).toContain(opened)
    expect([400, 413]).toContain(posted)
    expect(await calls()).toBe(before)
    // And it was the alteration alone: the true one is taken afterwards.
    expect((await way.browser.get(`${way.path}?code=${way.code}&state=${way.state}`)).status).not.toBe(400)
    expect(await calls()).toBeGreaterThan(before)
  })

  test.each(['another browser', 'no browser of ours', 'another app’s path', 'ten minutes later'])(
    'the right one, and it is %s',
    async (who) => {
      const way = await (WAYS[method] ?? WAYS.website)?.(await world.wechat.newPerson())
      if (!way) throw new Error('no way')
      const other = world.pc()
      await other.begin('website')
      const before = await calls()
      const strange: Way = { ...way }
      if (who === 'another browser') Object.assign(strange, { browser: other.browser })
      if (who === 'no browser of ours') Object.assign(strange, { browser: createBrowser(world) })
      if (who === 'another app’s path') Object.assign(strange, { path: '/wechat/callback/mp2' })
      if (who === 'ten minutes later') world.advance(600_000)
      const [opened = 0, posted = 0] = await bring(strange, [way.state])
      expect([200, 400]).toContain(opened)
      expect(posted).toBe(400)
      expect(await calls()).toBe(before)
    },
  )

  test('used already: the same browser is told how it ended, another is refused, and neither makes a call', async () => {
    const way = await (WAYS[method] ?? WAYS.website)?.(await world.wechat.newPerson())
    if (!way) throw new Error('no way')
    const address = `${way.path}?code=${way.code}&state=${way.state}`
    await way.browser.get(address)
    const before = await calls()
    for (let again = 0; again < 3; again += 1) expect((await way.browser.get(address)).status).toBeLessThan(500)
    const thief = createBrowser(world)
    expect((await thief.post(way.path, { code: way.code, state: way.state })).status).toBe(400)
    expect(await calls()).toBe(before)
  })
})
