// After a merge, the browsers whose sessions moved get a new id at their next use, and nobody notices.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undoMerge } from '#server/core/identity/undo-merge.js'
import { rows } from '../world/database.js'
import { logInByApp } from '../world/native-app.js'
import { createPc, type Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const MINUTE = 60_000
const value = (pc: Pc) => pc.browser.cookie('session')
/** Another browser that holds this one's cookie of a moment. */
function withCookie(session: string): Pc {
  const pc = createPc(world)
  pc.browser.jar.set('saoma-session', session)
  return pc
}

/** Somebody with two accounts of which nobody knew that they are one person's, now joined. `moved` was the younger's. */
async function joined() {
  const person = await world.wechat.newPerson({ noUnionid: true })
  const older = await world.signedIn('website', person)
  const younger = await world.signedIn('relay', person)
  const app = await logInByApp(world, person)
  const ids = { older: older.redeemed.account.id, younger: younger.redeemed.account.id }
  expect(ids.younger).not.toBe(ids.older)
  await world.wechat.putPerson(person, { noUnionid: false })
  for (const method of ['relay', 'website'] as const) await world.signedIn(method, person)
  await logInByApp(world, person)
  return { person, stayed: older.pc, moved: younger.pc, app, ids }
}

describe('a session that moved', () => {
  test('has another id after its next use, and is the same session', async () => {
    const { moved, ids } = await joined()
    const before = value(moved)
    const answer = await moved.session()
    expect(answer.headers.get('x-saoma-account')).toBe(ids.older)
    expect(answer.cookies).toHaveLength(1)
    expect(answer.cookies[0]).toMatch(/^saoma-session=[\w-]{43}; path=\/; expires=.*; samesite=lax; httponly$/)
    expect(value(moved)).not.toBe(before)
    const again = await moved.session()
    expect([again.status, again.cookies]).toEqual([200, []])
    const [first, second] = [answer, again].map(
      (one) => one.json<{ session: { id: string; createdAt: number } }>().session,
    )
    expect(second?.id).toBe(first?.id)
    const left = Date.parse(/expires=([^;]+)/.exec(answer.cookies[0] ?? '')?.[1] ?? '') - world.now()
    expect(Math.abs(left - 30 * 24 * 60 * MINUTE)).toBeLessThan(MINUTE)
  })

  test('is answered anew by every call that needs a session, whatever it is', async () => {
    for (const path of ['/api/session', '/api/account', '/api/account/export', '/api/sessions']) {
      const { moved } = await joined()
      const before = value(moved)
      expect((await moved.browser.get(path)).status).toBe(200)
      expect(value(moved)).not.toBe(before)
    }
  })

  test('parallel requests: all are good, all are led to the same successor', async () => {
    const { moved } = await joined()
    const cookie = moved.browser.cookieHeader()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => moved.browser.get('/api/account', { headers: { cookie }, cookies: false })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const set = answers.flatMap(({ cookies }) => cookies.map((line) => line.split(';')[0]))
    expect(set).toHaveLength(20)
    expect(new Set(set).size).toBe(1)
  })

  test('an answer that is lost, a minute and a day: the old id goes on, to the same successor', async () => {
    const { moved } = await joined()
    const old = value(moved)
    await moved.session()
    const successor = value(moved)
    for (const ms of [MINUTE + 1, 24 * 60 * MINUTE]) {
      world.advance(ms)
      const same = withCookie(old)
      expect((await same.session()).status).toBe(200)
      expect(value(same)).toBe(successor)
    }
  })

  test('the old id is good for a minute after the new one has come, and dead afterwards', async () => {
    const { moved } = await joined()
    const old = value(moved)
    await moved.session()
    const successor = value(moved)
    await moved.session()
    world.advance(MINUTE - 5_000)
    const late = withCookie(old)
    expect((await late.session()).status).toBe(200)
    expect(value(late)).toBe(successor)
    world.advance(5_000)
    expect((await withCookie(old).session()).status).toBe(401)
    expect((await moved.session()).status).toBe(200)
  })

  test('session resurrection: after a logout neither the old id nor the new one is good, in whatever order they came', async () => {
    for (const taken of [true, false]) {
      const { moved } = await joined()
      const old = value(moved)
      await moved.session()
      const successor = value(moved)
      if (taken) await moved.session()
      const by = withCookie(taken ? old : successor)
      expect((await by.logout()).status).toBe(204)
      for (const dead of [old, successor]) expect((await withCookie(dead).session()).status).toBe(401)
    }
  })

  test('a logout by the old id leaves no cookie, and no session', async () => {
    const { moved } = await joined()
    const old = value(moved)
    const answer = await moved.logout()
    expect(answer.status).toBe(204)
    expect(moved.browser.jar.has('saoma-session')).toBe(false)
    expect((await withCookie(old).session()).status).toBe(401)
  })

  test('a login in that browser ends it, also by its old id', async () => {
    const { moved, person } = await joined()
    const old = value(moved)
    await moved.session()
    const successor = value(moved)
    moved.browser.jar.set('saoma-session', old)
    await world.signedIn('website', person, moved)
    for (const dead of [old, successor]) expect((await withCookie(dead).session()).status).toBe(401)
    expect((await moved.session()).status).toBe(200)
  })

  test('its open page is not disturbed, and is told of its end', async () => {
    const { moved, stayed } = await joined()
    const live = await moved.socket()
    live.send({ type: 'session' })
    await moved.session()
    await moved.session()
    const { id } = (await moved.me()).session
    await stayed.browser.delete(`/api/sessions/${id}`)
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
  })

  test('only hashes of either id are stored', async () => {
    const { moved } = await joined()
    const old = value(moved)
    await moved.session()
    const { id } = (await moved.me()).session
    const [row] = await rows(world.file, `SELECT * FROM sessions WHERE id = '${id}'`)
    expect(row).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), renew: 0 })
    for (const secret of [old, value(moved)]) expect(JSON.stringify(row)).not.toContain(secret)
  })
})

describe('what did not move, or cannot be told, stays as it is:', () => {
  test('the survivor’s own sessions', async () => {
    const { stayed } = await joined()
    const before = value(stayed)
    expect((await stayed.session()).cookies).toEqual([])
    expect(value(stayed)).toBe(before)
  })

  test('bearer tokens', async () => {
    const { app, ids } = await joined()
    for (let use = 0; use < 2; use += 1) {
      const answer = await app.get('/api/session')
      expect(answer.headers.get('x-saoma-account')).toBe(ids.older)
      expect(answer.cookies).toEqual([])
      world.advance(2 * MINUTE)
    }
  })
})

test('a merge taken back gives a renewed session back to its account, with yet another id', async () => {
  const { moved, ids } = await joined()
  await moved.session()
  await moved.session()
  world.advance(2 * MINUTE)
  const before = value(moved)
  const { store } = world.node()
  // The app's account came by the unionid that this merge moved: it goes first.
  const merges = await store.read.identities.merges(ids.older)
  expect(merges.map(({ loserId }) => loserId === ids.younger)).toEqual([false, true])
  for (const { id } of merges) await undoMerge(store, id, world.now())
  const answer = await moved.session()
  expect(answer.headers.get('x-saoma-account')).toBe(ids.younger)
  expect(value(moved)).not.toBe(before)
})

test('a restart in between changes nothing: the successor follows from the keys', async () => {
  const { moved } = await joined()
  const old = value(moved)
  await moved.session()
  const successor = value(moved)
  await world.restart()
  const same = withCookie(old)
  expect((await same.session()).status).toBe(200)
  expect(value(same)).toBe(successor)
})
