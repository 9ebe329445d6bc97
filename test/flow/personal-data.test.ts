// What people may do with their own account: see it, take it along, have it erased.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnAccount } from '#shared/api.js'
import { createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

let people = 0
/** Came by the PC and by the app: one account with two sessions. */
async function somebody() {
  people += 1
  const nickname = `小明第${people}号`
  const person = await world.wechat.newPerson({ nickname })
  const { pc, redeemed } = await world.signedIn('website', person)
  const app = await logInByApp(world, person)
  expect(app.accountId).toBe(redeemed.account.id)
  return { person, nickname, pc, app, id: app.accountId }
}

describe('GET /api/account', () => {
  test('shows the doors one came by, and no openid', async () => {
    const { nickname, pc, app, id } = await somebody()
    const answer = await pc.browser.get('/api/account')
    const own = answer.json<OwnAccount>()
    expect(own.account).toMatchObject({ id, nickname })
    const doors = own.doors.map(({ app: key, kind }) => [key, kind]).toSorted()
    expect(doors).toEqual([
      ['app', 'mobile'],
      ['pc', 'website'],
    ])
    for (const { openid, unionid } of await world.node().store.read.identities.ofAccount(id)) {
      expect(answer.text).not.toContain(openid)
      expect(answer.text).not.toContain(unionid ?? 'a unionid')
    }
    expect((await app.get('/api/account')).json()).toEqual(own)
  })
})

describe('GET /api/account/export', () => {
  test('is a file with all that is kept, and with nothing that lets anybody in', async () => {
    const { nickname, pc, app, id } = await somebody()
    const taken = await pc.browser.get('/api/account/export')
    expect(taken.headers.get('content-disposition')).toBe(`attachment; filename="${id}.json"`)
    expect(taken.headers.get('content-type')).toMatch(/^application\/json/)
    expect(taken.headers.get('cache-control')).toBe('no-store')
    expect(taken.json()).toMatchObject({
      account: { nickname, nicknameSource: 'pc' },
      identities: [{}, {}],
      sessions: [{}, {}],
    })
    const { hash } = (await world.node().store.read.sessions.ofAccount(id, world.now()))[0] ?? expect.fail('no session')
    for (const secret of [app.token, pc.browser.cookie('session'), hash]) expect(taken.text).not.toContain(secret)
    expect((await app.get('/api/account/export')).json()).toMatchObject({ account: { id } })
  })
})

describe('DELETE /api/account', () => {
  test('erases, signs out everywhere at once, and whoever comes back is somebody new', async () => {
    const { person, nickname, pc, app, id } = await somebody()
    const pages = [await pc.socket(), await app.socket()]
    for (const live of pages) live.send({ type: 'session' })
    await pc.session()
    const answer = await pc.browser.delete('/api/account')
    expect(answer.status).toBe(204)
    expect(answer.cookies.map((line) => line.split(';')[0]).toSorted()).toEqual(['saoma-browser=', 'saoma-session='])
    for (const live of pages) {
      expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
      live.close()
    }
    expect(await pc.session()).toMatchObject({ code: 'signed_out' })
    expect((await app.get('/api/session')).status).toBe(401)
    for (const table of ['accounts', 'identities', 'unionids', 'merges', 'tickets']) {
      expect(JSON.stringify(await rows(world.file, `SELECT * FROM ${table}`))).not.toContain(nickname)
    }
    expect(await rows(world.file, `SELECT * FROM identities WHERE account_id = '${id}'`)).toEqual([])
    expect((await world.signedIn('website', person)).redeemed.account.id).not.toBe(id)
  })

  test('by a bearer token drops nobody’s cookies', async () => {
    const { pc, app } = await somebody()
    expect(await app.delete('/api/account')).toMatchObject({ status: 204, cookies: [] })
    expect(await pc.session()).toMatchObject({ code: 'signed_out' })
  })

  test('cross-site request: another site’s page erases nobody', async () => {
    const { pc } = await somebody()
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '', 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      expect(await pc.browser.delete('/api/account', { headers })).toMatchObject({ code: 'origin_refused' })
    }
    expect((await pc.session()).status).toBe(200)
  })
})

test.each(['/api/account', '/api/account/export', '/api/session'])(
  '%s is for those who are signed in',
  async (path) => {
    expect(await createBrowser(world).get(path)).toMatchObject({ status: 401, code: 'signed_out' })
    if (path !== '/api/account/export') {
      expect(await createBrowser(world).delete(path)).toMatchObject({ status: 401, code: 'signed_out' })
    }
  },
)
