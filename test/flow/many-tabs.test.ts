// Many login pages in one browser, each of them on its way to another page: a login leads where its own tab was to go.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Redeemed } from '#shared/api.js'
import type { TicketBegun } from '#shared/ticket.js'
import { rows } from '../world/database.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

interface Tab {
  readonly returnTo: string
  readonly begun: TicketBegun
}

const WATCH: Record<string, (pc: Pc, id: string) => Promise<unknown>> = {
  'by a socket': async (pc, id) => (await pc.watch(id)).next(),
  'by reading': (pc, id) => pc.ticket(id),
}
const ADDRESSES: Record<string, (n: number) => string> = {
  short: (n) => `/orders/${n}`,
  'Chinese, and as long as they may be': (n) => `/${String(n).padEnd(113, '中')}`,
  'as long as they may be': (n) => `/${String(n).padEnd(1_023, 'a')}`,
}

async function open(pc: Pc, count: number, addressOf: (n: number) => string, watch: (id: string) => Promise<unknown>) {
  const tabs: Tab[] = []
  for (let n = 0; n < count; n += 1) {
    const returnTo = addressOf(n)
    const begun = await pc.begin('website', { returnTo })
    await watch(begun.ticket.id)
    tabs.push({ returnTo, begun })
  }
  return tabs
}

async function leadsTo(pc: Pc, { begun }: Tab): Promise<string> {
  await pc.arriveInFrame(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
  return (await pc.redeem(begun.ticket.id)).json<Redeemed>().returnTo
}

describe.each(Object.entries(WATCH))('pages that wait %s', (_, watch) => {
  test.each(Object.entries(ADDRESSES))('with addresses that are %s', async (_, addressOf) => {
    world.advance(600_000)
    const pc = world.pc()
    const tabs = await open(pc, 16, addressOf, (id) => watch(pc, id))
    expect(pc.browser.cookieHeader().length).toBeLessThan(4_000)
    for (const tab of tabs) expect(await leadsTo(pc, tab)).toBe(encodeURI(tab.returnTo))
  })
})

test('pages that have left for WeChat before they could wait', async () => {
  world.advance(600_000)
  const pc = world.pc()
  const tabs = await open(
    pc,
    12,
    (n) => `/orders/${n}`,
    async () => {},
  )
  for (const tab of tabs) expect(await leadsTo(pc, tab)).toBe(tab.returnTo)
})

test('a browser with few of them costs the database nothing while they wait', async () => {
  world.advance(600_000)
  const pc = world.pc()
  const tabs = await open(
    pc,
    3,
    (n) => `/orders/${n}`,
    (id) => pc.ticket(id),
  )
  const ids = tabs.map(({ begun }) => `'${begun.ticket.id}'`)
  expect(await rows(world.file, `SELECT id FROM tickets WHERE id IN (${ids})`)).toEqual([])
})
