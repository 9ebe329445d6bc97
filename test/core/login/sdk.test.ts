// `sdk`: WeChat's code at attach, the long poll that the server holds, and what happens when its node goes.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { WechatApp } from '#server/core/ports.js'
import { SCAN_LEASE_MS } from '#server/core/ticket/lifetime.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { platformError } from './fake-platform.js'
import { APPS, createWorld, type WorldOptions } from './world.js'

const METHODS = ['website', 'sdk', 'scene'] as const
const APP: WechatApp = { ...APPS.mp, key: 'app', appid: 'wx-app', kind: 'mobile' }

async function start(options: WorldOptions = {}) {
  const world = await createWorld({ methods: METHODS, apps: [...Object.values(APPS), APP], ...options })
  onTestFinished(() => world.login.handOver())
  return world
}
type Start = Awaited<ReturnType<typeof start>>

const begin = ({ login, browser }: Start) =>
  login.begin({ method: 'sdk', secret: browser, language: 'zh', native: true }).ticket.id

/** The ticket once it is as it should be. */
async function until(world: Start, id: string, wanted: object): Promise<void> {
  await expect.poll(async () => await world.store.read.tickets.find(id)).toMatchObject(wanted)
}

describe('the code', () => {
  test('comes with attaching, and nothing is asked or stored before', async () => {
    const world = await start()
    const id = begin(world)
    expect(world.wechat.codes.scans).toBe(0)
    expect(await world.count('tickets')).toEqual([0])
    const seen = await world.attach(id)
    expect(seen).toMatchObject({ qrContent: expect.stringContaining('uuid=uuid-1'), matchNumber: null })
    expect(seen?.ticket).toMatchObject({ status: 'pending', version: 2 })
    expect((await world.login.views([id]))[0]?.qrContent).toBe(seen?.qrContent)
  })

  test('is asked for once, however many pages attach at the same time', async () => {
    const world = await start()
    const id = begin(world)
    const seen = await Promise.all(Array.from({ length: 50 }, () => world.attach(id)))
    expect(new Set(seen.map((page) => page?.qrContent))).toEqual(new Set([seen[0]?.qrContent]))
    expect(world.wechat.codes.scans).toBe(1)
  })

  test.each([
    ['unreachable', 'platform_unreachable'],
    ['limit', 'platform_busy'],
    ['config', 'misconfigured'],
  ] as const)('that WeChat does not give (%s) ends the ticket as %s', async (kind, reason) => {
    const world = await start()
    world.wechat.platform.beginScan = async () => {
      throw platformError(kind)
    }
    expect((await world.attach(begin(world)))?.ticket).toMatchObject({ status: 'failed', reason })
  })

  test('that is slow is told when it comes', async () => {
    const world = await start()
    let give = () => {}
    const { beginScan } = world.wechat.platform
    world.wechat.platform.beginScan = async (app) => {
      await new Promise<void>((resolve) => {
        give = resolve
      })
      return beginScan(app)
    }
    const id = begin(world)
    expect(await world.attach(id)).toMatchObject({ qrContent: null, ticket: { status: 'pending', version: 1 } })
    give()
    await until(world, id, { version: 2 })
    expect(world.hints).toContainEqual({ topic: 'ticket', id, version: 2 })
  })
})

describe('WeChat’s news', () => {
  test('scanned and confirmed: the account is there, the code was exchanged once, the program redeems a bearer session', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    world.wechat.scanSays('uuid-1', { status: 'waiting' })
    world.wechat.scanSays('uuid-1', { status: 'scanned' })
    await until(world, id, { status: 'scanned', scannedBy: null, expiresAt: world.time.clock() + 120_000 })
    world.wechat.says('c1', { openid: 'alice-app', unionid: 'alice', nickname: 'Alice' })
    world.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(world, id, { status: 'confirmed' })
    expect(world.wechat.calls.exchanges).toEqual(['app:c1'])
    expect(world.wechat.codes.polls).toEqual(['uuid-1:waiting', 'uuid-1:waiting', 'uuid-1:scanned'])
    const { account } = await world.redeem(id, { kind: 'bearer' })
    expect(account.nickname).toBe('Alice')
    expect(await world.rows('sessions')).toMatchObject([{ kind: 'bearer', method: 'sdk', app_key: 'app' }])
  })

  test.each([
    [{ status: 'refused' }, { status: 'denied', reason: 'refused_on_phone' }],
    [{ status: 'expired' }, { status: 'expired', reason: null }],
  ] as const)('%o ends it as %o, scanned or not', async (news, end) => {
    for (const scanned of [false, true]) {
      const world = await start()
      const id = begin(world)
      await world.attach(id)
      if (scanned) world.wechat.scanSays('uuid-1', { status: 'scanned' })
      world.wechat.scanSays('uuid-1', news)
      await until(world, id, end)
    }
  })

  test('a refused exchange fails the ticket and makes nobody', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    world.wechat.scanSays('uuid-1', { status: 'scanned' })
    world.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'unknown' })
    await until(world, id, { status: 'failed', reason: 'code_rejected' })
    expect(await world.count('accounts')).toEqual([0])
  })

  test('a poll that breaks is polled again; five in a row are the end', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    for (let broken = 0; broken < 4; broken += 1) world.wechat.scanSays('uuid-1', platformError('unreachable'))
    world.wechat.scanSays('uuid-1', { status: 'scanned' })
    await until(world, id, { status: 'scanned' })
    for (let broken = 0; broken < 5; broken += 1) world.wechat.scanSays('uuid-1', platformError('nonsense'))
    await until(world, id, { status: 'failed', reason: 'platform_unreachable' })
  })

  test('a ticket that was given up is not polled for again', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    await expect.poll(() => world.wechat.codes.polls.length).toBe(1)
    await world.cancel(id)
    world.wechat.scanSays('uuid-1', { status: 'waiting' })
    await world.login.handOver()
    expect(world.wechat.codes.polls).toHaveLength(1)
  })
})

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
    expect(await there.login.takeOver()).toBe(0)
    await here.login.handOver()
    expect(await there.login.takeOver()).toBe(1)
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
    expect(await there.login.takeOver()).toBe(0)
    time.advance(1)
    expect(await there.login.takeOver()).toBe(1)
    there.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    there.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(there, id, { status: 'confirmed' })
    expect(there.wechat.codes.polls).toEqual(['uuid-1:scanned'])
  })

  test('promise 4: a code that both see is exchanged by one of them', async () => {
    const { here, there, time } = await two()
    const id = begin(here)
    await here.attach(id)
    await expect.poll(() => here.wechat.codes.polls.length).toBe(1)
    time.advance(SCAN_LEASE_MS)
    await there.login.takeOver()
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
    expect(await there.login.takeOver()).toBe(1)
    await until(there, id, { code: { ref: 'uuid-1' } })
    for (const fall of falls) fall()
    await attaching
    await here.login.handOver()
    expect((await there.store.read.tickets.find(id))?.status).toBe('pending')
  })
})
