// `sdk` on two servers with one database: who asks, who follows, and what happens when a node goes.
import { describe, expect, test } from 'vitest'
import { SCAN_LEASE_MS } from '#server/core/ticket/lifetime.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { platformError } from './fake-platform.js'
import { begin, start, until } from './sdk.js'

describe('two nodes', () => {
  async function two() {
    const time = movableClock()
    const scratch = await openScratchStore(time.clock)
    const here = await start({ time, scratch, seed: 'here' })
    const there = await start({ time, scratch, seed: 'there' })
    return { time, here, there }
  }

  test('attach to one ticket at the same moment: WeChat is asked once', async () => {
    const { here, there } = await two()
    const id = begin(here)
    const [one, other] = await Promise.all([here.attach(id), there.attach(id, here.browser)])
    expect(other?.qrContent).toBe(one?.qrContent)
    expect(here.wechat.codes.scans + there.wechat.codes.scans).toBe(1)
  })

  test('a drained node hands its scans over at once', async () => {
    const { here, there } = await two()
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
    const { here, there, time } = await two()
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

  test('started again after kill -9 on a database of its own, it goes on at once', async () => {
    const { here, there } = await two()
    const id = begin(here)
    await here.attach(id)
    await expect.poll(() => here.wechat.codes.polls.length).toBe(1)
    expect(there.store.exclusive).toBe(true)
    expect(await there.login.takeOver(true)).toBe(1)
    there.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    there.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(there, id, { status: 'confirmed' })
  })

  test('promise 4: a code that both see is exchanged by one of them', async () => {
    const { here, there, time } = await two()
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
    const { here, there, time } = await two()
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
})
