// The bus over a Redis of the test's own: two nodes, a stranger who shares it, and every way in which it can be gone.
import { createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Hint } from '#server/core/ports.js'
import { createLocalBus } from '#server/push/local-bus.js'
import { createRedisBus } from '#server/push/redis-bus.js'
import { systemSchedule } from '#server/push/schedule.js'
import { openRedis } from '#server/redis/link.js'
import { describeWithRedis, startRedis, type TestRedis } from '../world/redis-server.js'
import { busContract } from './bus.contract.js'
import { pause, until } from './world.js'

const CHANNEL = 'saoma:of-this-test:hints'
const ticket = (n: number, version = 2): Hint => ({
  topic: 'ticket',
  id: `tkt_${String(n).padStart(60, '0')}`,
  version,
})

let nodes = 0
/** One node's bus; what it heard of others and itself, and how often it was told that something may be lost. */
async function join(url: string) {
  const lines: { level: string; event: string; data: Record<string, unknown> }[] = []
  const at =
    (level: string) =>
    (event: string, data: Record<string, unknown> = {}) => {
      lines.push({ level, event, data })
    }
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const counts = { sent: 0, unsent: 0, received: 0, refused: 0 }
  const link = await openRedis({ url, channel: CHANNEL, log, schedule: systemSchedule, random: Math.random })
  onTestFinished(() => link.close())
  const bus = createRedisBus({
    local: createLocalBus(log),
    channel: link.channel,
    node: `node ${nodes++}`,
    meter: {
      hinted(way, hints) {
        counts[way] += hints
      },
    },
  })
  const heard: Hint[] = []
  const told = { lost: 0 }
  bus.subscribe(
    (hint) => heard.push(hint),
    () => {
      told.lost += 1
    },
  )
  await link.ready(2_000)
  return { bus, link, heard, told, counts, lines, events: () => lines.map(({ event }) => event) }
}

describeWithRedis('the bus over Redis', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  busContract(async () => {
    const { bus, lines } = await join(redis.url)
    return { bus, errors: () => lines.filter(({ level }) => level === 'error').map(({ event }) => event) }
  })

  test('what one node says the other hears, once and in order, and nobody hears what he said twice', async () => {
    const [one, other] = [await join(redis.url), await join(redis.url)]
    const said: Hint[] = [...Array.from({ length: 5 }, (_, n) => ticket(n)), { topic: 'session', id: 'ses_0123456789' }]
    for (const hint of said) one.bus.publish(hint)
    await until(() => other.heard.length >= said.length)
    await pause(50)
    expect(other.heard).toEqual(said)
    expect(one.heard).toEqual(said)
    expect([one.counts.sent, one.counts.received, other.counts.received]).toEqual([6, 0, 6])
  })

  test('a thousand hints of one turn are twenty messages, none larger than what is read', async () => {
    const [one, other] = [await join(redis.url), await join(redis.url)]
    const sizes: number[] = []
    const stranger = redis.stranger()
    await stranger.subscribe(CHANNEL)
    stranger.on('message', (_channel: string, text: string) => sizes.push(text.length))
    for (let n = 0; n < 1_000; n += 1) one.bus.publish(ticket(n))
    await until(() => other.heard.length === 1_000 && sizes.length >= 20)
    expect(sizes).toHaveLength(20)
    expect(Math.max(...sizes)).toBeLessThan(16 * 1024)
  })

  test('one channel and two connections a node, however much it listens for', async () => {
    const stranger = redis.stranger()
    const clients = async () =>
      String(await stranger.client('LIST'))
        .split('\n')
        .filter((line) => line.includes('name=saoma'))
    const before = (await clients()).length
    const { bus } = await join(redis.url)
    for (let n = 0; n < 200; n += 1) bus.subscribe(() => {})
    const own = (await clients()).slice(before)
    expect(own.map((line) => /sub=(\d+)/.exec(line)?.[1]).toSorted()).toEqual(['0', '1'])
  })
})

describeWithRedis('Redis goes and comes:', () => {
  let redis: TestRedis
  afterEach(() => redis.close())

  test('killed: publishing neither throws nor waits, hints are not kept, and it tells once that it may have missed some', async () => {
    redis = await startRedis()
    const [one, other] = [await join(redis.url), await join(redis.url)]
    const before = other.told.lost
    await redis.kill()
    await until(() => !one.link.up() && !other.link.up())
    const started = performance.now()
    for (let n = 0; n < 10_000; n += 1) one.bus.publish(ticket(n))
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(one.heard).toHaveLength(10_000)
    await until(() => one.counts.unsent === 10_000)
    await redis.start()
    const back = performance.now()
    await until(() => one.link.up() && other.link.up(), 3_000)
    expect(performance.now() - back).toBeLessThan(3_000)
    await until(() => other.told.lost > before)
    one.bus.publish(ticket(7, 9))
    await until(() => other.heard.length > 0)
    await pause(100)
    expect(other.heard).toEqual([ticket(7, 9)])
    expect(other.told.lost).toBe(before + 1)
    expect(one.events()).toEqual(['redis.found', 'redis.lost', 'redis.found'])
  })

  test('held with its connections open: known within three seconds, and back within three', async () => {
    redis = await startRedis()
    const [one, other] = [await join(redis.url), await join(redis.url)]
    redis.hold()
    await until(() => !one.link.up() && !other.link.up(), 3_000)
    for (let n = 0; n < 100; n += 1) one.bus.publish(ticket(n))
    await pause(2_000)
    redis.letGo()
    await until(() => one.link.up() && other.link.up(), 3_000)
    one.bus.publish(ticket(7, 9))
    await until(() => other.heard.some((hint) => hint.topic === 'ticket' && hint.version === 9))
    expect(one.events()).toEqual(['redis.found', 'redis.lost', 'redis.found'])
    expect(one.lines.find(({ event }) => event === 'redis.lost')?.data).toMatchObject({ why: 'silent' })
  }, 20_000)

  test('not there at the start: the node starts, says so once, and joins when it comes', async () => {
    redis = await startRedis()
    await redis.kill()
    const one = await join(redis.url)
    expect(one.link.up()).toBe(false)
    await pause(1_000)
    expect(one.lines).toEqual([
      {
        level: 'warn',
        event: 'redis.lost',
        data: { host: `redis://127.0.0.1:${redis.port}`, why: 'ECONNREFUSED' },
      },
    ])
    await redis.start()
    await until(() => one.link.up(), 3_000)
    expect(one.told.lost).toBe(1)
  })

  test('a wrong password is told by its kind, and neither password stands in the log', async () => {
    redis = await startRedis(['--requirepass', 'the-right-one-0123456789'])
    const good = await join(redis.url)
    expect(good.link.up()).toBe(true)
    const bad = await join(`redis://:a-wrong-one-0123456789@127.0.0.1:${redis.port}`)
    expect(bad.link.up()).toBe(false)
    expect(bad.lines).toEqual([
      { level: 'warn', event: 'redis.lost', data: { host: `redis://127.0.0.1:${redis.port}`, why: 'WRONGPASS' } },
    ])
    expect(JSON.stringify([good.lines, bad.lines])).not.toMatch(/right-one|wrong-one/)
  })

  test('a connection that is cut by Redis, as of a slow reader, is made anew, and its node reads again', async () => {
    redis = await startRedis()
    const [one, other] = [await join(redis.url), await join(redis.url)]
    const before = other.told.lost
    await redis.stranger().call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => other.told.lost > before && one.link.up() && other.link.up(), 3_000)
    one.bus.publish(ticket(1))
    await until(() => other.heard.length === 1)
  })
})

describeWithRedis('attack, by whoever can write to the same Redis:', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  const own = { node: 'x', hints: [ticket(1)] }
  const forged: [string, string | Buffer][] = [
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['a number', '7'],
    ['null', 'null'],
    ['a hint without its message', JSON.stringify(own.hints[0])],
    ['no node', JSON.stringify({ hints: own.hints })],
    ['no hints', JSON.stringify({ ...own, hints: [] })],
    ['too many hints', JSON.stringify({ ...own, hints: Array(51).fill(own.hints[0]) })],
    ['more than is read', JSON.stringify({ ...own, pad: 'x'.repeat(20_000) })],
    ['a hint padded to megabytes', JSON.stringify({ node: 'x'.repeat(5_000_000), hints: own.hints })],
    ['a field more', JSON.stringify({ ...own, more: 1 })],
    ['an unknown topic', JSON.stringify({ ...own, hints: [{ topic: 'account', id: 'acc_0123456789' }] })],
    ['a version that is no number', JSON.stringify({ ...own, hints: [{ ...ticket(1), version: '9' }] })],
    ['a version beyond numbers', `{"node":"x","hints":[{"topic":"ticket","id":"tkt_0123456789","version":1e999}]}`],
    ['an id that is none', JSON.stringify({ ...own, hints: [{ topic: 'session', id: '../../etc/passwd' }] })],
    ['an id that is an object', JSON.stringify({ ...own, hints: [{ topic: 'session', id: { toString: 1 } }] })],
    ['a prototype', '{"__proto__":{"node":"x"},"hints":[]}'],
    ['a thousand brackets', '['.repeat(10_000)],
  ]

  test('malformed and outsize messages are counted and heard by nobody; what follows is', async () => {
    const { heard, counts, lines, bus } = await join(redis.url)
    const other = await join(redis.url)
    const stranger = redis.stranger()
    for (const [, message] of forged) await stranger.publish(CHANNEL, message)
    other.bus.publish(ticket(3))
    await until(() => heard.length > 0)
    expect(heard).toEqual([ticket(3)])
    expect(counts.refused).toBe(forged.length)
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
    bus.publish(ticket(4))
    await until(() => other.heard.length === 2)
  })

  test('another channel is not listened to', async () => {
    const { heard, counts } = await join(redis.url)
    const stranger = redis.stranger()
    await stranger.publish('saoma:of-another-service:hints', JSON.stringify(own))
    await stranger.publish(CHANNEL, JSON.stringify(own))
    await until(() => heard.length > 0)
    expect([heard, counts.received]).toEqual([own.hints, 1])
  })

  test.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['hangs up', (socket) => socket.destroy()],
    ['talks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['answers noise', (socket) => socket.on('data', () => socket.write(Buffer.alloc(64, 0xaa)))],
    ['announces gigabytes', (socket) => socket.on('data', () => socket.write('$4294967296\r\nx'))],
    ['nests without end', (socket) => socket.on('data', () => socket.write('*1\r\n'.repeat(5_000)))],
    ['says OK to everything', (socket) => socket.on('data', () => socket.write('+OK\r\n'.repeat(4)))],
    ['says errors that would look like more', (socket) => socket.on('data', () => socket.write('-ERR \u001b[31m\r\n'))],
  ])('a Redis that %s: the node lives, and nothing of it stands in the log', async (_, behave) => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      behave(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const { port } = server.address() as { port: number }
    const { bus, heard, lines } = await join(`redis://:a-password-to-keep@127.0.0.1:${port}`)
    for (let n = 0; n < 100; n += 1) bus.publish(ticket(n))
    await pause(500)
    expect(heard).toHaveLength(100)
    expect(JSON.stringify(lines)).not.toMatch(/password-to-keep|u001b|HTTP/)
    expect(lines.length).toBeLessThanOrEqual(3)
  })
})

describe('a missing client', () => {
  test('ends the start with how to install it', async () => {
    const missing = Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' })
    const log = { info() {}, warn() {}, error() {} }
    const opening = openRedis({
      url: 'redis://:secret@127.0.0.1:1',
      channel: CHANNEL,
      log,
      schedule: systemSchedule,
      random: Math.random,
      load: async () => {
        throw missing
      },
    })
    await expect(opening).rejects.toThrow(
      'Cannot open redis://127.0.0.1:1: the driver is not installed: npm install ioredis',
    )
  })
})
