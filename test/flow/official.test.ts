// `official`: a page that is open inside WeChat logs its person in by itself. Silent first, asked only after a press.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { endSessions } from '#server/core/account/operate.js'
import { operator } from '#server/core/audit.js'
import type { SignedIn } from '#shared/api.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

let world: World
let trusting: World
beforeAll(async () => {
  world = await startWorld()
  trusting = await startWorld({
    config: (config) => ({
      ...config,
      apps: config.apps.map((app) => (app.key === 'mp' ? { ...app, strangers: 'create' } : app)),
    }),
  })
})
afterAll(async () => {
  await world.close()
  await trusting.close()
})

const EXPLICIT = 'scope=snsapi_userinfo'
type Phone = ReturnType<World['phone']>

async function whoami(phone: Phone): Promise<SignedIn> {
  const answer = await phone.browser.get('/api/session')
  expect(answer.status).toBe(200)
  return answer.json()
}

/** Our own callback's address, as WeChat would send this phone there. */
async function returning(phone: Phone, address: string): Promise<string> {
  const begun = await phone.visit(address)
  const { location } = await phone.visit(begun.location ?? '')
  return location ?? ''
}

async function accounts(of: World): Promise<number> {
  return (await rows(of.file, "SELECT id FROM accounts WHERE status = 'active'")).length
}

describe('explicit', () => {
  test('consent gives name, picture and unionid, and the same request signs in', async () => {
    const person = await world.wechat.newPerson({ nickname: '小红' })
    const phone = world.phone(person)
    const trail: string[] = []
    await phone
      .follow(`/wechat/login/mp?${EXPLICIT}&returnTo=${encodeURIComponent('/orders?page=2')}`, trail)
      .catch(() => null)
    expect(trail.at(-1)).toBe(`${world.publicUrl}/orders?page=2`)
    const { account, session } = await whoami(phone)
    expect(account.nickname).toBe('小红')
    expect(session.method).toBe('official')
    const [identity] = await rows(world.file, `SELECT unionid FROM identities WHERE account_id = '${account.id}'`)
    expect(identity?.unionid).toMatch(/^o/)
  })

  test('the address WeChat is asked with has its parameters in the documented order', async () => {
    const begun = await world.phone('alice').visit(`/wechat/login/mp?${EXPLICIT}&forcePopup=true`)
    const names = [...new URL(begun.location ?? '').searchParams.keys()]
    expect(names.slice(0, 5)).toEqual(['appid', 'redirect_uri', 'response_type', 'scope', 'state'])
    expect(new URL(begun.location ?? '').searchParams.get('forcePopup')).toBe('true')
    expect(begun.location?.endsWith('#wechat_redirect')).toBe(true)
  })

  test('a snapshot user is shown what to do and never stored', async () => {
    const person = await world.wechat.newPerson()
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'snapshotUser', times: 1 })
    const before = await accounts(world)
    const phone = world.phone(person)
    const answer = await phone.follow(`/wechat/login/mp?${EXPLICIT}&returnTo=/orders`)
    expect(answer.text).toContain('snapshot_user')
    expect(answer.text).toContain('returnTo=%2Forders')
    expect(await phone.browser.get('/api/session')).toMatchObject({ code: 'signed_out' })
    expect(await accounts(world)).toBe(before)
  })

  test.each(['authdeny', 'state_only'])('a refusal (%s) leads to a page with a way to go on', async (refusal) => {
    const before = await accounts(world)
    await world.wechat.fault({ path: '/connect/oauth2/authorize', kind: 'refusal', refusal, times: 1 })
    const answer = await world.phone('refuser').follow(`/wechat/login/mp?${EXPLICIT}`)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('refused_on_phone')
    expect(await accounts(world)).toBe(before)
  })
})

describe('silent', () => {
  test('a stranger is asked: nothing is stored, and the button leads to the explicit step', async () => {
    const before = await accounts(world)
    const answer = await world.phone(await world.wechat.newPerson()).follow('/wechat/login/mp?returnTo=/orders')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('explicit_required')
    expect(answer.text).toMatch(/\/wechat\/login\/mp\?scope=snsapi_userinfo&#38;returnTo=%2Forders/)
    expect(await accounts(world)).toBe(before)
  })

  test('where the app is configured so, a stranger becomes an account by openid, which the unionid joins later', async () => {
    const person = await trusting.wechat.newPerson()
    const phone = trusting.phone(person)
    await phone.follow('/wechat/login/mp')
    const silent = await whoami(phone)
    expect(silent.account.nickname).toBe('')
    const { redeemed } = await trusting.signedIn('website', person)
    expect(redeemed.account.id).not.toBe(silent.account.id)
    await phone.follow(`/wechat/login/mp?${EXPLICIT}`)
    expect((await whoami(phone)).account.id).toBe(silent.account.id)
    expect((await trusting.signedIn('website', person)).redeemed.account.id).toBe(silent.account.id)
  })

  test('known people are in without seeing anything', async () => {
    const person = await world.wechat.newPerson()
    await world.phone(person).follow(`/wechat/login/mp?${EXPLICIT}`)
    const again = world.phone(person)
    const trail: string[] = []
    await again.follow('/wechat/login/mp', trail)
    expect(trail).toHaveLength(4)
    expect((await whoami(again)).session.method).toBe('official')
  })
})

describe('promise 4: the same callback twice is harmless', () => {
  test('doubled, with two codes of one state: one exchange, one session, both visitors are in', async () => {
    const person = await world.wechat.newPerson()
    const phone = world.phone(person)
    const first = new URL(await returning(phone, `/wechat/login/mp?${EXPLICIT}`))
    const second = new URL(first)
    second.searchParams.set('code', await world.wechat.code('mp', person))
    const before = await world.wechat.calls()
    const answers = await Promise.all([phone.visit(first.href), phone.visit(second.href)])
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 303, location: `${world.publicUrl}/account` })
    }
    const sessions = answers.map(({ cookies }) => cookies.find((line) => line.includes('session='))?.split(';')[0])
    expect(sessions[0]).toMatch(/session=.{43}/)
    expect(sessions[1]).toBe(sessions[0])
    const after = await world.wechat.calls()
    const path = '/sns/oauth2/access_token'
    expect((after.byPath[path] ?? 0) - (before.byPath[path] ?? 0)).toBe(1)
  })

  test('the back button, minutes and hours later: who is still signed in goes on', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    const callback = await returning(phone, `/wechat/login/mp?${EXPLICIT}&returnTo=/orders`)
    expect(await phone.visit(callback)).toMatchObject({ status: 303 })
    const upstream = await world.wechat.upstream()
    for (const ms of [0, 61_000, 5 * 60_000, 3_600_000]) {
      world.advance(ms)
      const answer = await phone.visit(callback)
      expect(answer).toMatchObject({ status: 303 })
      expect(['/orders', '/account']).toContain(new URL(answer.location ?? '').pathname)
    }
    expect(await world.wechat.upstream()).toBe(upstream)
    await phone.browser.delete('/api/session')
    const out = await phone.browser.get(callback, { headers: { accept: 'text/html' } })
    expect(out.text).not.toContain('saoma-session')
    expect(await phone.browser.get('/api/session')).toMatchObject({ code: 'signed_out' })
  })
})

describe('who does not hold the cookie gets nothing:', () => {
  test('lost cookie: an inert page, then a refusal that leads to the start of this login', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    const callback = await returning(phone, `/wechat/login/mp?${EXPLICIT}`)
    const upstream = await world.wechat.upstream()
    const bare = await phone.browser.get(callback, { cookies: false })
    expect(bare).toMatchObject({ status: 200, location: null })
    const { searchParams, pathname } = new URL(callback)
    const posted = await phone.browser.post(pathname, Object.fromEntries(searchParams), { cookies: false })
    expect(posted).toMatchObject({ status: 400, code: 'state_invalid' })
    expect(await world.wechat.upstream()).toBe(upstream)
  })

  test('shared callback link: a friend who opens it is not logged in as its owner, nor the owner hurt', async () => {
    const owner = world.phone(await world.wechat.newPerson())
    const callback = await returning(owner, `/wechat/login/mp?${EXPLICIT}`)
    const friend = world.phone(await world.wechat.newPerson())
    await friend.follow(`/wechat/login/mp?${EXPLICIT}`)
    const { account } = await whoami(friend)
    const upstream = await world.wechat.upstream()
    const answer = await friend.browser.get(callback, { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('state_invalid')
    expect(answer.text).toContain('/wechat/login/mp')
    expect((await whoami(friend)).account.id).toBe(account.id)
    expect(await world.wechat.upstream()).toBe(upstream)
    expect(await owner.visit(callback)).toMatchObject({ status: 303 })
  })

  test('login fixation: an attacker’s own link, opened by a victim, logs the attacker in nowhere', async () => {
    const attacker = world.phone(await world.wechat.newPerson())
    const link = (await attacker.visit(`/wechat/login/mp?${EXPLICIT}`)).location ?? ''
    const victim = world.phone(await world.wechat.newPerson())
    await victim.visit('/wechat/login/mp')
    const before = await accounts(world)
    const arrived = await victim.follow(link)
    expect(arrived.text).toContain('state_invalid')
    expect(await attacker.browser.get('/api/session')).toMatchObject({ code: 'signed_out' })
    expect(await accounts(world)).toBe(before)
  })

  test('a code of another app does not pass', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    const callback = await returning(phone, `/wechat/login/mp?${EXPLICIT}`)
    const other = await phone.visit(callback.replace('/callback/mp?', '/callback/mp2?'))
    expect(other).toMatchObject({ status: 400, code: 'state_invalid' })
  })
})

describe('one link does the right thing:', () => {
  const WECOM = 'Mozilla/5.0 (iPhone) wxwork/4.1 MicroMessenger/7.0.1'
  const PC_WECHAT = 'Mozilla/5.0 (Windows NT 10.0) Chrome/122 MicroMessenger/7.0.20 WindowsWechat(0x63090a13) XWEB/8555'
  const MINI = 'Mozilla/5.0 (iPhone) MicroMessenger/8.0.50 miniProgram/wx0123456789abcdef'
  const PHONE_BROWSER = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1'

  test.each([
    ['WeChat', undefined],
    ['PC WeChat', PC_WECHAT],
    ['a mini program’s web-view', MINI],
  ])('%s goes to WeChat at once', async (_, agent) => {
    const answer = await world.phone('alice', agent).visit('/login?returnTo=%2Forders')
    expect(answer).toMatchObject({ status: 303, location: `${world.publicUrl}/wechat/login/mp?returnTo=%2Forders` })
  })

  test.each([
    ['a PC', 'Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36'],
    ['a phone’s own browser', PHONE_BROWSER],
  ])('%s shows the page', async (_, agent) => {
    expect(await world.phone('alice', agent).visit('/login')).toMatchObject({ status: 200, location: null })
    const direct = await world.phone('alice', agent).visit('/wechat/login/mp?returnTo=/orders')
    expect(direct).toMatchObject({ status: 303, location: `${world.publicUrl}/login?returnTo=%2Forders` })
  })

  test('who is signed in inside WeChat goes on at once', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    await phone.follow(`/wechat/login/mp?${EXPLICIT}`)
    const asked = await world.wechat.upstream()
    const lead = async (path: string) => (await phone.visit(path)).location
    expect(await lead('/login?returnTo=%2Forders')).toBe(`${world.publicUrl}/orders`)
    expect(await lead('/login')).toBe(`${world.publicUrl}/account`)
    expect(await phone.visit('/login?returnTo=%2F%2Fevil.example')).toMatchObject({ code: 'return_to_refused' })
    expect(await world.wechat.upstream()).toBe(asked)
  })

  test('whose session inside WeChat is over is signed in anew, and shown no code that this phone cannot scan', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    await phone.follow(`/wechat/login/mp?${EXPLICIT}`)
    const { account } = await whoami(phone)
    await endSessions(world.node().store, account.id, world.now(), operator(null))
    expect(phone.browser.cookie('session')).not.toBe('')
    expect(await phone.visit('/login')).toMatchObject({ status: 303, location: `${world.publicUrl}/wechat/login/mp` })
    await phone.follow('/login?returnTo=%2Faccount')
    expect((await whoami(phone)).account.id).toBe(account.id)
  })

  test('trap 23: where only a computer’s code is offered, a phone’s WeChat is told so and shown none', async () => {
    const site = await startWorld({ config: (config) => ({ ...config, methods: ['website'] }) })
    onTestFinished(() => site.close())
    const refused = { status: 400, code: 'open_on_computer' }
    for (const agent of [undefined, MINI]) {
      expect(await site.phone('alice', agent).visit('/login?returnTo=%2Forders')).toMatchObject(refused)
    }
    for (const agent of [PC_WECHAT, PHONE_BROWSER]) {
      expect(await site.phone('alice', agent).visit('/login')).toMatchObject({ status: 200 })
    }
    const own = await startWorld({ config: (config) => ({ ...config, methods: ['relay', 'website'] }) })
    onTestFinished(() => own.close())
    expect(await own.phone('alice').visit('/login')).toMatchObject({ status: 200 })
  })

  test('WeCom is refused with a reason', async () => {
    for (const path of ['/login', '/wechat/login/mp']) {
      expect(await world.phone('alice', WECOM).visit(path)).toMatchObject({ status: 400, code: 'wecom_unsupported' })
    }
  })
})

test('open redirect: returnTo leads nowhere but to us', async () => {
  for (const address of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const answer = await world.phone('alice').visit(`/wechat/login/mp?returnTo=${encodeURIComponent(address)}`)
    expect(answer).toMatchObject({ status: 400, code: 'return_to_refused' })
  }
})
