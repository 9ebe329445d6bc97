// The references do what they claim: the bench's own driver logs in to each of them as it does to Saoma, against the real
// simulator, and is refused by each where Saoma refuses it. A reference that skipped a check would make a fast limit.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { Connection } from './client/http.mjs'
import { startLimit } from './limit/server.mjs'
import {
  type Browser,
  beginLogin,
  collectLogin,
  confirmLogin,
  login,
  pcOf,
  phoneOf,
  readLink,
  watchBySocket,
} from './login.mjs'
import { startTextbook } from './textbook/server.mjs'

const METHODS = ['website', 'relay'] as const
const SYSTEMS = ['saoma', 'limit', 'textbook'] as const
const ATTEMPT = 'an-attempt-of-the-page'

let world: World
let sites: Record<(typeof SYSTEMS)[number], Site>
let offset = 0
const cleanUp: (() => unknown)[] = []

interface Site {
  port: number
  origin: string
  code: (key: string, person: string | number, scope: string) => Promise<string>
  nickname: (person: string | number) => string
  accounts: Map<unknown, string>
}

beforeAll(async () => {
  world = await startWorld()
  const directory = mkdtempSync(join(tmpdir(), 'saoma-references-'))
  const apps = (await world.wechat.apps()).map((app) => ({ ...app, openPlatform: app.openPlatform ?? '' }))
  const options = (name: string) => ({
    ...{ wechat: world.wechat.url, file: join(directory, `${name}.sqlite`), apps },
    clock: () => Date.now() + offset,
  })
  const limit = await startLimit(options('limit'))
  const textbook = await startTextbook(options('textbook'))
  cleanUp.push(limit.close, textbook.close, world.close, () => rmSync(directory, { recursive: true }))
  sites = { saoma: siteAt(world.publicUrl), limit: siteAt(limit.url), textbook: siteAt(textbook.url) }
}, 60_000)

afterAll(async () => {
  for (const act of cleanUp) await act()
})

function siteAt(origin: string): Site {
  return {
    ...{ origin, port: Number(new URL(origin).port), accounts: new Map() },
    code: (key, person, scope) => world.wechat.code(key, String(person), scope),
    nickname: (person) => `Person ${String(person).replace('person-', '')}`,
  }
}

function advance(ms: number): void {
  offset += ms
  world.advance(ms)
}

/** What a refusal says. */
async function refusal(answer: Promise<{ status: number; text: string }>): Promise<string> {
  const { status, text } = await answer
  return `${status} ${status < 400 ? text : JSON.parse(text).error.code}`
}

describe.each(SYSTEMS)('%s', (name) => {
  const pc = () => pcOf(sites[name], new Connection(sites[name].port))
  const phone = () => phoneOf(sites[name], new Connection(sites[name].port))
  const redeem = (by: Browser, id: string, attempt = ATTEMPT) =>
    by.ask('POST', `/api/tickets/${id}/redeem`, { attempt })
  const comeBack = (by: Browser, state: string, code: string) => by.ask('POST', '/wechat/callback/pc', { state, code })
  /** A waiting page, and what WeChat would bring back to it. */
  async function waiting(by = pc()) {
    const person = await world.wechat.newPerson()
    const { id, begun, watch } = await beginLogin(by, 'website')
    watch.stop()
    const { state } = readLink(begun.embedUrl)
    return { by, id, person, state: String(state), code: await world.wechat.code('pc', person, 'snsapi_login') }
  }

  test.each(METHODS)('logs people in by %s, each to their own account, and again to the same', async (method) => {
    const site = sites[name]
    const people = [await world.wechat.newPerson(), await world.wechat.newPerson()]
    for (const person of [...people, ...people]) {
      const done = await login({ site, connection: new Connection(site.port), method, person })
      expect(done.pushMs).toBeGreaterThan(0)
    }
    const accounts = people.map((person) => site.accounts.get(person))
    expect(new Set(accounts).size).toBe(2)
  })

  test.each(METHODS)('tells a page that asks instead, by %s', async (method) => {
    const person = await world.wechat.newPerson()
    await login({ site: sites[name], connection: new Connection(sites[name].port), method, person, wait: 50 })
  })

  test('the same person has one account through both methods', async () => {
    const person = await world.wechat.newPerson()
    for (const method of METHODS) {
      await login({ site: sites[name], connection: new Connection(sites[name].port), method, person })
    }
  })

  test('a state that is not ours, or another browser’s, is refused', async () => {
    const mine = await waiting()
    const altered = mine.state.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect(await refusal(comeBack(mine.by, altered, mine.code))).toBe('400 state_invalid')
    const other = await waiting()
    expect(await refusal(comeBack(other.by, mine.state, mine.code))).toBe('400 state_invalid')
    expect(await refusal(comeBack(mine.by, mine.state, mine.code))).toMatch(/^200 .*"confirmed"/)
  })

  test('another browser can neither watch nor redeem a ticket', async () => {
    const mine = await waiting()
    await comeBack(mine.by, mine.state, mine.code)
    const other = await waiting()
    expect(await refusal(redeem(other.by, mine.id))).toBe('404 ticket_unknown')
    expect(await refusal(other.by.ask('GET', `/api/tickets/${mine.id}`))).toBe('404 ticket_unknown')
    await expect(watchBySocket(other.by, mine.id).until('confirmed')).rejects.toMatchObject({ code: 4401 })
    expect(await refusal(redeem(mine.by, mine.id))).toMatch(/^200 /)
  })

  test('a code counts once, whatever state it comes with', async () => {
    const first = await waiting()
    expect(await refusal(comeBack(first.by, first.state, first.code))).toMatch(/^200 .*"confirmed"/)
    const second = await waiting()
    expect(await refusal(comeBack(second.by, second.state, first.code))).toBe('409 code_used')
    expect(await refusal(redeem(second.by, second.id))).toBe('409 ticket_not_confirmed')
    expect(await refusal(comeBack(first.by, first.state, second.code))).toMatch(/^200 .*"confirmed"/)
  })

  test('a code that WeChat does not know logs nobody in', async () => {
    const mine = await waiting()
    expect(await refusal(comeBack(mine.by, mine.state, '0000000000'))).toMatch(/^200 .*"failed"/)
    expect(await refusal(redeem(mine.by, mine.id))).toMatch(/^409 /)
  })

  test('a ticket is redeemed once, when it is confirmed, by one attempt', async () => {
    const mine = await waiting()
    expect(await refusal(redeem(mine.by, mine.id))).toBe('409 ticket_not_confirmed')
    await comeBack(mine.by, mine.state, mine.code)
    await collectLogin(mine.by, mine.id, mine.person)
    expect(await refusal(redeem(mine.by, mine.id, 'another-attempt-of-it'))).toBe('409 ticket_redeemed')
  })

  test('without a session nobody is signed in, and another site’s page begins nothing', async () => {
    expect(await refusal(pc().ask('GET', '/api/session'))).toBe('401 signed_out')
    const foreign = pcOf({ ...sites[name], origin: 'http://evil.example' }, new Connection(sites[name].port))
    expect(await refusal(foreign.ask('POST', '/api/tickets', { method: 'website' }))).toBe('403 origin_refused')
  })

  test('a phone confirms with the number that the PC shows, and only the phone that scanned', async () => {
    const person = await world.wechat.newPerson()
    const by = pc()
    const { id, begun, watch } = await beginLogin(by, 'relay')
    const wrong = begun.matchNumber === '00' ? '01' : '00'
    const scanning = phone()
    const mistaken = { ...begun, matchNumber: wrong }
    await expect(confirmLogin(by, scanning, 'relay', mistaken, person)).rejects.toThrow('match_number_wrong')
    const decide = (who: Browser) =>
      who.ask('POST', `/api/confirmations/${id}`, { decision: 'confirm', matchNumber: begun.matchNumber })
    expect(await refusal(decide(phone()))).toBe('404 ticket_unknown')
    expect(await refusal(decide(scanning))).toMatch(/^200 .*"confirmed"/)
    await watch.until('confirmed')
    watch.stop()
    await collectLogin(by, id, person)
  })

  test('past its time a ticket has expired', async () => {
    const mine = await waiting()
    advance(601_000)
    expect(await refusal(comeBack(mine.by, mine.state, mine.code))).toBe('400 state_expired')
    expect(await refusal(redeem(mine.by, mine.id))).toBe('410 ticket_expired')
  })

  test('the driver takes no other person’s login, and no other account, for a success', async () => {
    const person = await world.wechat.newPerson()
    const connection = new Connection(sites[name].port)
    const mistaken = { ...sites[name], nickname: () => 'Somebody else' }
    await expect(login({ site: mistaken, connection, method: 'website', person })).rejects.toThrow(
      'signed in as Person',
    )
    const moved = { ...sites[name], accounts: new Map([[person, 'acc_of_before']]) }
    await expect(login({ site: moved, connection, method: 'website', person })).rejects.toThrow('two accounts')
  })
})
