// The login page at work, from opening to the end of every story.
import { describe, expect, test } from 'vitest'
import { SILENT_RENEWALS } from '#shared/ticket.js'
import { methodOf } from '../../web/login/summary.js'
import { ada, begun, fails, loginWorld, says, site } from './login-world.js'
import { ticket } from './world.js'

describe('opening the page', () => {
  test('a first visit begins the first method that a PC can offer', async () => {
    const world = loginWorld({ config: () => says({ ...site, methods: ['official', 'relay', 'website'] }) })
    await world.timers.advance(0)
    expect(world.phase()).toBe('watching')
    expect(world.calls).toEqual(['session', 'begin relay'])
    expect(world.machine.state().methods).toEqual(['relay', 'website'])
    world.machine.stop()
  })

  test('a page opened under another address goes to the one it works under', async () => {
    const world = loginWorld({}, { asked: { origin: 'http://127.0.0.1:3000', path: '/login?method=relay' } })
    await world.timers.advance(0)
    expect(world.left).toEqual(['http://here/login?method=relay'])
    expect(world.calls).not.toContain('begin relay')
  })

  test('somebody who is signed in goes to their account', async () => {
    const world = loginWorld({ session: () => says(ada) })
    await world.timers.advance(10)
    expect(world.left).toEqual(['/account'])
    expect(world.calls).toEqual(['session'])
  })

  test('the method in the address is the one begun, unless the site does not offer it', async () => {
    const wanted = loginWorld({}, { asked: { method: 'website' } })
    const strange = loginWorld({}, { asked: { method: 'sdk' } })
    await wanted.timers.advance(0)
    await strange.timers.advance(0)
    expect(wanted.calls).toContain('begin website')
    expect(strange.calls).toContain('begin relay')
    wanted.machine.stop()
    strange.machine.stop()
  })

  test('a server that cannot be reached is said to be so, and is asked again when the network returns', async () => {
    let down = true
    const world = loginWorld({ config: () => (down ? fails('network') : says(site)) })
    await world.timers.advance(10_000)
    expect(world.machine.state().phase).toEqual({ name: 'unreachable', code: 'network', method: null, waitMs: 0 })
    down = false
    world.waking.wake()
    await world.timers.advance(0)
    expect(world.phase()).toBe('watching')
    world.machine.stop()
  })

  test('a server that was away is found again without a click', async () => {
    let down = true
    const world = loginWorld({ begin: () => (down ? fails('network') : says(begun('tkt_1', 'relay'))) })
    await world.timers.advance(5000)
    expect(world.phase()).toBe('unreachable')
    down = false
    await world.timers.advance(15_000)
    expect(world.phase()).toBe('watching')
    world.machine.stop()
  })

  test('told to wait, it says why, asks no sooner, not even when the visitor comes back, and then by itself', async () => {
    let limited = true
    const wait = { ok: false, code: 'too_many_requests', waitMs: 40_000 } as const
    const world = loginWorld({ begin: () => (limited ? wait : says(begun('tkt_1', 'relay'))) })
    const asked = () => world.calls.filter((call) => call.startsWith('begin')).length
    await world.timers.advance(1_000)
    expect(world.machine.state().phase).toMatchObject({ name: 'unreachable', code: 'too_many_requests' })
    expect(asked()).toBe(1)
    world.waking.wake()
    await world.timers.advance(38_000)
    expect(asked()).toBe(1)
    limited = false
    await world.timers.advance(20_000)
    expect(world.phase()).toBe('watching')
    world.machine.stop()
  })

  test('a site without any method for a PC says so', async () => {
    const world = loginWorld({ config: () => says({ ...site, methods: ['official'] }) })
    await world.timers.advance(0)
    expect(world.machine.state().phase).toMatchObject({
      name: 'over',
      end: { kind: 'error', code: 'method_unavailable' },
    })
  })

  test('an address the server refuses is not asked for twice', async () => {
    const world = loginWorld({ begin: () => fails('return_to_refused') }, { asked: { returnTo: 'https://evil.test' } })
    await world.timers.advance(60_000)
    expect(world.calls).toEqual(['session', 'begin relay'])
    expect(world.machine.state().phase).toMatchObject({
      name: 'over',
      end: { kind: 'error', code: 'return_to_refused' },
    })
  })
})

describe('renewing the code', () => {
  const expiring = {
    read: (_: number, id: string) =>
      says({ ticket: ticket({ id, status: 'expired', serverTime: 90_000 }), qr: null, matchNumber: null }),
  }

  test(`an unscanned code is renewed silently ${SILENT_RENEWALS} times, then waits for a click`, async () => {
    const world = loginWorld(expiring)
    await world.timers.advance(30 * 60_000)
    expect(world.calls.filter((call) => call === 'begin relay')).toHaveLength(1 + SILENT_RENEWALS)
    expect(world.phase()).toBe('stale')
    world.machine.send({ type: 'again' })
    await world.timers.advance(30 * 60_000)
    expect(world.calls.filter((call) => call === 'begin relay')).toHaveLength(2 * (1 + SILENT_RENEWALS))
  })

  test('a stale code is renewed when the visitor comes back to the window', async () => {
    const world = loginWorld(expiring)
    await world.timers.advance(30 * 60_000)
    world.waking.wake()
    await world.timers.advance(0)
    expect(world.phase()).toBe('watching')
    world.machine.stop()
  })

  test('the old code stays on the screen while the new one is fetched', async () => {
    const world = loginWorld({
      ...expiring,
      begin: (nth) => (nth === 1 ? says(begun('tkt_1', 'relay')) : fails('network')),
    })
    await world.timers.advance(0)
    world.sockets.last().hears({ type: 'ticket', ticket: ticket() })
    await world.timers.advance(40_010)
    expect(world.machine.state().phase).toMatchObject({ name: 'beginning', previous: { ticket: { id: 'tkt_1' } } })
    world.machine.stop()
  })

  test('at its end a ticket is read, not guessed at: it may have been confirmed unheard', async () => {
    const confirmed = ticket({ status: 'confirmed', version: 3, serverTime: 90_000, expiresAt: 190_000 })
    const world = loginWorld({ read: () => says({ ticket: confirmed, qr: null, matchNumber: null }) })
    await world.timers.advance(0)
    world.sockets.last().hears({ type: 'ticket', ticket: ticket({ expiresAt: 20_000 }) })
    await world.timers.advance(30_000)
    expect(world.left).toEqual(['/home'])
  })

  test('another method gives the present ticket up, and gets a new attempt', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.machine.send({ type: 'choose', method: 'website' })
    await world.timers.advance(0)
    expect(world.calls.slice(-2)).toEqual(['abandon tkt_1', 'begin website'])
    expect(world.kept()).toMatchObject({ ticketId: 'tkt_2', attempt: 'attempt-2', method: 'website' })
    world.machine.stop()
  })
})

describe('redeeming', () => {
  const confirmed = ticket({ status: 'confirmed', version: 3 })
  const confirm = (world: ReturnType<typeof loginWorld>): void =>
    world.sockets.last().hears({ type: 'ticket', ticket: confirmed })

  test('an answer that was lost is asked for again with the same attempt', async () => {
    const world = loginWorld({
      redeem: (nth) =>
        nth < 7 ? fails(nth % 2 ? 'network' : 'internal') : says({ account: ada.account, returnTo: '/home' }),
    })
    await world.timers.advance(0)
    confirm(world)
    await world.timers.advance(60_000)
    const redeems = world.calls.filter((call) => call.startsWith('redeem'))
    expect(redeems).toHaveLength(7)
    expect(new Set(redeems)).toEqual(new Set(['redeem tkt_1 attempt-1']))
    expect(world.left).toEqual(['/home'])
  })

  test('while there is no answer the page says that it is still trying', async () => {
    const world = loginWorld({ redeem: () => fails('network') })
    await world.timers.advance(0)
    confirm(world)
    await world.timers.advance(5000)
    expect(world.machine.state().phase).toMatchObject({ name: 'redeeming', struggling: true })
    expect(world.kept()?.attempt).toBe('attempt-1')
    world.machine.stop()
  })

  test('used already, by this very browser: it is signed in', async () => {
    let signedIn = false
    const world = loginWorld({
      redeem: () => fails('ticket_redeemed'),
      session: () => (signedIn ? says(ada) : fails('signed_out')),
    })
    await world.timers.advance(0)
    signedIn = true
    confirm(world)
    await world.timers.advance(10)
    expect(world.left).toEqual(['/account'])
  })

  test.each(['ticket_redeemed', 'ticket_expired', 'ticket_unknown', 'ticket_over'] as const)(
    '%s ends with its sentence and a way to begin again',
    async (code) => {
      const world = loginWorld({ redeem: () => fails(code) })
      await world.timers.advance(0)
      confirm(world)
      await world.timers.advance(10)
      expect(world.machine.state().phase).toEqual({ name: 'over', method: 'relay', end: { kind: 'error', code } })
      world.machine.send({ type: 'again' })
      await world.timers.advance(0)
      expect(world.phase()).toBe('watching')
      world.machine.stop()
    },
  )

  test('the person is greeted by name before the page goes on', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    confirm(world)
    await world.timers.advance(100)
    expect(world.machine.state().phase).toMatchObject({ name: 'signedIn', account: { nickname: 'Ada' } })
    // By the method that the page began with, and its tab and steps still show.
    expect(methodOf(world.machine.state())).toBe('relay')
    expect(world.left).toEqual([])
    await world.timers.advance(1000)
    expect(world.left).toEqual(['/home'])
  })
})
