// What a socket leaves behind, counted on timers of our own: nothing.
import { expect, test } from 'vitest'
import { createHeartbeat } from '#server/push/heartbeat.js'
import { createLive } from '#server/push/live.js'
import type { LiveSocket } from '#server/push/live-ports.js'
import { createLocalBus } from '#server/push/local-bus.js'
import type { Schedule } from '#server/push/schedule.js'
import { createTruth, SILENT, ticketOf } from './world.js'

/** Timers that fire when the test moves the time; `soon` stays the real thing. */
function createManualTime() {
  const timers = new Set<{ at: number; work: () => void }>()
  let now = 1_000_000
  const schedule: Schedule = {
    after(ms, work) {
      const timer = { at: now + ms, work }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    soon: (work) => void setImmediate(work),
  }
  return {
    timers,
    schedule,
    clock: () => now,
    async pass(ms: number) {
      for (const end = now + ms; ; ) {
        const next = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        now = next?.at ?? end
        if (next === undefined) return
        timers.delete(next)
        next.work()
        await settle()
      }
    },
  }
}

const settle = async () => {
  for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setImmediate(resolve))
}

function createSocket() {
  const heard: string[] = []
  const closings: number[] = []
  const socket: LiveSocket = {
    send: (text) => heard.push(text),
    close: (code) => closings.push(code),
    terminate: () => closings.push(-1),
    bufferedAmount: 0,
  }
  return { socket, heard, closings }
}

function createBench() {
  const time = createManualTime()
  const { truth, backend } = createTruth()
  const bus = createLocalBus(SILENT)
  const { clock, schedule } = time
  const live = createLive({ backend, bus, clock, schedule, random: () => 0.5, log: SILENT })
  return { ...time, truth, bus, live }
}

const WATCH = '{"type":"watch","ticket":"tkt_1"}'

test.each([
  ['before it watched anything', []],
  ['while it is being attached', [WATCH]],
  ['while it watches the session, too', [WATCH, '{"type":"session"}']],
  ['after a bad message', [WATCH, 'bad']],
])('a socket that closes %s leaves no timer and no entry', async (_name, messages) => {
  const { live, truth, timers, clock, bus } = createBench()
  truth.put('ann', ticketOf('tkt_1', { expiresAt: clock() + 1_000 }))
  truth.sessions.set('ses_1', 'ann')
  for (const wait of [false, true]) {
    const connection = live.opened(createSocket().socket, 'ann')
    for (const message of messages) connection.message(message)
    if (wait) await settle()
    connection.closed()
    connection.closed()
    expect([timers.size, live.size()]).toEqual([0, 0])
    await settle()
    bus.publish({ topic: 'ticket', id: 'tkt_1', version: 9 })
    bus.publish({ topic: 'session', id: 'ses_1' })
    await settle()
    expect([timers.size, live.size()]).toEqual([0, 0])
    expect([truth.asked.views, truth.asked.sessionsAlive]).toEqual([[], []])
  }
})

test('a whole life at the default times: 8 s to begin, every 2 s a look, 30 s after the end', async () => {
  const { live, truth, timers, pass, clock } = createBench()
  const idle = createSocket()
  live.opened(idle.socket, 'ann')
  await pass(7_999)
  expect(idle.closings).toEqual([])
  await pass(1)
  expect(idle.closings).toEqual([4408])

  truth.put('ann', ticketOf('tkt_1', { expiresAt: clock() + 90_000 }))
  const page = createSocket()
  live.opened(page.socket, 'ann').message(WATCH)
  await settle()
  expect(page.heard).toHaveLength(1)
  await pass(10_000)
  expect(truth.asked.views).toHaveLength(5)
  truth.move('tkt_1', { status: 'scanned', expiresAt: clock() + 120_000 })
  await pass(2_000)
  expect(page.heard).toHaveLength(2)
  truth.move('tkt_1', { status: 'denied' })
  await pass(2_000)
  expect(page.heard).toHaveLength(3)
  await pass(29_999)
  expect(page.closings).toEqual([])
  await pass(1)
  expect(page.closings).toEqual([1000])
  expect([timers.size, live.size()]).toEqual([0, 0])
})

test('the look right after the end of a ticket does not read the others', async () => {
  const { live, truth, pass, clock } = createBench()
  truth.put('ann', ticketOf('tkt_1', { expiresAt: clock() + 90_500 }))
  truth.put('ann', ticketOf('tkt_2', { expiresAt: clock() + 95_000 }))
  for (const id of truth.tickets.keys()) live.opened(createSocket().socket, 'ann').message(WATCH.replace('tkt_1', id))
  await settle()
  await pass(90_499)
  truth.asked.views.length = 0
  await pass(20)
  expect(truth.asked.views).toEqual([['tkt_1']])
})

test('twenty messages are allowed in each minute, not in a life', async () => {
  const { live, truth, pass, clock } = createBench()
  truth.put('ann', ticketOf('tkt_1', { expiresAt: clock() + 900_000 }))
  const page = createSocket()
  const connection = live.opened(page.socket, 'ann')
  for (let minute = 0; minute < 3; minute += 1) {
    for (let i = 0; i < 20; i += 1) connection.message(WATCH)
    await pass(60_000)
  }
  expect(page.closings).toEqual([])
})

test('a drained machine closes everything once, and newcomers at once', () => {
  const { live, timers } = createBench()
  const pages = [createSocket(), createSocket(), createSocket()]
  live.opened(pages[0]?.socket ?? createSocket().socket, 'ann')
  live.opened(pages[1]?.socket ?? createSocket().socket, 'ann')
  live.drain()
  live.drain()
  live.opened(pages[2]?.socket ?? createSocket().socket, 'ann')
  expect(pages.map((page) => page.closings)).toEqual([[1012], [1012], [1012]])
  expect([timers.size, live.size()]).toEqual([0, 0])
})

test('a stopped machine hears no more hints and runs no more timers', async () => {
  const { live, truth, timers, bus } = createBench()
  truth.put('ann', ticketOf('tkt_1'))
  live.opened(createSocket().socket, 'ann').message(WATCH)
  await settle()
  bus.publish({ topic: 'ticket', id: 'tkt_1', version: 2 })
  live.stop()
  bus.publish({ topic: 'ticket', id: 'tkt_1', version: 3 })
  await settle()
  expect([timers.size, truth.asked.views.length]).toEqual([0, 0])
})

test('the heartbeat pings each peer once an interval, ends the silent one, and rests when all are gone', async () => {
  const { schedule, timers, pass } = createManualTime()
  const heartbeat = createHeartbeat(schedule, { pingMs: 25_000, pongMs: 10_000 })
  const said: string[] = []
  const join = (name: string) => {
    const peer = { ping: () => said.push(`ping ${name}`), terminate: () => said.push(`end ${name}`) }
    const slice = heartbeat.add(peer)
    return { pong: () => heartbeat.pong(peer), remove: () => heartbeat.remove(peer, slice) }
  }
  const [one, two] = [join('one'), join('two')]
  await pass(1_000)
  one.pong()
  await pass(24_000)
  expect(said).toEqual(['ping one', 'ping two', 'end two'])
  two.remove()
  await pass(25_000)
  expect(said.slice(3)).toEqual(['ping one', 'end one'])
  one.remove()
  one.remove()
  expect(timers.size).toBe(0)
})

test('whoever leaves without an answer owes none: nothing of them is kept', async () => {
  const { schedule, pass } = createManualTime()
  const heartbeat = createHeartbeat(schedule, { pingMs: 25_000, pongMs: 10_000 })
  const said: string[] = []
  const peer = { ping: () => said.push('ping'), terminate: () => said.push('end') }
  const slice = heartbeat.add(peer)
  const other = { ping() {}, terminate() {} }
  heartbeat.add(other)
  await pass(250)
  heartbeat.remove(peer, slice)
  await pass(500)
  // The next slice was pinged just now, and is looked at before its next ping.
  heartbeat.add(peer)
  await pass(24_000)
  expect(said).toEqual(['ping'])
})
