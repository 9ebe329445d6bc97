// An operator at work: finding people, seeing what is kept of them, giving orders, looking after WeChat's apps and the node.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  AdminApps,
  AdminConfig,
  AdminFound,
  AdminHistory,
  AdminMe,
  AdminNumbers,
  AdminOperators,
} from '#shared/admin.js'
import { type Desk, newOperator } from '../world/console.js'
import { enterBy } from '../world/enter.js'
import { startWorld, type World } from '../world.js'

let world: World
let olga: Desk
beforeAll(async () => {
  world = await startWorld()
  olga = await newOperator(world)
})
afterAll(() => world.close())

const person = (more: Record<string, unknown> = {}) => world.wechat.newPerson(more)
const login = async (someone: string) => {
  const { pc, redeemed } = await world.signedIn('website', someone)
  return { pc, id: redeemed.account.id }
}
const search = async (q: string) => {
  const { found } = (await olga.get(`accounts?q=${encodeURIComponent(q)}`)).json<AdminFound>()
  return found.map(({ by, account }) => `${by} ${account.id}`)
}
const read = async <T>(path: string) => (await olga.get(path)).json<T>()

test('who I am, who else operates, and until when my login is fresh', async () => {
  const me = await read<AdminMe>('me')
  expect(me).toMatchObject({ role: 'operator', account: { id: olga.account } })
  expect(me.freshUntil).toBeGreaterThan(me.serverTime)
  const eve = await login(await person())
  await olga.order({ order: 'grant', account: eve.id })
  expect(await olga.order({ order: 'grant', account: eve.id })).toMatchObject({ done: false, why: 'has_role' })
  const { operators } = await read<AdminOperators>('operators')
  expect(operators).toMatchObject([
    { account: { id: olga.account }, grantedBy: null, you: true },
    { account: { id: eve.id }, grantedBy: olga.account, you: false },
  ])
  expect((await eve.pc.browser.get('/api/admin/me')).json<AdminMe>().role).toBe('operator')
  await olga.order({ order: 'revoke', account: eve.id })
})

test('the last operator stays one, also when somebody else who has the role cannot sign in', async () => {
  const last = { done: false, why: 'last_operator' }
  expect(await olga.order({ order: 'revoke', account: olga.account })).toMatchObject(last)
  const { id } = await login(await person())
  await olga.order({ order: 'grant', account: id })
  await olga.order({ order: 'disable', account: id })
  expect(await olga.order({ order: 'revoke', account: olga.account })).toMatchObject(last)
  expect(await olga.order({ order: 'revoke', account: id })).toMatchObject({ done: true })
  expect((await olga.get('me')).status).toBe(200)
})

describe('people are found', () => {
  test('by account, openid and unionid, in full and exactly; by name from its beginning', async () => {
    const { id } = await login(await person({ nickname: '欧阳甲' }))
    const other = await login(await person({ nickname: '欧阳乙' }))
    const [identity] = (await olga.see(id)).identities
    expect(await search(id)).toEqual([`account ${id}`])
    expect(await search(identity?.openid ?? '')).toEqual([`openid ${id}`])
    expect(await search(identity?.unionid ?? '')).toEqual([`unionid ${id}`])
    expect((await search('欧阳')).toSorted()).toEqual([`name ${id}`, `name ${other.id}`].toSorted())
    expect(await search('阳甲')).toEqual([])
    for (const half of [id.slice(0, -1), identity?.openid.slice(0, -1) ?? '', id.toUpperCase()]) {
      expect(await search(half)).toEqual([])
    }
  })

  test('by nothing, nobody; and what is no search is refused', async () => {
    expect(await search('')).toEqual([])
    expect(await search("' OR 1=1 --")).toEqual([])
    expect((await olga.get(`accounts?q=${'x'.repeat(129)}`)).status).toBe(400)
  })

  test('by the id of an account that was merged away, the survivor', async () => {
    const { survivor, loser } = await merged()
    expect(await search(loser)).toEqual([`account ${survivor}`])
  })
})

/** A person whose two accounts were joined. */
async function merged() {
  const someone = await person({ noUnionid: true })
  const survivor = (await login(someone)).id
  const loser = (await world.signedIn('relay', someone)).redeemed.account.id
  await world.wechat.putPerson(someone, { noUnionid: false })
  await world.signedIn('relay', someone)
  await login(someone)
  const [merge] = (await olga.see(survivor)).merges
  return { someone, survivor, loser, merge: merge?.id ?? '' }
}

describe('an order', () => {
  test('ends one session, at once on its open page, and says so in the history by the operator’s account', async () => {
    const { pc, id } = await login(await person())
    const live = await pc.socket()
    live.send({ type: 'session' })
    const { session } = await pc.me()
    const ordered = await olga.order({ order: 'endSession', account: id, session: session.id })
    expect(ordered).toEqual({ done: true, why: null, about: null, endedSessions: 1, endedLogins: 0 })
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
    const { history, sessions } = await olga.see(id)
    expect(sessions).toEqual([])
    expect(history.find(({ act }) => act === 'session_ended')).toMatchObject({
      ...{ actor: 'operator', actorName: olga.account, subject: session.id, reason: 'ordered', address: '127.0.0.1' },
    })
    expect(await olga.order({ order: 'endSession', account: id, session: session.id })).toMatchObject({
      ...{ done: false, why: 'no_session' },
    })
  })

  test('takes a merge back, keeps the two apart, and lets them meet again', async () => {
    const { someone, survivor, loser, merge } = await merged()
    expect(await olga.order({ order: 'undoMerge', merge })).toMatchObject({ done: true })
    expect(await olga.order({ order: 'undoMerge', merge })).toMatchObject({ done: false, why: 'not_standing' })
    expect((await olga.see(loser)).account).toMatchObject({ id: loser, status: 'active' })
    expect((await login(someone)).id).toBe(survivor)
    expect((await world.signedIn('relay', someone)).redeemed.account.id).toBe(loser)
    expect(await olga.order({ order: 'clearMerge', merge })).toMatchObject({ done: true })
    expect(await olga.order({ order: 'clearMerge', merge })).toMatchObject({ done: false, why: 'not_apart' })
    await login(someone)
    expect((await world.signedIn('relay', someone)).redeemed.account.id).toBe(survivor)
  })

  test('disables, enables and deletes', async () => {
    const someone = await person()
    const { pc, id } = await login(someone)
    expect(await olga.order({ order: 'disable', account: id })).toMatchObject({ done: true, endedSessions: 1 })
    expect((await pc.session()).status).toBe(401)
    await expect(login(someone)).rejects.toThrow()
    await olga.order({ order: 'enable', account: id })
    expect((await login(someone)).id).toBe(id)
    expect(await olga.order({ order: 'delete', account: id })).toMatchObject({ done: true, endedSessions: 1 })
    expect(await olga.order({ order: 'delete', account: id })).toMatchObject({ done: false, why: 'no_account' })
    expect(await olga.order({ order: 'endSessions', account: 'acc_x' })).toMatchObject({ why: 'no_account' })
  })

  test('forgets a unionid that stands in the way, and the person gets in again', async () => {
    const someone = await person()
    const { id } = await login(someone)
    const [identity] = (await olga.see(id)).identities
    await world.node().store.write(async (tx) => {
      const { appid = '', openid = '' } = identity ?? {}
      await tx.identities.forgetUnionid(appid, openid as never)
      await tx.identities.touch(appid, openid as never, world.now(), { platform: 'main', unionid: 'another' as never })
    })
    await expect(login(someone)).rejects.toThrow()
    const { appid = '', openid = '' } = identity ?? {}
    expect(await olga.order({ order: 'forgetUnionid', appid, openid })).toMatchObject({ done: true })
    expect(await olga.order({ order: 'forgetUnionid', appid, openid })).toMatchObject({ why: 'no_unionid' })
    expect(await olga.order({ order: 'forgetUnionid', appid, openid: 'nobody' })).toMatchObject({ why: 'no_identity' })
    expect((await login(someone)).id).toBe(id)
  })

  test('that is none is refused', async () => {
    for (const order of [
      {},
      { order: 'explode' },
      { order: 'disable' },
      { order: 'disable', account: 'x'.repeat(65) },
    ]) {
      expect((await olga.pc.browser.post('/api/admin/orders', order)).status).toBe(400)
    }
  })
})

test('whoever looks at an account leaves a trace that the person can take along, without name and place', async () => {
  const { pc, id } = await login(await person())
  await olga.see(id)
  expect((await olga.see(id)).history[0]).toMatchObject({
    act: 'viewed',
    actorName: olga.account,
    address: '127.0.0.1',
  })
  const taken = await pc.browser.get('/api/account/export')
  const { history } = taken.json<{ history: { act: string; address: string | null }[] }>()
  expect(history.find(({ act }) => act === 'viewed')).toMatchObject({ actor: 'operator', address: null, browser: null })
  expect(taken.text).not.toContain(olga.account)
  expect((await olga.get('accounts/acc_x')).code).toBe('account_unknown')
})

test('the history of all, and all of it as a file', async () => {
  const { id } = await login(await person())
  const { history } = await read<AdminHistory>('history')
  expect(history[0]).toMatchObject({ act: 'login', accountId: id })
  const file = await olga.get('history/export')
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="audit.ndjson"')
  const lines = file.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const stored = await world.node().store.read.audit.page(10_000, 0)
  expect(lines).toEqual(stored.entries)
  expect(lines.at(-1)).toMatchObject({ act: 'exported', actor: 'operator', actorName: olga.account, accountId: null })
})

describe('the numbers', () => {
  test('move: logins by method, refusals by code, WeChat’s errcodes, the pages that wait', async () => {
    const own = await startWorld()
    try {
      const eve = await newOperator(own)
      await own.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 40029, times: 1 })
      await expect(own.signedIn('website', await own.wechat.newPerson())).rejects.toThrow()
      const pc = own.pc()
      const live = await pc.watch((await pc.begin('website')).ticket.id)
      await live.next()
      await own.signedIn('relay', await own.wechat.newPerson())
      await pc.session()
      let after = 0
      const grown: Record<string, number> = {}
      // As the page asks: only for what is new, a step every five seconds.
      const moved = async () => {
        const news = (await eve.get(`numbers?node=${nodeId}&after=${after}`)).json<AdminNumbers>()
        for (const { logins, refusals, wechat } of news.steps) {
          for (const [word, count] of Object.entries({ ...logins, ...refusals, ...wechat })) {
            grown[word] = (grown[word] ?? 0) + count
          }
        }
        after = news.steps.at(-1)?.at ?? after
        return [grown, news.steps.at(-1)?.waiting]
      }
      const { node, everyMs } = (await eve.get('numbers')).json<AdminNumbers>()
      const nodeId = node.id
      expect([node.alone, everyMs]).toEqual([true, 5_000])
      const all = { relay: 1, website: 1, signed_out: 1, '40029': 1 }
      await expect.poll(moved, { timeout: 20_000 }).toEqual([expect.objectContaining(all), 1])
      live.close()
    } finally {
      await own.close()
    }
  }, 40_000)

  test('of a node that the page did not know come whole', async () => {
    const all = await read<AdminNumbers>('numbers')
    const soon = all.serverTime + 60_000
    const known = await read<AdminNumbers>(`numbers?node=${all.node.id}&after=${soon}`)
    const other = await read<AdminNumbers>(`numbers?node=another&after=${soon}`)
    expect(known.steps).toEqual([])
    expect(other.steps.length).toBeGreaterThanOrEqual(all.steps.length)
  })
})

test('each WeChat app tells its token, its last notice, its alarms, and its last failures with WeChat’s rid', async () => {
  const someone = await person({ noUnionid: true })
  await enterBy(world, 'mobile', someone)
  await world.wechat.event('app', someone, 'user_authorization_revoke', { revokeInfo: '301' })
  await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 40013, times: 1 })
  await expect(login(await person())).rejects.toThrow()
  const { apps } = await read<AdminApps>('apps')
  const by = (key: string) => apps.find((app) => app.key === key)
  expect(by('app')).toMatchObject({
    lastNotice: { notice: 'revoked' },
    alarms: [{ alarm: 'unionid_missing' }],
    openPlatform: 'main',
  })
  expect(by('pc')?.failures[0]).toMatchObject({ errcode: 40013, path: '/sns/oauth2/access_token', kind: 'config' })
  expect(by('pc')?.failures[0]?.rid).toMatch(/\w/)
  expect(by('mp2')?.failures).toEqual([])
})

test('work in the background is seen while it goes on and after, is recorded, and is not begun twice', async () => {
  const begin = (json: unknown) => olga.pc.browser.post('/api/admin/jobs', json)
  expect((await begin({ job: 'purge' })).status).toBe(202)
  expect((await begin({ job: 'migratePlatform', app: 'nobody' })).code).toBe('app_unknown')
  const still = { job: 'migratePlatform', app: 'pc', movedAt: world.now() + 60_000 }
  expect((await begin(still)).code).toBe('bad_request')
  const moved = { job: 'migratePlatform', app: 'pc', movedAt: world.now() }
  expect((await begin(moved)).status).toBe(202)
  const states = async () => (await olga.jobs()).jobs.map(({ job, state }) => `${job} ${state}`)
  await expect.poll(states).toEqual(['migratePlatform done', 'purge done'])
  const [migrated] = (await olga.jobs()).jobs
  expect(migrated).toMatchObject({ app: 'pc', rows: expect.any(Number) })
  expect(migrated?.rows).toBeGreaterThan(0)
  const { history } = await read<AdminHistory>('history')
  const acts = history.filter(({ actorName }) => actorName === olga.account).map(({ act }) => act)
  expect(acts).toEqual(expect.arrayContaining(['purged', 'platform_migrated']))
})

test('the configuration as it was loaded', async () => {
  const { settings } = await read<AdminConfig>('config')
  const value = (name: string) => settings.find((setting) => setting.name === name)?.value
  expect([value('publicUrl'), value('auditDays'), value('sessionKeys')]).toEqual([
    ...[world.publicUrl, '180'],
    'made and kept in the data directory',
  ])
})
