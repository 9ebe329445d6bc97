import { describe, expect, test } from 'vitest'
import { sceneCode } from './scene.js'
import { readPush, sealed, startSite, textReply } from './site.js'
import { pageData, startSimulator, type TestSimulator } from './world.js'

const ALICE = { cookie: 'sim_person=alice' }
const pathOf = (url: string) => new URL(url).pathname

/** A site that answers every push with a link, and a phone that belongs to alice. */
async function startBoth() {
  const site = await startSite()
  const sim = await startSimulator({ siteOrigins: [site.origin] })
  const app = await sim.app('mp')
  const link = `${site.origin}/t/tkt_1`
  const answersLink = () =>
    site.answers((push) => ({ body: sealed(app, textReply(readPush(app, push), `确认登录：${link}`)) }))
  const last = () => {
    const push = site.received.at(-1)
    if (!push) throw new Error('nothing was pushed')
    return readPush(app, push)
  }
  return { site, sim, app, link, answersLink, last }
}

const chat = async (sim: TestSimulator, headers: Record<string, string> = ALICE) =>
  (await (await sim.get('/sim/phone/chat?app=mp', headers)).json()).messages

describe('who scans a code with a scene', () => {
  test('and does not follow yet is shown the account, follows, and reads its answer', async () => {
    const { sim, link, answersLink, last } = await startBoth()
    answersLink()
    const { url, ticket } = await sceneCode(sim, 'login_1')
    const scan = await sim.get(pathOf(url), ALICE)
    expect(scan.headers.get('location')).toMatch(/^\/phone\/account\/mp\?code=02/)
    const card = await pageData(await sim.get(scan.headers.get('location') ?? '', ALICE))
    expect(card).toMatchObject({ page: 'account', key: 'mp', name: '扫码演示公众号', follows: false, expecting: false })
    expect(url).toContain(String(card.code))

    const followed = await sim.post('/phone/account/mp/follow', { code: String(card.code) }, ALICE)
    expect([followed.status, followed.headers.get('location')]).toEqual([303, '/phone/account/mp'])
    const page = await pageData(await sim.get('/phone/account/mp', ALICE))
    expect(page).toMatchObject({ follows: true, expecting: true, messages: [] })
    expect(await chat(sim)).toEqual([
      {
        at: expect.any(Number),
        parts: [
          { text: '确认登录：', href: null },
          { text: link, href: link },
        ],
      },
    ])
    expect(last()).toMatchObject({ Event: 'subscribe', EventKey: 'qrscene_login_1', Ticket: ticket })
    expect(await pageData(await sim.get('/phone/account/mp', ALICE))).toMatchObject({ expecting: false })
  })

  test('and follows already is in the chat at once', async () => {
    const { site, sim, answersLink, last } = await startBoth()
    await sim.ordered('events', { app: 'mp', person: 'alice', event: 'subscribe' })
    answersLink()
    const { url, ticket } = await sceneCode(sim, 'login_2')
    expect((await sim.get(pathOf(url), ALICE)).headers.get('location')).toBe('/phone/account/mp')
    expect(await chat(sim)).toHaveLength(1)
    expect(last()).toMatchObject({ Event: 'SCAN', EventKey: 'login_2', Ticket: ticket })
    expect(site.received).toHaveLength(2)
  })

  test('but takes minutes to follow is still known by the code', async () => {
    const { sim, last } = await startBoth()
    const { url } = await sceneCode(sim, 'login_1')
    const { code } = await pageData(
      await sim.get((await sim.get(pathOf(url), ALICE)).headers.get('location') ?? '', ALICE),
    )
    await sim.advance(301_000)
    await sim.post('/phone/account/mp/follow', { code: String(code) }, ALICE)
    await chat(sim)
    expect(last()).toMatchObject({ EventKey: 'qrscene_login_1' })
  })

  test('too late, or a code that never was, is told so and nobody else is told anything', async () => {
    const { site, sim } = await startBoth()
    const { url } = await sceneCode(sim, 'login_1')
    await sim.advance(300_000)
    for (const path of [pathOf(url), '/q/02madeup']) {
      expect(await pageData(await sim.get(path, ALICE))).toEqual({ page: 'done', result: 'expired' })
    }
    expect(site.received).toEqual([])
  })

  test('with a phone that is nobody’s is first asked whose it is', async () => {
    const { site, sim } = await startBoth()
    const { url } = await sceneCode(sim, 'login_1')
    expect((await sim.get(pathOf(url))).headers.get('location')).toBe(`/phone?scan=${encodeURIComponent(url)}`)
    expect((await sim.get('/phone/account/mp')).headers.get('location')).toBe('/phone')
    expect((await sim.post('/phone/account/mp/follow', {})).headers.get('location')).toBe('/phone')
    expect(site.received).toEqual([])
  })

  test('without a screen follows at once and reads the answer', async () => {
    const { sim, link, answersLink } = await startBoth()
    answersLink()
    const headers = { 'x-sim-person': 'bob' }
    const scan = async () => (await sim.get(pathOf((await sceneCode(sim, 'login_3')).url), headers)).json()
    const read = { outcome: 'reply', reply: { text: `确认登录：${link}`, links: [link] } }
    expect(await scan()).toMatchObject({ event: 'subscribe', ...read })
    expect(await scan()).toMatchObject({ event: 'SCAN', ...read })
    expect(await chat(sim, headers)).toHaveLength(2)
    expect(await chat(sim)).toEqual([])
    await sim.ordered('events', { app: 'mp', person: 'bob', event: 'unsubscribe' })
    expect(await chat(sim, headers)).toEqual([])
  })
})

describe('an account on the phone', () => {
  test('is followed and left by buttons, and each time its site is told once', async () => {
    const { site, sim, app } = await startBoth()
    await sim.post('/phone/account/mp/follow', {}, ALICE)
    await sim.post('/phone/account/mp/follow', {}, ALICE)
    await chat(sim)
    expect(await pageData(await sim.get('/phone', ALICE))).toMatchObject({ follows: ['mp'] })
    const left = await sim.post('/phone/account/mp/unfollow', {}, ALICE)
    expect([left.status, left.headers.get('location')]).toEqual([303, '/phone'])
    await sim.post('/phone/account/mp/unfollow', {}, ALICE)
    await expect.poll(() => site.received.length).toBe(2)
    expect(site.received.map((push) => readPush(app, push).Event)).toEqual(['subscribe', 'unsubscribe'])
    expect(await pageData(await sim.get('/phone', ALICE))).toMatchObject({ follows: [] })
  })

  test('is each person’s own affair', async () => {
    const { sim } = await startBoth()
    await sim.ordered('events', { app: 'mp2', person: 'alice', event: 'subscribe' })
    expect(await (await sim.control('phone/person', { name: 'alice' })).json()).toMatchObject({ follows: ['mp2'] })
    expect(await (await sim.control('phone/person', { name: 'bob' })).json()).toMatchObject({ follows: [] })
  })

  test('a code of another account does not count here', async () => {
    const { sim, last } = await startBoth()
    const { url } = await sceneCode(sim, 'login_1')
    const code = pathOf(url).slice('/q/'.length)
    expect(await pageData(await sim.get(`/phone/account/mp2?code=${code}`, ALICE))).toMatchObject({ code: null })
    await sim.post('/phone/account/mp/follow', { code: 'made-up' }, ALICE)
    await chat(sim)
    expect(last()).toMatchObject({ Event: 'subscribe', EventKey: '' })
  })

  test.each(['pc', 'app', 'nope'])('%s is none', async (key) => {
    const { sim } = await startBoth()
    expect((await sim.get(`/phone/account/${key}`, ALICE)).status).toBe(404)
    expect((await sim.post(`/phone/account/${key}/follow`, {}, ALICE)).status).toBe(404)
  })
})
