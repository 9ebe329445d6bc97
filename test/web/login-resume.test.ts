// The login page at work, from opening to the end of every story.
import { describe, expect, test } from 'vitest'
import { ada, fails, loginWorld, says } from './login-world.js'
import { ticket } from './world.js'

describe('going on after a reload', () => {
  const kept = { ticketId: 'tkt_old', method: 'relay' as const, attempt: 'attempt-old', returnTo: null }

  test('a ticket that still waits is shown again, with the attempt it had', async () => {
    const world = loginWorld(
      { read: () => says({ ticket: ticket({ id: 'tkt_old' }), qr: null, matchNumber: '12' }) },
      { kept },
    )
    await world.timers.advance(0)
    expect(world.machine.state().phase).toMatchObject({
      name: 'watching',
      shown: { ticket: { id: 'tkt_old' }, attempt: 'attempt-old', matchNumber: '12' },
    })
    expect(world.calls).not.toContain('begin relay')
    world.machine.stop()
  })

  test('a ticket begun to lead elsewhere is not gone on with: the address of now counts', async () => {
    const answers = { read: () => says({ ticket: ticket({ id: 'tkt_old' }), qr: null, matchNumber: '12' }) }
    const world = loginWorld(answers, { kept: { ...kept, returnTo: '/a' }, asked: { returnTo: '/b' } })
    await world.timers.advance(0)
    expect(world.calls).toContain('begin relay')
    world.machine.stop()
    const same = loginWorld(answers, { kept: { ...kept, returnTo: '/a' }, asked: { returnTo: '/a' } })
    await same.timers.advance(0)
    expect(same.calls).not.toContain('begin relay')
    same.machine.stop()
  })

  test('a login confirmed while the page was away is redeemed with the attempt it had', async () => {
    const confirmed = ticket({ id: 'tkt_old', status: 'confirmed', version: 3 })
    const world = loginWorld({ read: () => says({ ticket: confirmed, qr: null, matchNumber: null }) }, { kept })
    await world.timers.advance(2000)
    expect(world.calls).toContain('redeem tkt_old attempt-old')
    expect(world.left).toEqual(['/home'])
    expect(world.kept()).toBeNull()
  })

  test('a window that comes back from WeChat redeems the ticket in its address', async () => {
    const confirmed = ticket({ id: 'tkt_w', method: 'website', status: 'confirmed' })
    const world = loginWorld(
      { read: () => says({ ticket: confirmed, qr: null, matchNumber: null }), session: () => says(ada) },
      { asked: { ticket: 'tkt_w' } },
    )
    await world.timers.advance(2000)
    expect(world.calls).toEqual(['read tkt_w', 'redeem tkt_w attempt-1'])
    expect(world.left).toEqual(['/home'])
  })

  test('a window that comes back from WeChat is told how it ended', async () => {
    const failed = ticket({ id: 'tkt_w', method: 'website', status: 'failed', reason: 'needs_attention' })
    const world = loginWorld(
      { read: () => says({ ticket: failed, qr: null, matchNumber: null }) },
      { asked: { ticket: 'tkt_w' } },
    )
    await world.timers.advance(0)
    expect(world.machine.state().phase).toMatchObject({
      name: 'over',
      end: { kind: 'failed', reason: 'needs_attention' },
    })
  })

  test.each(['denied', 'failed', 'expired'] as const)('a reload after %s simply gets a new code', async (status) => {
    const old = ticket({ id: 'tkt_old', status })
    const world = loginWorld(
      { read: (nth) => (nth === 1 ? says({ ticket: old, qr: null, matchNumber: null }) : fails('network')) },
      { kept },
    )
    await world.timers.advance(0)
    expect(world.calls).toContain('begin relay')
    world.machine.stop()
  })

  test('a ticket the server does not know is forgotten', async () => {
    const world = loginWorld({ read: () => fails('ticket_unknown') }, { kept })
    await world.timers.advance(0)
    expect(world.phase()).toBe('watching')
    expect(world.kept()?.ticketId).toBe('tkt_1')
    world.machine.stop()
  })

  test('a kept ticket is not given up because the network fails for a moment', async () => {
    const confirmed = ticket({ id: 'tkt_old', status: 'confirmed' })
    const world = loginWorld(
      { read: (nth) => (nth === 1 ? fails('network') : says({ ticket: confirmed, qr: null, matchNumber: null })) },
      { kept },
    )
    await world.timers.advance(5000)
    expect(world.calls).toContain('redeem tkt_old attempt-old')
    expect(world.calls).not.toContain('begin relay')
  })
})
