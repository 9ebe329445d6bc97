// Promise 4: browsers, proxies and WeChat itself request a callback twice. Each test counts what reached WeChat.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Browser } from '../world/browser.js'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** A callback that is ready to be requested, and another code that WeChat would give under the same state. */
interface Return {
  readonly browser: Browser
  readonly ticket: () => Promise<unknown>
  readonly first: URL
  readonly second: URL
}

async function comeBack(method: 'website' | 'relay'): Promise<Return> {
  const person = await world.wechat.newPerson()
  const pc = world.pc()
  const begun = await pc.begin(method)
  const { id } = begun.ticket
  await pc.ticket(id)
  const ticket = async () => {
    const { status, reason } = (await pc.ticket(id)).ticket
    return { status, reason }
  }
  if (method === 'website') {
    const { callback } = await world.wechat.websiteScan(begun, person)
    const other = await world.wechat.code('pc', person, 'snsapi_login')
    return { browser: pc.browser, ticket, first: new URL(callback), second: withCode(callback, other) }
  }
  const phone = world.phone(person)
  const callback = (await phone.visit((await phone.visit(`/t/${id}`)).location ?? '')).location ?? ''
  const other = await world.wechat.code('mp', person, 'snsapi_base')
  return { browser: phone.browser, ticket, first: new URL(callback), second: withCode(callback, other) }
}

function withCode(callback: string, code: string): URL {
  const url = new URL(callback)
  url.searchParams.set('code', code)
  return url
}

/** How often the codes of these addresses were exchanged. */
async function exchanges(...urls: URL[]): Promise<number> {
  const { byCode } = await world.wechat.calls()
  const codes = new Set(urls.map((url) => url.searchParams.get('code') ?? ''))
  return [...codes].reduce((sum, code) => sum + (byCode[code] ?? 0), 0)
}

async function twice(one: () => Promise<Answer>, other: () => Promise<Answer>, gapMs: number): Promise<Answer[]> {
  const first = one()
  if (gapMs > 0) await sleep(gapMs)
  return Promise.all([first, other()])
}

const open = (browser: Browser, url: URL) => browser.get(url.href)
const post = (browser: Browser, url: URL) =>
  browser.post(url.pathname, { code: url.searchParams.get('code'), state: url.searchParams.get('state') })

describe.each(METHODS)(
  'The same WeChat callback twice is harmless: the code reaches WeChat once, both visitors see the same result (%s)',
  (method) => {
    const after = { status: method === 'website' ? 'confirmed' : 'scanned', reason: null }

    describe.each([0, 5, 50, 500])('%i ms apart', (gapMs) => {
      test('in the window', async () => {
        const { browser, ticket, first } = await comeBack(method)
        await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 80 })
        const answers = await twice(
          () => open(browser, first),
          () => open(browser, first),
          gapMs,
        )
        expect(answers.map(({ status }) => status)).toEqual([303, 303])
        expect(answers[0]?.location).toBe(answers[1]?.location)
        expect(await exchanges(first)).toBe(1)
        expect(await ticket()).toEqual(after)
      })

      test('posted by the frame', async () => {
        const { browser, first } = await comeBack(method)
        await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 80 })
        const answers = await twice(
          () => post(browser, first),
          () => post(browser, first),
          gapMs,
        )
        expect(answers.map(({ status }) => status)).toEqual([200, 200])
        expect(answers[0]?.text).toBe(answers[1]?.text)
        expect(answers[0]?.json()).toMatchObject({ status: after.status })
        expect(await exchanges(first)).toBe(1)
      })

      test('with two different codes under one state', async () => {
        const { browser, ticket, first, second } = await comeBack(method)
        const answers = await twice(
          () => post(browser, first),
          () => post(browser, second),
          gapMs,
        )
        expect(answers.map(({ status }) => status)).toEqual([200, 200])
        expect(answers[0]?.text).toBe(answers[1]?.text)
        expect(await exchanges(first, second)).toBe(1)
        expect(await ticket()).toEqual(after)
      })

      test('when WeChat refuses the code, both are told that it failed', async () => {
        const { browser, first } = await comeBack(method)
        await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 40029 })
        const answers = await twice(
          () => post(browser, first),
          () => post(browser, first),
          gapMs,
        )
        expect(answers.map((answer) => answer.json<{ status: string }>().status)).toEqual(['failed', 'failed'])
        expect(await exchanges(first)).toBe(1)
      })
    })

    test('20 at the same moment: one exchange, one result', async () => {
      const { browser, first } = await comeBack(method)
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(browser, first)))
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(answers[0]?.status).toBe(200)
      expect(await exchanges(first)).toBe(1)
    })

    test('after a restart the same callback still gets the first outcome', async () => {
      const { browser, first, second } = await comeBack(method)
      const before = await post(browser, first)
      await world.restart()
      expect((await post(browser, second)).text).toBe(before.text)
      expect(await exchanges(first, second)).toBe(1)
    })

    test('in another browser it is refused, and WeChat is not asked again', async () => {
      const { browser, first } = await comeBack(method)
      await post(browser, first)
      const pc = world.pc()
      await pc.begin('website')
      const phone = world.phone(await world.wechat.newPerson())
      const mine = await world.pc().begin('relay')
      await phone.visit(`/t/${mine.ticket.id}`)
      for (const other of [pc.browser, phone.browser, world.pc().browser]) {
        expect(await post(other, first)).toMatchObject({ status: 400, code: 'state_invalid' })
      }
      expect(await exchanges(first)).toBe(1)
    })

    test('the code alone, under another login of the same browser, is refused as used and never sent again', async () => {
      const one = await comeBack(method)
      await post(one.browser, one.first)
      const pc = world.pc()
      for (const [name, value] of one.browser.jar) pc.browser.jar.set(name, value)
      const begun = await pc.begin(method)
      await pc.ticket(begun.ticket.id)
      const state = await stateOf(method, begun.ticket.id, begun.embedUrl, pc.browser)
      const code = one.first.searchParams.get('code')
      const answer = await pc.browser.post(one.first.pathname, { code, state })
      expect(answer).toMatchObject({ status: 409, code: 'code_used' })
      expect(await exchanges(one.first)).toBe(1)
    })
  },
)

async function stateOf(method: string, id: string, embedUrl: string | null, browser: Browser): Promise<string> {
  const url = method === 'website' ? embedUrl : (await browser.get(`/t/${id}?wechat=simulated`)).location
  return new URL(url ?? '').searchParams.get('state') ?? ''
}
