import { describe, expect, test } from 'vitest'
import { pageData, startSimulator, type TestSimulator } from './world.js'

const SITE = 'http://localhost:3000'
const ALICE = 'sim_person=alice'

async function authorizePath(sim: TestSimulator, key = 'mp') {
  const { appid } = await sim.app(key)
  const query = new URLSearchParams({
    appid,
    redirect_uri: `${SITE}/wechat/callback/${key}`,
    response_type: 'code',
    scope: 'snsapi_userinfo',
    state: 'abc123',
    connect_redirect: '1',
  })
  return `/connect/oauth2/authorize?${query}`
}

/** Opens an address of the site from the account's chat; returns the phone's cookies afterwards. */
async function openFromChat(sim: TestSimulator, cookie = ALICE) {
  const answer = await sim.get(`/phone/account/mp/open?to=${encodeURIComponent(`${SITE}/wechat/login/mp`)}`, { cookie })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${SITE}/wechat/login/mp`])
  return `${cookie}; ${answer.headers.get('set-cookie')?.split(';')[0]}`
}

const follow = (sim: TestSimulator, person = 'alice') =>
  sim.ordered('events', { app: 'mp', person, event: 'subscribe' })

async function started() {
  const sim = await startSimulator({ siteOrigins: [SITE], siteServer: 'http://127.0.0.1:1' })
  const ask = async (cookie: string, key = 'mp') => sim.get(await authorizePath(sim, key), { cookie })
  return { sim, ask }
}

describe('a follower who comes from the account', () => {
  test('is not asked for consent, and the profile is open all the same', async () => {
    const { sim, ask } = await started()
    await follow(sim)
    const answer = await ask(await openFromChat(sim))
    expect(answer.status).toBe(302)
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const token = await sim.exchange('mp', code)
    expect(token.scope).toBe('snsapi_userinfo')
    const { openid, access_token } = token
    expect(await sim.sns('userinfo', { access_token, openid })).toMatchObject({ nickname: 'Alice 小林' })
  })

  test('cannot refuse what is not asked', async () => {
    const { sim, ask } = await started()
    await follow(sim, 'refuser')
    expect((await ask(await openFromChat(sim, 'sim_person=refuser'))).status).toBe(302)
  })

  test('is asked as everybody is when the link came from elsewhere', async () => {
    const { sim, ask } = await started()
    await follow(sim)
    expect(await pageData(await ask(ALICE))).toMatchObject({ page: 'consent', asks: true })
  })

  test('is asked by another account', async () => {
    const { sim, ask } = await started()
    await follow(sim)
    expect(await pageData(await ask(await openFromChat(sim), 'mp2'))).toMatchObject({ page: 'consent', asks: true })
  })

  test('is asked again once the phone was at home in between, or was put down for long', async () => {
    const { sim } = await started()
    await follow(sim)
    const cookie = await openFromChat(sim)
    const home = await sim.get('/phone', { cookie })
    expect(home.headers.get('set-cookie')).toMatch(/^sim_chat=; .*expires=Thu, 01 Jan 1970/i)
    const opened = await sim.get(`/phone/account/mp/open?to=${encodeURIComponent(SITE)}`, { cookie: ALICE })
    const seconds = Date.parse(/expires=([^;]+)/i.exec(opened.headers.get('set-cookie') ?? '')?.[1] ?? '') - Date.now()
    expect(seconds).toBeGreaterThan(200_000)
    expect(seconds).toBeLessThan(310_000)
  })
})

test('who has unfollowed is asked, wherever they come from', async () => {
  const { sim, ask } = await started()
  await follow(sim)
  const cookie = await openFromChat(sim)
  await sim.ordered('events', { app: 'mp', person: 'alice', event: 'unsubscribe' })
  expect(await pageData(await ask(cookie))).toMatchObject({ page: 'consent', asks: true })
})

test.each(['https://evil.example/', 'http://localhost:3000.evil.example/', 'javascript:alert(1)', '/phone', ''])(
  'nothing but the site is opened from a chat: %j',
  async (to) => {
    const { sim } = await started()
    const answer = await sim.get(`/phone/account/mp/open?to=${encodeURIComponent(to)}`, { cookie: ALICE })
    expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([404, null, null])
  },
)
