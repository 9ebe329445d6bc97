// GET /api/session as a proxy asks it before every request: who is there, in a header that no visitor can choose.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser } from '../world/browser.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

test('names the account, by cookie and by token', async () => {
  const person = await world.wechat.newPerson()
  const { pc, redeemed } = await world.signedIn('website', person)
  const app = await logInByApp(world, person)
  for (const asked of [await pc.session(), await app.get('/api/session')]) {
    expect(asked.status).toBe(200)
    expect(asked.headers.get('x-saoma-account')).toBe(redeemed.account.id)
    expect(asked.headers.get('x-saoma-account')).toMatch(/^acc_[\w-]+$/)
  }
})

test('forged header: what a visitor says of itself is not repeated', async () => {
  const { pc, redeemed } = await world.signedIn('website', await world.wechat.newPerson())
  const forged = { headers: { 'x-saoma-account': 'acc_of_somebody_else' } }
  expect((await pc.browser.get('/api/session', forged)).headers.get('x-saoma-account')).toBe(redeemed.account.id)
  const stranger = await createBrowser(world).get('/api/session', forged)
  expect([stranger.status, stranger.headers.get('x-saoma-account')]).toEqual([401, null])
})

test('a name that no header could carry is in no header', async () => {
  const { pc } = await world.signedIn('website', await world.wechat.newPerson({ nickname: '小林 😀' }))
  const headers = [...(await pc.session()).headers]
  expect(headers.filter(([, value]) => /[^\x20-\x7e]/.test(value))).toEqual([])
})

test('a proxy that passes on the first request’s method, body and type is answered all the same', async () => {
  const { pc } = await world.signedIn('website', await world.wechat.newPerson())
  const cookie = pc.browser.cookieHeader()
  const headers = { cookie, 'content-type': 'text/html', origin: 'https://another.example', accept: 'text/html' }
  expect((await callAsProgram(world, '/api/session?x=1', { headers })).status).toBe(200)
  expect((await callAsProgram(world, '/api/session', { method: 'HEAD', headers })).status).toBe(200)
})

test('merged accounts are named by their survivor', async () => {
  const person = await world.wechat.newPerson({ noUnionid: true })
  const { redeemed } = await world.signedIn('website', person)
  const app = await logInByApp(world, person)
  expect(app.accountId).not.toBe(redeemed.account.id)
  await world.wechat.putPerson(person, { noUnionid: false })
  await world.signedIn('website', person)
  await logInByApp(world, person)
  expect((await app.get('/api/session')).headers.get('x-saoma-account')).toBe(redeemed.account.id)
})
