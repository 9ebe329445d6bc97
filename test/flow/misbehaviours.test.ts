// What WeChat does wrong, row by row of misbehaviours.md: one documented outcome each, soon, and nothing left behind.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import { createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

interface Row {
  readonly door: string
  readonly path: string
  readonly fault: Record<string, unknown> | readonly Record<string, unknown>[]
  readonly outcome: string
}

const WITHIN_MS = 8_000
const TABLE = readFileSync(new URL('misbehaviours.md', import.meta.url), 'utf8')
const ROWS: readonly Row[] = TABLE.split('\n').flatMap((line) => {
  const [, door, path, fault, outcome] = /^\| (\w+) +\| `([^`]+)` +\| `(.+)` +\| `(\w+)` +\|$/.exec(line) ?? []
  if (door === undefined || path === undefined || fault === undefined || outcome === undefined) return []
  return [{ door, path: path.startsWith('/') ? path : `/sns/${path}`, fault: JSON.parse(fault), outcome }]
})

/** The doors: somebody comes, and what the world says to them. */
const DOORS: Readonly<Record<string, (world: World, person: string) => Promise<string>>> = {
  async website(world, person) {
    const pc = world.pc()
    const begun = await pc.begin('website')
    await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
    return end((await pc.ticket(begun.ticket.id)).ticket)
  },
  official: (world, person) => inWechat(world, person, 'snsapi_base'),
  userinfo: (world, person) => inWechat(world, person, 'snsapi_userinfo'),
  mobile: (world, person) => byApp(world, '/api/login/mobile', 'app', person),
  mini: (world, person) => byApp(world, '/api/login/mini-program', 'mini', person),
  scene: (world, person) => waiting(world, 'scene', (url) => world.wechat.scanScene(url, person)),
  sdk: (world, person) => waiting(world, 'sdk', (url) => world.wechat.confirmScan(url, person)),
}

function end({ status, reason }: { status: string; reason: string | null }): string {
  return status === 'confirmed' || status === 'redeemed' ? 'in' : (reason ?? status)
}

async function inWechat(world: World, person: string, scope: string): Promise<string> {
  const phone = world.phone(person)
  const answer = await phone.follow(`/wechat/login/mp?scope=${scope}`)
  if ((await phone.browser.get('/api/session')).status === 200) return 'in'
  return /<p>(\w+)<\/p>|"saoma-notice" content="(\w+)"/.exec(answer.text)?.slice(1).find(Boolean) ?? answer.text
}

async function byApp(world: World, path: string, app: string, person: string): Promise<string> {
  const body = JSON.stringify({ app, code: await world.wechat.code(app, person) })
  const headers = { 'content-type': 'application/json' }
  const answer = await createBrowser(world).request(world.connectTo + path, { method: 'POST', body, headers })
  return answer.status === 200 ? 'in' : (answer.code ?? answer.text)
}

/** A page waits for WeChat's code, and somebody scans it once it is there. `in`: the phone was let through. */
async function waiting(world: World, method: string, scan: (url: string) => Promise<unknown>): Promise<string> {
  const pc = world.pc()
  const { ticket } = (await pc.browser.post('/api/tickets', { method })).json<TicketBegun>()
  let scanned = false
  for (;;) {
    const read = (await pc.read(ticket.id)).json<TicketRead>()
    const { status } = read.ticket
    if (status === 'confirmed' || (method === 'scene' && status === 'scanned')) return 'in'
    if (status !== 'pending' && status !== 'scanned') return end(read.ticket)
    if (read.qr !== null && !scanned) {
      scanned = true
      await scan(read.qr.content)
    }
    await sleep(20)
  }
}

test('the table holds at least sixty misbehaviours, each once, for every door', () => {
  expect(ROWS.length).toBe(TABLE.split('\n').filter((line) => /^\| \w+ +\| `/.test(line)).length)
  expect(ROWS.length).toBeGreaterThanOrEqual(60)
  expect(new Set(ROWS.map((row) => JSON.stringify(row))).size).toBe(ROWS.length)
  expect(new Set(ROWS.map(({ door }) => door))).toEqual(new Set(Object.keys(DOORS)))
})

describe('WeChat misbehaves:', () => {
  const unhandled: unknown[] = []
  process.on('unhandledRejection', (reason) => unhandled.push(reason))

  test.concurrent.each(ROWS.map((row) => [row.door, row.path, JSON.stringify(row.fault), row.outcome, row] as const))(
    '%s, %s %s → %s',
    async (_door, _path, _fault, _outcome, { door, path, fault, outcome }) => {
      const world = await startWorld()
      try {
        const person = await world.wechat.newPerson()
        for (const one of [fault].flat()) await world.wechat.fault({ path, ...one })
        const started = performance.now()
        expect(await DOORS[door]?.(world, person)).toBe(outcome)
        expect(performance.now() - started).toBeLessThan(WITHIN_MS)
        const accounts = await rows(world.file, 'SELECT id FROM accounts')
        // A scanned scene code is still to be confirmed: until then there is nobody.
        expect(accounts).toHaveLength(outcome === 'in' && door !== 'scene' ? 1 : 0)
        expect(world.log.filter((line) => line.includes('"level":50') && !/misconfigured|wechat\./.test(line))).toEqual(
          [],
        )
        expect(unhandled).toEqual([])
      } finally {
        await world.close()
      }
    },
    30_000,
  )
})
