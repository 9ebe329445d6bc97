// A thousand waiting pages lose their server at one moment. They come back soon, and not as one.
import { expect, test } from 'vitest'
import type { LoginPorts } from '../../web/login/ports.js'
import { show } from '../../web/login/show.js'
import { watchTask } from '../../web/login/watch.js'
import type { OpenSocket } from '../../web/world.js'
import { seededRandom } from '../core/seeded-random.js'
import { begun, fails, says } from './login-world.js'
import { manualTimers, ticket } from './world.js'

const PAGES = 1_000
const MOST_A_SECOND = 300
const BACK_WITHIN_MS = 10_000

/** A server that can be away, and the pages that wait for it. */
function pagesAndServer() {
  const random = seededRandom('stampede')
  const held = manualTimers()
  const timers = { ...held, random: () => random(4).readUInt32BE() / 2 ** 32 }
  const ends = new Set<(code: number) => void>()
  const attaches: number[] = []
  let up = true

  const openSocket: OpenSocket = (on) => {
    const ended = (code: number) => void (ends.delete(ended) && on.ended(code))
    ends.add(ended)
    timers.after(1, () => {
      if (!ends.has(ended)) return
      if (up) on.opened()
      else ended(1006)
    })
    return {
      send: () => {
        attaches.push(timers.now())
        on.heard({ type: 'ticket', ticket: ticket({ serverTime: timers.now(), expiresAt: 10_000_000 }) })
      },
      close: () => void ends.delete(ended),
    }
  }
  const read = async () =>
    up
      ? says({ ticket: ticket({ serverTime: timers.now(), expiresAt: 10_000_000 }), qr: null, matchNumber: null })
      : fails('network')
  const ports = { timers, openSocket, onWake: () => () => {}, api: { read } } as unknown as LoginPorts
  const shown = show({ ...begun('tkt_1', 'relay'), ticket: ticket({ expiresAt: 10_000_000 }) }, 'attempt', timers.now())
  const stops = Array.from({ length: PAGES }, () => watchTask(ports, shown, () => {}))

  return {
    timers,
    attaches,
    attached: () => ends.size,
    /** All sockets break at once, and none can be opened. */
    kill() {
      up = false
      for (const ended of [...ends]) ended(1006)
      attaches.length = 0
    },
    start() {
      up = true
    },
    stop: () => stops.forEach((stop) => void stop()),
  }
}

/** The most that came within any second. */
function busiestSecond(moments: readonly number[]): number {
  return Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + 1_000).length))
}

test.each([0, 2_000, 8_000])(
  `${PAGES} pages come back within ten seconds to a server that was away for %i ms, at most ${MOST_A_SECOND} a second`,
  async (awayMs) => {
    const world = pagesAndServer()
    await world.timers.advance(10)
    expect(world.attached()).toBe(PAGES)
    world.kill()
    await world.timers.advance(awayMs)
    world.start()
    await world.timers.advance(BACK_WITHIN_MS)
    expect(world.attaches).toHaveLength(PAGES)
    expect(busiestSecond(world.attaches)).toBeLessThanOrEqual(MOST_A_SECOND)
    world.stop()
  },
  60_000,
)
