// My devices: everywhere I am signed in, by cookie and by token, each seen and ended from each.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnSession, OwnSessions } from '#shared/api.js'
import type { Answer } from '../world/browser.js'
import { logInByApp, type NativeApp } from '../world/native-app.js'
import { createPc, type Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const newPerson = () => world.wechat.newPerson()
const listed = (answer: Answer): readonly OwnSession[] => answer.json<OwnSessions>().sessions
const ofPc = async (pc: Pc) => listed(await pc.browser.get('/api/sessions'))
const ofApp = async (app: NativeApp) => listed(await app.get('/api/sessions'))
const idOf = (sessions: readonly OwnSession[]): string => sessions.find(({ current }) => current)?.id ?? ''

/** One person with two browsers and an app. */
async function threeDevices() {
  const person = await newPerson()
  const { pc: first } = await world.signedIn('website', person)
  const { pc: second } = await world.signedIn('relay', person)
  const app = await logInByApp(world, person)
  const ids = { first: idOf(await ofPc(first)), second: idOf(await ofPc(second)), app: idOf(await ofApp(app)) }
  return { person, first, second, app, ids }
}

describe('the list', () => {
  test('shows browsers and apps alike, to each of them, and says which one asks', async () => {
    const { first, app, ids } = await threeDevices()
    const [byBrowser, byApp] = [await ofPc(first), await ofApp(app)]
    expect(byBrowser.map(({ id }) => id).toSorted()).toEqual(Object.values(ids).toSorted())
    expect(byApp.map(({ id }) => id).toSorted()).toEqual(Object.values(ids).toSorted())
    expect([byBrowser[0]?.id, byApp[0]?.id]).toEqual([ids.first, ids.app])
    expect([byBrowser, byApp].map((sessions) => sessions.filter(({ current }) => current).length)).toEqual([1, 1])
    expect(byBrowser[0]).toMatchObject({ kind: 'browser', method: 'website', name: 'Chrome 126 · Windows 10/11' })
    expect(byApp[0]).toMatchObject({ kind: 'bearer', method: 'mobile', name: 'app' })
  })

  test('is sorted by last use, and holds nothing to log in with', async () => {
    const { first, second, app, ids } = await threeDevices()
    world.advance(10 * 60_000)
    await second.session()
    world.advance(10 * 60_000)
    const answer = await first.browser.get('/api/sessions')
    const { sessions, serverTime } = answer.json<OwnSessions>()
    expect(sessions.map(({ id }) => id)).toEqual([ids.first, ids.second, ids.app])
    expect(serverTime - (sessions[0]?.lastSeenAt ?? 0)).toBeLessThan(60_000)
    expect(serverTime - (sessions[1]?.lastSeenAt ?? 0)).toBeGreaterThanOrEqual(10 * 60_000)
    for (const secret of [first.browser.cookie('session'), second.browser.cookie('session'), app.token]) {
      expect(answer.text).not.toContain(secret)
    }
  })

  test('has nobody else’s, and nothing that has ended', async () => {
    const { first, second, ids } = await threeDevices()
    await world.signedIn('website', await newPerson())
    await second.logout()
    expect((await ofPc(first)).map(({ id }) => id).toSorted()).toEqual([ids.first, ids.app].toSorted())
  })
})

describe('ending one', () => {
  test('of either kind, from either kind, is at once', async () => {
    const { first, second, app, ids } = await threeDevices()
    expect((await app.delete(`/api/sessions/${ids.second}`)).status).toBe(204)
    expect((await second.session()).status).toBe(401)
    expect((await first.browser.delete(`/api/sessions/${ids.app}`)).status).toBe(204)
    expect((await app.get('/api/session')).status).toBe(401)
    expect((await ofPc(first)).map(({ id }) => id)).toEqual([ids.first])
  })

  test('that is one’s own is a logout: no cookie is left', async () => {
    const { first, second, ids } = await threeDevices()
    const value = first.browser.cookie('session')
    expect((await first.browser.delete(`/api/sessions/${ids.first}`)).status).toBe(204)
    expect([...first.browser.jar.keys()].filter((name) => /session|browser/.test(name))).toEqual([])
    first.browser.jar.set('saoma-session', value)
    expect((await first.session()).status).toBe(401)
    expect((await second.session()).status).toBe(200)
  })

  test('tells every open page of it, of a browser and of an app', async () => {
    const { first, second, app, ids } = await threeDevices()
    const pages = [await second.socket(), await second.socket(), await app.socket(), await first.socket()] as const
    for (const live of pages) live.send({ type: 'session' })
    // Whoever was not looked up yet would be told that nobody is signed in.
    await Promise.all([second.session(), app.get('/api/session'), first.session()])
    await first.browser.delete(`/api/sessions/${ids.second}`)
    await first.browser.delete(`/api/sessions/${ids.app}`)
    for (const live of pages.slice(0, 3)) {
      expect(await live.next(1_000)).toEqual({ type: 'session.ended', reason: 'ended' })
    }
    expect(pages[3].received).toEqual([])
    for (const live of pages) live.close()
  })

  test('session probing: a stranger’s, an ended and a made-up one get the same answer, and the stranger stays', async () => {
    const { first, second, ids } = await threeDevices()
    const { pc: stranger } = await world.signedIn('website', await newPerson())
    await second.logout()
    const bodies = new Set<string>()
    for (const id of [idOf(await ofPc(stranger)), ids.second, 'ses_0123456789', 'acc_1', 'x'.repeat(200), '%00']) {
      const answer = await first.browser.delete(`/api/sessions/${id}`)
      expect(answer.status).toBe(404)
      bodies.add(answer.text.replace(/req_[\w-]+/, ''))
    }
    expect(bodies.size).toBe(1)
    expect([...bodies][0]).toContain('session_unknown')
    expect((await stranger.session()).status).toBe(200)
  })

  test('of fifty who end one at the same moment exactly one did', async () => {
    const { first, second, app, ids } = await threeDevices()
    const path = `/api/sessions/${ids.app}`
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? first : second).browser.delete(path)),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'session_unknown')).toHaveLength(49)
    expect((await app.get('/api/session')).status).toBe(401)
  })
})

describe('ending all others', () => {
  test('leaves the one that asks, of whichever kind, and nobody else’s', async () => {
    const { first, second, app } = await threeDevices()
    const { pc: stranger } = await world.signedIn('website', await newPerson())
    const live = await second.socket()
    live.send({ type: 'session' })
    await second.session()
    expect((await app.delete('/api/sessions')).status).toBe(204)
    expect(await live.next(1_000)).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
    expect([(await first.session()).status, (await second.session()).status]).toEqual([401, 401])
    expect([(await app.get('/api/session')).status, (await stranger.session()).status]).toEqual([200, 200])
    // Once more, with nobody left.
    expect((await app.delete('/api/sessions')).status).toBe(204)
    expect(await ofApp(app)).toHaveLength(1)
  })
})

describe('cross-site request forgery: ending sessions', () => {
  test.each(['https://evil.example', 'null', 'http://localhost', 'http://127.0.0.1:1'])(
    'from %s is refused',
    async (origin) => {
      const { first, second, ids } = await threeDevices()
      for (const path of ['/api/sessions', `/api/sessions/${ids.second}`, `/api/sessions/${ids.first}`]) {
        const headers = { origin, 'sec-fetch-site': 'cross-site' }
        expect(await first.browser.delete(path, { headers })).toMatchObject({ status: 403, code: 'origin_refused' })
      }
      expect([(await first.session()).status, (await second.session()).status]).toEqual([200, 200])
    },
  )

  test('without an Origin, but from another site, is refused', async () => {
    const { first, second } = await threeDevices()
    const headers = { cookie: first.browser.cookieHeader(), 'sec-fetch-site': 'same-site' }
    const answer = await createPc(world).browser.request(`${world.connectTo}/api/sessions`, {
      method: 'DELETE',
      headers,
    })
    expect(answer).toMatchObject({ status: 403, code: 'origin_refused' })
    expect((await second.session()).status).toBe(200)
  })

  test('by a page that got hold of a token is refused', async () => {
    const { first, app, ids } = await threeDevices()
    for (const path of ['/api/sessions', `/api/sessions/${ids.first}`]) {
      expect((await app.delete(path, { origin: world.publicUrl })).status).toBe(401)
    }
    expect((await first.session()).status).toBe(200)
  })
})

test('nobody signed in sees and ends nothing', async () => {
  const pc = world.pc()
  expect(await pc.browser.get('/api/sessions')).toMatchObject({ status: 401, code: 'signed_out' })
  expect(await pc.browser.delete('/api/sessions')).toMatchObject({ status: 401, code: 'signed_out' })
  expect(await pc.browser.delete('/api/sessions/ses_1')).toMatchObject({ status: 401, code: 'signed_out' })
})

test('fail closed: a session of an account that cannot be used sees and ends nothing, even if it was left living', async () => {
  const { first, ids } = await threeDevices()
  const { id } = (await first.me()).account
  await world.node().store.write((tx) => tx.accounts.setStatus(id, 'disabled'))
  const answers = [
    await first.session(),
    await first.browser.get('/api/account'),
    await first.browser.get('/api/account/export'),
    await first.browser.get('/api/sessions'),
    await first.browser.delete('/api/sessions'),
    await first.browser.delete(`/api/sessions/${ids.second}`),
    await first.browser.delete('/api/account'),
  ]
  expect(answers.map(({ status, code }) => `${status} ${code}`)).toEqual(Array(7).fill('401 signed_out'))
})
