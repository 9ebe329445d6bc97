// The login page's reducer: what each event makes of each state.
import { describe, expect, test } from 'vitest'
import { STATUSES, type Ticket } from '#shared/ticket.js'
import {
  initialLogin,
  type LoginEvent,
  type LoginState,
  type Phase,
  reduce,
  type Shown,
} from '../../web/login/state.js'
import { ada, site } from './login-world.js'
import { ticket } from './world.js'

const shown: Shown = {
  ticket: ticket({ version: 2 }),
  attempt: 'attempt',
  qr: { content: 'c', svg: 's' },
  embedUrl: null,
  redirectUrl: null,
  matchNumber: '47',
  deadline: 91_000,
  span: 90_000,
}
const watching: Phase = { name: 'watching', shown, renewals: 0, strikes: 0, link: 'live' }

function at(phase: Phase): LoginState {
  return { ...initialLogin, config: site, methods: ['relay', 'website'], phase }
}

function seen(changes: Partial<Ticket>, now = 1000): LoginEvent {
  return { type: 'seen', ticket: ticket({ version: 2, ...changes }), qr: null, now }
}

describe('news of a ticket', () => {
  test('an older version changes nothing, whichever channel it came by', () => {
    const state = at(watching)
    expect(reduce(state, seen({ version: 1, status: 'confirmed' }))).toBe(state)
  })

  test('the same version with another status is believed: time itself ends tickets', () => {
    const after = reduce(at(watching), seen({ status: 'expired', reason: 'cancelled' }))
    expect(after.phase).toMatchObject({ name: 'over', end: { kind: 'expired' } })
  })

  test('another ticket is none of our business', () => {
    const state = at(watching)
    expect(reduce(state, seen({ id: 'tkt_other', version: 9, status: 'confirmed' }))).toBe(state)
  })

  test('a ticket past its end has expired, whatever its status says', () => {
    const after = reduce(at(watching), seen({ serverTime: 90_000 }))
    expect(after.phase).toMatchObject({ name: 'beginning', renewals: 1 })
  })

  test('somebody who had scanned is told that time ran out, instead of finding another code', () => {
    const scannedBy = { nickname: 'Ada', avatarUrl: '' }
    const after = reduce(at(watching), seen({ status: 'expired', version: 4, scannedBy }))
    expect(after.phase).toMatchObject({ name: 'over', end: { kind: 'expired', reason: null } })
  })

  test('the same when the expired ticket no longer names who had scanned it', () => {
    const scannedBy = { nickname: 'Ada', avatarUrl: '' }
    const scanned = reduce(at(watching), seen({ status: 'scanned', version: 3, scannedBy }))
    const after = reduce(scanned, seen({ status: 'expired', version: 4 }))
    expect(after.phase).toMatchObject({ name: 'over', end: { kind: 'expired', reason: null } })
  })

  test('the time left is counted on the page’s own clock, from when the news came', () => {
    const after = reduce(
      at(watching),
      seen({ status: 'scanned', version: 3, expiresAt: 220_000, serverTime: 100_000 }, 5000),
    )
    expect(after.phase).toMatchObject({ shown: { deadline: 125_000, span: 120_000 } })
  })

  test('news that was slow on its way does not make the clock jump back', () => {
    const after = reduce(at(watching), seen({ serverTime: 10_000 }, 14_000))
    expect(after.phase).toMatchObject({ shown: { deadline: 91_000, span: 90_000 } })
  })

  test('a code that was there stays when the news carries none', () => {
    expect(reduce(at(watching), seen({ version: 3 })).phase).toMatchObject({ shown: { qr: { content: 'c' } } })
  })

  test.each(STATUSES)('%s leads to a state that has a name', (status) => {
    const { phase } = reduce(at(watching), seen({ status, version: 3 }))
    const names = {
      pending: 'watching',
      scanned: 'watching',
      confirmed: 'redeeming',
      redeemed: 'redeeming',
      expired: 'beginning',
    }
    expect(phase.name).toBe(status in names ? names[status as keyof typeof names] : 'over')
  })
})

describe('the visitor', () => {
  test('cannot drop a login that is being collected', () => {
    const state = at({ name: 'redeeming', shown, struggling: false })
    expect(reduce(state, { type: 'choose', method: 'website' })).toBe(state)
    expect(reduce(state, { type: 'again' })).toBe(state)
  })

  test('cannot choose what the site does not offer', () => {
    const state = at(watching)
    expect(reduce(state, { type: 'choose', method: 'sdk' })).toBe(state)
  })

  test('who asks for another code gives up the one that was scanned', () => {
    const { phase } = reduce(at(watching), { type: 'again' })
    expect(phase).toMatchObject({ name: 'beginning', method: 'relay', abandoned: 'tkt_1' })
  })

  test('coming back to the window does not disturb a code that is good', () => {
    const state = at(watching)
    expect(reduce(state, { type: 'woke' })).toBe(state)
  })
})

test('an answer that comes too late changes nothing', () => {
  const over = at({ name: 'over', method: 'relay', end: { kind: 'failed', reason: null } })
  const late: LoginEvent[] = [
    { type: 'begun', shown },
    { type: 'beginFailed', code: 'network' },
    { type: 'redeemed', account: ada.account, returnTo: '/' },
    { type: 'redeemFailed', code: 'network' },
    { type: 'unknown' },
    { type: 'linked', link: 'offline' },
    { type: 'struggling' },
    seen({ status: 'confirmed', version: 9 }),
  ]
  for (const event of late) expect(reduce(over, event)).toBe(over)
})
