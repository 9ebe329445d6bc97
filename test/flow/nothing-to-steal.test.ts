// Promise 6: everything that is shown, sent, logged and stored during logins is collected, and none of it opens anything.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../world/database.js'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
/** What only its owner may know, by what it is. */
const secrets = new Map<string, string>()
/** What others may come to see, by where. */
const shown = new Map<string, string>()

beforeAll(async () => {
  world = await startWorld()
  const sockets: string[] = []
  const codes: string[] = []
  const addresses: string[] = []
  for (const method of METHODS) {
    const person = await world.wechat.newPerson()
    const pc = world.pc()
    const begun = await pc.begin(method, { returnTo: '/after' })
    const { id } = begun.ticket
    const live = await pc.watch(id)
    await live.until('pending')
    codes.push(begun.qr?.content ?? '')
    addresses.push(begun.embedUrl ?? '', begun.redirectUrl ?? '')
    if (method === 'website') {
      const scan = await world.wechat.websiteScan(begun, person)
      secrets.set('a code of website', scan.code)
      addresses.push((await pc.arrive(scan)).location ?? '')
    } else {
      const phone = world.phone(person)
      const trail: string[] = []
      await phone.follow(`/t/${id}`, trail)
      const { needsExplicit } = (await phone.question(id)).json<{ needsExplicit: string }>()
      await phone.follow(needsExplicit, trail)
      const isReturn = (url: string) => url.includes('code=')
      for (const url of trail.filter(isReturn)) {
        secrets.set(`a code of relay (${secrets.size})`, new URL(url).searchParams.get('code') ?? '')
      }
      addresses.push(...trail.filter((url) => !isReturn(url)))
      await phone.confirm(id, begun.matchNumber)
      secrets.set('the phone’s secret', phone.browser.cookie('phone'))
    }
    await live.until('confirmed')
    const attempt = `the-attempt-of-${method}-0123456789`
    await pc.signIn(id, attempt)
    await live.until('redeemed')
    addresses.push(`${world.publicUrl}/?ticket=${id}`)
    sockets.push(...live.received)
    live.close()
    secrets.set(`the browser’s secret (${method})`, pc.browser.cookie('browser'))
    secrets.set(`the session (${method})`, pc.browser.cookie('session'))
    secrets.set(`the redeem attempt (${method})`, attempt)
  }
  for (const app of await world.wechat.apps()) secrets.set(`the secret of the app ${app.key}`, app.secret)
  await sql(world.file, 'PRAGMA wal_checkpoint(FULL)')
  shown.set('the QR', codes.join('\n'))
  shown.set('the URLs', addresses.join('\n'))
  shown.set('the sockets', sockets.join('\n'))
  shown.set('the log', world.log.join('\n'))
  const read = (file: string) => readFileSync(file).toString('latin1')
  shown.set('a database dump', read(world.file) + read(`${world.file}-wal`))
})
afterAll(() => world.close())

describe('Nothing in the QR, the URL, the socket, the log or a database dump lets anyone else log in', () => {
  test.each(['the QR', 'the URLs', 'the sockets', 'the log', 'a database dump'])('%s: holds no secret', (where) => {
    const text = shown.get(where) ?? ''
    expect(text.length).toBeGreaterThan(80)
    const found = [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => what)
    expect(found).toEqual([])
  })

  test('the database holds no access token, and no code or state in clear', () => {
    const dump = shown.get('a database dump') ?? ''
    expect(dump).not.toMatch(/access_?token|refresh_?token/i)
    const states = (shown.get('the URLs') ?? '').match(/(?<=state=)[0-9a-f]{108}/g) ?? []
    expect(states.length).toBeGreaterThanOrEqual(4)
    for (const state of states) {
      expect(dump).not.toContain(state)
      expect(shown.get('the log')).not.toContain(state)
    }
  })

  test('the log names no ticket in full: its id is the start of a way in', () => {
    const ids = (shown.get('the URLs') ?? '').match(/tkt_[\w-]{60}/g) ?? []
    expect(ids.length).toBeGreaterThan(0)
    for (const id of ids) expect(shown.get('the log')).not.toContain(id)
  })

  test('every word in it that could be a secret is tried as each cookie: nobody is signed in, no ticket opens', async () => {
    const all = [...shown.values()].join('\n')
    const ids = [...new Set(all.match(/tkt_[\w-]{60}/g) ?? [])]
    const words = new Set(all.match(/[\w-]{43,}/g) ?? [])
    const candidates = new Set<string>()
    for (const word of words) {
      // A secret has 43 characters: the word's beginning, its end, and what follows its prefix; hashes in both spellings.
      for (const part of [word.slice(0, 43), word.slice(-43), word.slice(4, 47)]) candidates.add(part)
      if (/^[0-9a-f]{64}$/.test(word)) candidates.add(Buffer.from(word, 'hex').toString('base64url'))
    }
    expect(candidates.size).toBeGreaterThan(20)
    for (const candidate of candidates) {
      const headers = { cookie: ['browser', 'phone', 'session'].map((name) => `saoma-${name}=${candidate}`).join('; ') }
      const thief = world.pc().browser
      expect((await thief.get('/api/session', { headers })).status).toBe(401)
      for (const id of ids) {
        expect((await thief.get(`/api/tickets/${id}`, { headers })).status).toBe(404)
        expect((await thief.get(`/api/confirmations/${id}`, { headers })).status).toBe(404)
      }
    }
  })

  test('the same words as cookies of their owner do open it: the test above can fail', async () => {
    const headers = { cookie: `saoma-session=${secrets.get('the session (relay)')}` }
    expect((await world.pc().browser.get('/api/session', { headers })).status).toBe(200)
  })
})
