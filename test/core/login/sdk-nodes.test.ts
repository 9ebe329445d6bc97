// `sdk` on two servers with one database: who asks, who follows, and what happens when a node goes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Clock } from '#server/core/ports.js'
import { SCAN_LEASE_MS } from '#server/core/ticket/lifetime.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../../db/servers.js'
import { movableClock, openScratchStore, openServerScratch, type ScratchStore } from '../scratch-store.js'
import { platformError } from './fake-platform.js'
import { begin, start, until } from './sdk.js'

/** Opens what two nodes share: their database, each with its own way into it. */
type Open = (clock: Clock) => Promise<readonly [ScratchStore, ScratchStore]>

async function sqlite(clock: Clock) {
  const scratch = await openScratchStore(clock)
  return [scratch, scratch] as const
}

describe('two nodes on SQLite', () => nodes(sqlite))
for (const server of SERVERS) {
  describeOn(server, 'two nodes', () => {
    let database: ScratchDatabase
    beforeAll(async () => {
      database = await scratchDatabase(server)
    })
    afterAll(() => database.drop())
    nodes(async (clock) => {
      const nodes = [await openServerScratch(database, clock), await openServerScratch(database, clock)] as const
      for (const table of ['tickets', 'callbacks']) await database.query(`DELETE FROM ${table}`)
      return nodes
    })
  })
}

test('started again after kill -9 on a database of its own, it goes on at once', async () => {
  const { here, there } = await two(sqlite)
  const id = begin(here)
  await here.attach(id)
  await expect.poll(() => here.wechat.codes.polls.length).toBe(1)
  expect(there.store.exclusive).toBe(true)
  expect(await there.login.takeOver(true)).toBe(1)
  there.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
  there.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
  await until(there, id, { status: 'confirmed' })
})

let pairs = 0

async function two(open: Open) {
  const time = movableClock()
  const [one, other] = await open(time.clock)
  pairs += 1
  const here = await start({ time, scratch: one, seed: `here ${pairs}` })
  const there = await start({ time, scratch: other, seed: `there ${pairs}` })
  return { time, here, there }
}

function nodes(open: Open): void {
  test('fifty pages that attach to one ticket on both at the same moment: WeChat is asked once', async () => {
    const { here, there } = await two(open)
    const id = begin(here)
    const pages = await Promise.all(
      Array.from({ length: 50 }, (_, page) => (page % 2 === 0 ? here : there).attach(id, here.browser)),
    )
    // A slow database may leave a page without the code for now: it comes with the next look.
    await until(here, id, { code: { ref: 'uuid-1' } })
    const [view] = await there.login.views([id])
    for (const page of pages) expect([view?.qrContent, null]).toContain(page?.qrContent)
    expect(view?.qrContent).toContain('uuid=uuid-1')
    expect(here.wechat.codes.scans + there.wechat.codes.scans).toBe(1)
  })

  test('a drained node hands its scans over at once', async () => {
    const { here, there } = await two(open)
    const id = begin(here)
    await here.attach(id)
    expect(await there.login.takeOver(false)).toBe(0)
    await here.login.handOver()
    expect(await there.login.takeOver(false)).toBe(1)
    there.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    there.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(there, id, { status: 'confirmed' })
  })

  test('a node that vanished is missed when its lease has run out, and what it learnt counts', async () => {
    const { here, there, time } = await two(open)
    const id = begin(here)
    await here.attach(id)
    here.wechat.scanSays('uuid-1', { status: 'scanned' })
    await until(here, id, { status: 'scanned' })
    await expect.poll(() => here.wechat.codes.polls.length).toBe(2)
    time.advance(SCAN_LEASE_MS - 1)
    expect(await there.login.takeOver(false)).toBe(0)
    time.advance(1)
    expect(await there.login.takeOver(false)).toBe(1)
    there.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    there.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(there, id, { status: 'confirmed' })
    expect(there.wechat.codes.polls).toEqual(['uuid-1:scanned'])
  })

  test('promise 4: a code that both see is exchanged by one of them', async () => {
    const { here, there, time } = await two(open)
    const id = begin(here)
    await here.attach(id)
    await expect.poll(() => here.wechat.codes.polls.length).toBe(1)
    time.advance(SCAN_LEASE_MS)
    await there.login.takeOver(false)
    await expect.poll(() => there.wechat.codes.polls.length).toBe(1)
    for (const world of [here, there]) {
      world.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
      world.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    }
    await until(here, id, { status: 'confirmed' })
    expect(here.wechat.calls.exchanges.length + there.wechat.calls.exchanges.length).toBe(1)
  })

  test('a node that died while it asked for the code is followed by another', async () => {
    const { here, there, time } = await two(open)
    const falls: (() => void)[] = []
    here.wechat.platform.beginScan = () =>
      new Promise((_, reject) => {
        falls.push(() => reject(platformError('unreachable')))
      })
    const id = begin(here)
    const attaching = here.attach(id)
    await expect.poll(() => falls.length).toBe(1)
    time.advance(11_000)
    expect(await there.login.takeOver(false)).toBe(1)
    await until(there, id, { code: { ref: 'uuid-1' } })
    for (const fall of falls) fall()
    await attaching
    await here.login.handOver()
    expect((await there.store.read.tickets.find(id))?.status).toBe('pending')
  })
}
