// `sdk`: WeChat's code at attach, and the long poll that the server holds.
import { describe, expect, test } from 'vitest'
import { AppError } from '#server/core/errors.js'
import type { Store } from '#server/core/ports.js'
import { movableClock, openScratchStore } from '../scratch-store.js'
import { platformError } from './fake-platform.js'
import { begin, type Start, start, until } from './sdk.js'
import { PC } from './world.js'

/** The signal of every poll, as they begin. */
function watchPolls({ wechat }: Start): AbortSignal[] {
  const signals: AbortSignal[] = []
  const { pollScan } = wechat.platform
  wechat.platform.pollScan = (uuid, last, signal) => {
    signals.push(signal)
    return pollScan(uuid, last, signal)
  }
  return signals
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

  test('a ticket that is given up breaks its poll off at once', async () => {
    const world = await start()
    const signals = watchPolls(world)
    const id = begin(world)
    await world.attach(id)
    await expect.poll(() => signals.length).toBe(1)
    expect(signals[0]?.aborted).toBe(false)
    await world.cancel(id)
    expect(signals[0]?.aborted).toBe(true)
    await world.login.handOver()
    expect(world.wechat.codes.polls).toHaveLength(1)
  })

  test('a ticket whose time is up is polled for no more', async () => {
    const world = await start()
    const signals = watchPolls(world)
    const id = begin(world)
    await world.attach(id)
    await expect.poll(() => signals.length).toBe(1)
    world.time.advance(90_000)
    expect((await world.login.views([id]))[0]?.ticket.status).toBe('expired')
    expect(signals[0]?.aborted).toBe(true)
  })

  test('polls that WeChat does not hold are followed by a pause each', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    await expect.poll(() => world.wechat.codes.polls.length).toBe(1)
    const before = world.waiting.times
    for (let times = 0; times < 10; times += 1) world.wechat.scanSays('uuid-1', { status: 'waiting' })
    await expect.poll(() => world.wechat.codes.polls.length).toBe(11)
    expect(world.waiting.times).toBe(before + 10)
  })

  test('a confirmation that comes while the database is busy is kept until it is not', async () => {
    const time = movableClock()
    const scratch = await openScratchStore(time.clock)
    let failures = 0
    const write: Store['write'] = (work) => {
      if (failures === 0) return scratch.store.write(work)
      failures -= 1
      return Promise.reject(new AppError('busy'))
    }
    const world = await start({ time, scratch: { ...scratch, store: { ...scratch.store, write } } })
    const id = begin(world)
    await world.attach(id)
    await expect.poll(() => world.wechat.codes.polls.length).toBe(1)
    world.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    failures = 3
    world.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await until(world, id, { status: 'confirmed' })
    expect(world.wechat.calls.exchanges).toEqual(['app:c1'])
    expect(world.wechat.codes.polls).toHaveLength(1)
  })

  test('a server that dies while it exchanges the code leaves “scan again”', async () => {
    const world = await start()
    const id = begin(world)
    await world.attach(id)
    const release = world.wechat.holdNext()
    world.wechat.says('c1', { openid: 'alice-app', unionid: 'alice' })
    world.wechat.scanSays('uuid-1', { status: 'confirmed', code: 'c1' })
    await world.wechat.asked(1)
    expect(await world.node('key one').endInterrupted(true)).toBe(1)
    release()
    await world.login.handOver()
    expect(await world.store.read.tickets.find(id)).toMatchObject({ status: 'failed', reason: 'interrupted' })
    expect(await world.count('accounts')).toEqual([0])
  })

  test('a node that follows as many scans as it can ends further tickets as platform_busy, and asks no code for them', async () => {
    const world = await start()
    const ids = Array.from({ length: 450 }, () => begin(world))
    const visit = (ticketId: string) => ({ ticketId, secret: world.browser, device: PC, returnTo: '/' })
    await Promise.all(ids.map((id) => world.login.attach(visit(id), false)))
    await expect.poll(() => world.wechat.codes.polls.length, { timeout: 10_000 }).toBe(450)
    const last = begin(world)
    expect((await world.attach(last))?.ticket).toMatchObject({ status: 'failed', reason: 'platform_busy' })
    expect(world.wechat.codes.scans).toBe(450)
    await world.cancel(ids[0] ?? '')
    expect((await world.attach(begin(world)))?.ticket.status).toBe('pending')
  }, 20_000)
})
