// Bearer tokens: good wherever a session's cookie is, and never taken for one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../world/database.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import { UpgradeRefused } from '../world/socket.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const newPerson = () => world.wechat.newPerson()
const ask = (headers: Record<string, string>) => callAsProgram(world, '/api/session', { headers })
const cookie = (value: string) => `saoma-session=${value}`

describe('a bearer token', () => {
  test.each(['Bearer', 'bearer', 'BEARER'])('is one after %s', async (scheme) => {
    const app = await logInByApp(world, await newPerson())
    const answer = await ask({ authorization: `${scheme} ${app.token}` })
    expect(answer.headers.get('x-saoma-account')).toBe(app.accountId)
    expect(answer.cookies).toEqual([])
  })

  test('logs out itself, and touches no cookie that came beside it', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const app = await logInByApp(world, await newPerson())
    const answer = await app.delete('/api/session', { cookie: pc.browser.cookieHeader() })
    expect(answer).toMatchObject({ status: 204, cookies: [] })
    expect((await app.get('/api/session')).status).toBe(401)
    expect((await pc.session()).status).toBe(200)
  })

  test('lives seven days without use, and notes its use', async () => {
    const [idle, used] = [await logInByApp(world, await newPerson()), await logInByApp(world, await newPerson())]
    for (let day = 1; day <= 8; day += 1) {
      world.advance(24 * 3_600_000)
      expect((await used.get('/api/session')).status).toBe(200)
    }
    expect((await idle.get('/api/session')).status).toBe(401)
    const { session } = (await used.get('/api/session')).json<{ session: { lastSeenAt: number; expiresAt: number } }>()
    expect(session.expiresAt - session.lastSeenAt).toBe(7 * 24 * 3_600_000)
    const stored = await rows(world.file, `SELECT expires_at FROM sessions WHERE account_id = '${used.accountId}'`)
    expect(stored).toEqual([{ expires_at: session.expiresAt }])
  })
})

describe('token confusion:', () => {
  test('a cookie’s id is no bearer token, and a bearer token no cookie', async () => {
    const person = await newPerson()
    const { pc } = await world.signedIn('website', person)
    const { token } = await logInByApp(world, person)
    const signedOut = { status: 401, code: 'signed_out' }
    expect(await ask({ authorization: `Bearer ${pc.browser.cookie('session')}` })).toMatchObject(signedOut)
    expect(await ask({ cookie: cookie(token) })).toMatchObject(signedOut)
    expect(await ask({ authorization: `Ticket ${token}` })).toMatchObject(signedOut)
  })

  test('of a token and a cookie at once the token alone counts, a bad one too', async () => {
    const { pc } = await world.signedIn('website', await newPerson())
    const app = await logInByApp(world, await newPerson())
    const mine = cookie(pc.browser.cookie('session'))
    const both = await app.get('/api/session', { cookie: mine })
    expect(both.headers.get('x-saoma-account')).toBe(app.accountId)
    for (const bad of ['', ' ', ' x', ` ${'A'.repeat(43)}`, ` ${app.token} ${app.token}`]) {
      expect(await ask({ authorization: `Bearer${bad}`, cookie: mine })).toMatchObject({ code: 'signed_out' })
    }
    // Another scheme is somebody else's: the proxy's, or the application's behind it.
    expect((await ask({ authorization: 'Basic eDp5', cookie: mine })).status).toBe(200)
  })

  test.each(['own', 'foreign', 'null'])('a page (%s origin) cannot use a token that it got hold of', async (which) => {
    const app = await logInByApp(world, await newPerson())
    const origin = which === 'own' ? world.publicUrl : which === 'null' ? 'null' : 'https://evil.example'
    expect(await app.get('/api/session', { origin })).toMatchObject({ code: 'signed_out' })
    expect((await app.delete('/api/session', { origin })).status).toBe(which === 'own' ? 401 : 403)
    expect((await app.get('/api/session')).status).toBe(200)
  })
})

describe('the socket', () => {
  test('watches the session of the token in its handshake', async () => {
    const app = await logInByApp(world, await newPerson())
    const live = await app.socket()
    live.send({ type: 'session' })
    // Whoever was not looked up yet would be told that nobody is signed in.
    await app.get('/api/session')
    await app.delete('/api/session')
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
  })

  test('a token in a cookie is nobody’s session there either', async () => {
    const { token } = await logInByApp(world, await newPerson())
    const pc = world.pc()
    pc.browser.jar.set('saoma-session', token)
    const live = await pc.socket()
    live.send({ type: 'session' })
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'signed_out' })
    live.close()
  })

  test('is refused without an Origin to whoever says nothing of the form of a token, and to a page of elsewhere', async () => {
    const app = await logInByApp(world, await newPerson())
    await expect(app.socket({ authorization: 'Bearer x' })).rejects.toThrow(UpgradeRefused)
    await expect(app.socket({ authorization: '' })).rejects.toThrow(UpgradeRefused)
    await expect(app.socket({ origin: 'https://evil.example' })).rejects.toThrow(UpgradeRefused)
  })
})
