// The audit trail: every act that counts leaves one entry, in the database and in the log, and none of them names anybody.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disableAccount, enableAccount, endSessions } from '#server/core/account/operate.js'
import { operator } from '#server/core/audit.js'
import { clearMerge, undoMerge } from '#server/core/identity/undo-merge.js'
import type { AuditEntry } from '#server/core/ports.js'
import { rows, sql } from '../world/database.js'
import { DOORS, enterBy } from '../world/enter.js'
import { callAsProgram } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const store = () => world.node().store
const history = (...accounts: string[]) => store().read.audit.ofAccounts(accounts, 100)
const newest = async () => (await store().read.audit.latest(1))[0] ?? expect.fail('nothing was recorded')
const acts = (entries: readonly AuditEntry[]) =>
  entries.map(({ act, reason }) => (reason === null ? act : `${act}: ${reason}`))
const OLGA = operator('olga')
const person = () => world.wechat.newPerson()

describe('a login', () => {
  test.each(DOORS)('by %s is one entry: method, app, session, and from where', async (door) => {
    const { accountId, request } = await enterBy(world, door, await person())
    const [entry, ...rest] = await history(accountId)
    expect(rest).toEqual([])
    const { session } = (await request('/api/session')).json<{ session: { id: string } }>()
    const app = { website: 'pc', mobile: 'app', sdk: 'app', 'mini-program': 'mini' }[door as string] ?? 'mp'
    expect(entry).toMatchObject({
      ...{ act: 'login', actor: 'person', method: door, appKey: app, subject: session.id },
      ...{ address: '127.0.0.1', reason: null, actorName: null },
    })
    expect(Math.abs((entry?.at ?? 0) - world.now())).toBeLessThan(10_000)
  })

  test('in a browser that was signed in ends the session before, and says so', async () => {
    const one = await person()
    const { pc, redeemed } = await world.signedIn('website', one)
    await world.signedIn('website', one, pc)
    const { id } = redeemed.account
    expect(acts(await history(id))).toEqual(['login', 'session_ended: replaced', 'login'])
    const [, ended, first] = await history(id)
    expect(ended?.subject).toBe(first?.subject)
  })

  test('repeated because its answer was lost is still one', async () => {
    const { pc, id } = await world.confirmed('website', await person())
    const attempt = 'the-very-same-attempt-0001'
    const { account } = await pc.signIn(id, attempt)
    await pc.signIn(id, attempt)
    expect(acts(await history(account.id))).toEqual(['login'])
  })

  test('by another app of the same person links, and by a unionid that joins two accounts merges', async () => {
    const one = await world.wechat.newPerson({ noUnionid: true })
    const older = (await world.signedIn('website', one)).redeemed.account.id
    const younger = (await enterBy(world, 'official', one)).accountId
    await world.wechat.putPerson(one, { noUnionid: false })
    await world.signedIn('website', one)
    await enterBy(world, 'official', one)
    const merged = (await history(older)).find(({ act }) => act === 'merged') ?? expect.fail('no merge')
    expect(merged).toMatchObject({ method: 'official', appKey: 'mp', address: '127.0.0.1' })
    expect((await history(younger)).find(({ act }) => act === 'merged')?.subject).toBe(merged.subject)
    await enterBy(world, 'mobile', one)
    expect(acts(await history(older)).slice(0, 2)).toEqual(['login', 'linked'])

    await undoMerge(store(), merged.subject ?? '', world.now(), OLGA)
    await clearMerge(store(), merged.subject ?? '', world.now(), OLGA)
    for (const id of [older, younger]) {
      const [cleared, undone] = await history(id)
      expect(cleared).toMatchObject({ act: 'merge_cleared', actor: 'operator', actorName: 'olga', address: null })
      expect(undone).toMatchObject({ act: 'merge_undone', subject: merged.subject })
    }
  })
})

describe('a refusal', () => {
  test('on our page on the phone names the account, and the machine that was refused', async () => {
    const one = await person()
    const { accountId } = await enterBy(world, 'relay', one)
    const pc = world.pc()
    const begun = await pc.begin('relay')
    await pc.ticket(begun.ticket.id)
    const phone = world.phone(one)
    await phone.scan(begun.ticket.id)
    const wrong = begun.matchNumber === '10' ? '11' : '10'
    expect((await phone.confirm(begun.ticket.id, wrong)).code).toBe('match_number_wrong')
    await phone.deny(begun.ticket.id)
    await phone.deny(begun.ticket.id)
    const [denied, number, ...rest] = await history(accountId)
    expect(denied).toMatchObject({ act: 'refused', reason: 'refused_on_phone', method: 'relay', browser: 'Chrome 126' })
    expect(number).toMatchObject({ act: 'refused', reason: 'match_number_wrong', appKey: 'mp' })
    expect(acts(rest)).toEqual(['login'])
  })

  test('of a disabled account, by every kind of door', async () => {
    const one = await person()
    const { accountId } = await enterBy(world, 'website', one)
    await disableAccount(store(), accountId, world.now(), OLGA)
    await expect(world.signedIn('website', one)).rejects.toThrow()
    await expect(world.signedIn('relay', one)).rejects.toThrow()
    await expect(enterBy(world, 'mobile', one)).rejects.toThrow()
    const refused = 'refused: account_disabled'
    const ended = ['session_ended: disabled', 'disabled', 'login']
    expect(acts(await history(accountId))).toEqual([refused, refused, refused, ...ended])
    expect((await history(accountId)).slice(0, 3).map(({ method }) => method)).toEqual(['mobile', 'relay', 'website'])
  })

  test('of an openid that shows another unionid than before', async () => {
    const one = await person()
    const { accountId } = await enterBy(world, 'website', one)
    await sql(world.file, `UPDATE identities SET unionid = 'another' WHERE account_id = '${accountId}'`)
    await expect(world.signedIn('website', one)).rejects.toThrow()
    expect(await newest()).toMatchObject({ act: 'refused', reason: 'needs_attention', accountId, method: 'website' })
  })

  test('by somebody who is not known names nobody', async () => {
    const pc = world.pc()
    const begun = await pc.begin('website')
    await pc.browser.get(`/wechat/callback/pc?state=${new URL(begun.embedUrl ?? '').searchParams.get('state')}`)
    expect(await newest()).toMatchObject({ act: 'refused', reason: 'refused_on_phone', accountId: null, appKey: 'pc' })
  })
})

describe('the end of a session', () => {
  test('by oneself, from another device, by an operator', async () => {
    const one = await person()
    const [a, b, c, d] = [
      await enterBy(world, 'website', one),
      await enterBy(world, 'mobile', one),
      await enterBy(world, 'official', one),
      await enterBy(world, 'mini-program', one),
    ]
    const { sessions } = (await a.request('/api/sessions')).json<{ sessions: { id: string; method: string }[] }>()
    const mobile = sessions.find(({ method }) => method === 'mobile')?.id ?? ''
    expect((await a.request(`/api/sessions/${mobile}`, 'DELETE')).status).toBe(204)
    expect((await d.request('/api/sessions', 'DELETE')).status).toBe(204)
    expect((await d.request('/api/session', 'DELETE')).status).toBe(204)
    const e = await enterBy(world, 'mobile', one)
    await endSessions(store(), e.accountId, world.now(), OLGA)
    const ends = (await history(a.accountId)).filter(({ act }) => act === 'session_ended')
    const [other, out] = ['other_device', 'logout']
    expect(ends.map(({ reason }) => reason)).toEqual(['ordered', out, other, other, other])
    expect(ends.map(({ actor, address }) => [actor, address])).toEqual([
      ['operator', null],
      ...Array(4).fill(['person', '127.0.0.1']),
    ])
    expect(ends.at(-1)?.subject).toBe(mobile)
    expect([(await b.request('/api/session')).status, (await c.request('/api/session')).status]).toEqual([401, 401])
  })

  test('that ended before is no act', async () => {
    const { accountId, request } = await enterBy(world, 'mobile', await person())
    await Promise.all(Array.from({ length: 10 }, () => request('/api/session', 'DELETE')))
    expect(acts(await history(accountId))).toEqual(['session_ended: logout', 'login'])
  })
})

test('a notice leaves its name, what it ended and what it took, once', async () => {
  const one = await person()
  const { accountId } = await enterBy(world, 'website', one)
  await enterBy(world, 'mobile', one)
  await world.wechat.event('app', one, 'user_authorization_revoke', { revokeInfo: '301', repeat: 3 })
  expect(acts(await history(accountId)).slice(0, 2)).toEqual([
    'session_ended: consent_withdrawn',
    'notice_taken: revoked',
  ])
  await world.wechat.event('app', one, 'user_authorization_cancellation', { repeat: 3 })
  const entries = await history(accountId)
  expect(acts(entries).slice(0, 3)).toEqual(['session_ended: identity_removed', 'unlinked', 'notice_taken: cancelled'])
  expect(entries.slice(0, 5).map(({ actor, appKey }) => [actor, appKey])).toEqual(
    ['', 'app', 'app', '', 'app'].map((app) => ['wechat', app || null]),
  )
  await world.wechat.event('mp', await person(), 'user_authorization_cancellation')
  expect(await newest()).toMatchObject({ act: 'notice_taken', accountId: null, appKey: 'mp' })
})

test('an operator who disables and enables stands there by name', async () => {
  const { accountId } = await enterBy(world, 'mini-program', await person())
  await disableAccount(store(), accountId, world.now(), OLGA)
  await enableAccount(store(), accountId, world.now(), operator(null))
  expect((await history(accountId)).slice(0, 3).map(({ act, actorName }) => [act, actorName])).toEqual([
    ['enabled', null],
    ['session_ended', 'olga'],
    ['disabled', 'olga'],
  ])
})

test('people take their history along, without the names of operators; that they did is part of it', async () => {
  const { accountId, request } = await enterBy(world, 'website', await person())
  const other = await enterBy(world, 'website', await person())
  await disableAccount(store(), other.accountId, world.now(), OLGA)
  await enableAccount(store(), accountId, world.now(), OLGA)
  const taken = await request('/api/account/export')
  const { history: own } = taken.json<{ history: { act: string }[] }>()
  expect(own.map(({ act }) => act)).toEqual(['exported', 'enabled', 'login'])
  expect(own[0]).toMatchObject({ address: '127.0.0.1', actor: 'person', accountId })
  expect(taken.text).not.toContain('olga')
  expect(taken.text).not.toContain(other.accountId)
})

test('a deleted account: what happened stays, from where is erased, but for the deletion itself', async () => {
  const one = await person()
  const { accountId } = await enterBy(world, 'mobile', one)
  const { request } = await enterBy(world, 'website', one)
  expect((await request('/api/account', 'DELETE')).status).toBe(204)
  const [deleted, ...before] = await history(accountId)
  expect(deleted).toMatchObject({ act: 'account_deleted', actor: 'person', address: '127.0.0.1' })
  expect(acts(before)).toEqual([
    'session_ended: account_deleted',
    'session_ended: account_deleted',
    'login',
    'linked',
    'login',
  ])
  expect(before.map(({ address, browser, os }) => [address, browser, os])).toEqual(Array(5).fill([null, null, null]))
})

test('personal data: no entry and no line of it has a name, an openid, a unionid or a secret', async () => {
  const nickname = '不该出现的名字'
  const one = await world.wechat.newPerson({ nickname })
  const secrets = new Set<string>([nickname])
  for (const door of DOORS) {
    const { accountId, secrets: held } = await enterBy(world, door, one)
    for (const value of held.values()) secrets.add(value)
    for (const identity of await store().read.identities.ofAccount(accountId)) {
      for (const value of [identity.openid, identity.unionid]) if (value !== null) secrets.add(value)
    }
  }
  expect(secrets.size).toBeGreaterThan(20)
  const trail = JSON.stringify(await rows(world.file, 'SELECT * FROM audit'))
  const lines = world.log.filter((line) => line.includes('"msg":"audit"')).join('\n')
  expect([trail.includes('"login"'), lines.includes('"login"')]).toEqual([true, true])
  for (const secret of secrets) expect([trail.includes(secret), lines.includes(secret)]).toEqual([false, false])
  // The log says what happened, and not from where.
  expect(lines).not.toContain('127.0.0.1')
})

test('every entry is one line of the log, and no line is without an entry', async () => {
  const lines = world.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'audit')
  const entries = await rows(world.file, 'SELECT act, account_id, subject FROM audit ORDER BY id')
  expect(lines.length).toBeGreaterThan(50)
  expect(lines.map(({ act, account, subject }) => [act, account, subject])).toEqual(
    entries.map((entry) => [entry.act, entry.account_id, entry.subject]),
  )
})

test('an act whose commit fails is in neither', async () => {
  const { accountId, request } = await enterBy(world, 'mobile', await person())
  const before = world.log.length
  await sql(
    world.file,
    "CREATE TRIGGER no_logout BEFORE INSERT ON audit WHEN new.act = 'session_ended' BEGIN SELECT RAISE(FAIL, 'no'); END",
  )
  expect((await request('/api/session', 'DELETE')).status).toBeGreaterThanOrEqual(500)
  await sql(world.file, 'DROP TRIGGER no_logout')
  expect((await request('/api/session')).status).toBe(200)
  expect(acts(await history(accountId))).toEqual(['login'])
  expect(world.log.slice(before).filter((line) => line.includes('"msg":"audit"'))).toEqual([])
})

test('nobody reads it over HTTP', async () => {
  for (const path of ['/api/audit', '/api/history', '/api/account/history']) {
    expect((await callAsProgram(world, path)).status).toBe(404)
  }
})
