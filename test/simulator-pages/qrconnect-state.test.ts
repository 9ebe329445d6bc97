// The PC page's reading of the long poll: each status of the wire, and what is asked next.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begin, type Event, lastSeen, reduce, type State } from '#server/simulator/pages/qrconnect/state.js'

const answer = (errcode: number, code = ''): Event => ({ type: 'answered', errcode, code })
const story = (...events: Event[]): State => events.reduce(reduce, begin('uuid-1'))

describe('the state of the PC page', () => {
  it('asks at once and without `last` at first', () => {
    const state = begin('uuid-1')
    expect(state).toMatchObject({ phase: 'waiting', waitMs: 0 })
    expect(lastSeen(state)).toBeNull()
  })

  it('takes 404 for scanned and asks 100 ms later with last=404', () => {
    const state = story(answer(404))
    expect(state).toMatchObject({ phase: 'scanned', uuid: 'uuid-1', waitMs: 100 })
    expect(lastSeen(state)).toBe(404)
  })

  it('takes 405 for confirmed and keeps the code', () => {
    expect(story(answer(404), answer(405, 'c0de'))).toEqual({ phase: 'confirmed', uuid: 'uuid-1', code: 'c0de' })
  })

  it('takes 403 for cancelled, goes on after 2000 ms, and lets the same code be scanned again', () => {
    const cancelled = story(answer(404), answer(403))
    expect(cancelled).toMatchObject({ phase: 'cancelled', uuid: 'uuid-1', waitMs: 2000 })
    expect(reduce(cancelled, answer(404))).toMatchObject({ phase: 'scanned', uuid: 'uuid-1' })
  })

  it.each([
    [answer(404), 'scanned'],
    [answer(403), 'cancelled'],
    [answer(408), 'waiting'],
  ] as const)('stays what it is at 408: %o then 408 is still %s', (event, phase) => {
    expect(story(event, answer(408))).toMatchObject({ phase, waitMs: 2000 })
  })

  it.each([[402], [500], [405]])('asks for a new code at %i without a code of confirmation', (errcode) => {
    expect(story(answer(errcode))).toMatchObject({ phase: 'renewing' })
  })

  it('begins anew with the new uuid, without `last`', () => {
    const state = story(answer(404), answer(402), { type: 'renewed', uuid: 'uuid-2' })
    expect(state).toMatchObject({ phase: 'waiting', uuid: 'uuid-2' })
    expect(lastSeen(state)).toBeNull()
  })

  it('does not hammer a server that keeps saying "scanned" at once', () => {
    expect(story(answer(404), answer(404))).toMatchObject({ phase: 'scanned', waitMs: 2000 })
  })

  it('backs off from a server that does not answer, up to 30 s, and keeps what it knew', () => {
    const lost: Event = { type: 'unreachable' }
    const waits = Array.from({ length: 8 }, (_, n) => story(answer(404), ...Array<Event>(n + 1).fill(lost)))
    expect(waits.map((state) => ('waitMs' in state ? state.waitMs : 0))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ])
    expect(waits.every((state) => state.phase === 'scanned')).toBe(true)
  })

  it('forgets its failures at the first answer', () => {
    expect(story({ type: 'unreachable' }, { type: 'unreachable' }, answer(408))).toMatchObject({ failures: 0 })
  })

  it('treats a status that nobody has heard of like no answer', () => {
    expect(story(answer(Number.NaN))).toMatchObject({ phase: 'waiting', failures: 1 })
  })

  it('asks less than eleven times a second, whatever the server says, once it has begun', () => {
    const anything = fc.oneof(
      fc.constantFrom(402, 403, 404, 405, 408, 500, 7).map((errcode) => answer(errcode)),
      fc.constantFrom<Event>({ type: 'unreachable' }, { type: 'renewed', uuid: 'uuid-2' }),
    )
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 30 }), (events) => {
        const state = story(...events)
        expect(state.phase === 'confirmed' || state.waitMs >= 100).toBe(true)
      }),
    )
  })

  it('leaves confirmed for nothing', () => {
    const confirmed = story(answer(405, 'c0de'))
    for (const event of [answer(402), answer(404), { type: 'unreachable' } as const]) {
      expect(reduce(confirmed, event)).toBe(confirmed)
    }
  })
})
