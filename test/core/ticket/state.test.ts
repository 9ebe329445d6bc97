// OAuth states: bound to a purpose, a ticket and the one browser that may bring the code back.
import { describe, expect, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import { mintSecret } from '#server/core/secrets.js'
import { createStates, PURPOSES } from '#server/core/ticket/state.js'
import { createTicketIds } from '#server/core/ticket/ticket-id.js'
import { seededRandom } from '../seeded-random.js'

const random = seededRandom('states')
const browser = mintSecret(random)
const phone = mintSecret(random)

function serviceWith(...keys: string[]) {
  const keyring = createKeyring(keys)
  const ticketIds = createTicketIds({ keyring, clock: () => 1_750_000_000_000, random })
  return { ticketIds, states: createStates({ keyring, random, ticketIds }) }
}
const { ticketIds, states } = serviceWith('key one')
const ticket = ticketIds.mint({ method: 'relay', appKey: 'mp', secret: browser })

describe('a minted state', () => {
  test('has 108 characters of [0-9a-f], within WeChat’s 128 of [A-Za-z0-9]', () => {
    for (const purpose of PURPOSES) expect(states.mint(purpose, ticket, phone)).toMatch(/^[0-9a-f]{108}$/)
  })

  test('gives its purpose and its ticket to the browser it was made for', () => {
    for (const purpose of PURPOSES) {
      const state = states.mint(purpose, ticket, phone)
      expect(states.purposeOf(state)).toBe(purpose)
      expect(states.read(state, phone)).toEqual({ purpose, ticket })
    }
  })

  test('is never made twice, so that each opening of WeChat has its own single use', () => {
    const made = Array.from({ length: 1000 }, () => states.mint('relay_base', ticket, phone))
    expect(new Set(made).size).toBe(1000)
  })

  test('does not contain the secret it is bound to', () => {
    const state = states.mint('relay_base', ticket, phone)
    const secret = Buffer.from(phone, 'base64url').toString('hex')
    for (let at = 0; at + 8 <= secret.length; at += 2) expect(state).not.toContain(secret.slice(at, at + 8))
  })
})

describe('a stolen or forged state', () => {
  const state = states.mint('relay_base', ticket, phone)

  test('login CSRF: in another browser than the one it was made for it is worth nothing', () => {
    for (const other of [browser, mintSecret(random), '', `${phone}A`, phone.slice(1)]) {
      expect(states.read(state, other)).toBeNull()
    }
  })

  test('made for the phone’s silent look it cannot be used as consent, or as a PC login', () => {
    for (const first of ['00', '02', '03', 'ff']) expect(states.read(first + state.slice(2), phone)).toBeNull()
  })

  test('with one ticket’s bytes put into another’s state it is refused', () => {
    const other = states.mint('relay_base', ticketIds.mint({ method: 'relay', appKey: 'mp', secret: browser }), phone)
    expect(states.read(state.slice(0, 60) + other.slice(60), phone)).toBeNull()
    expect(states.read(state.slice(0, 76) + other.slice(76), phone)).toBeNull()
  })

  test('with any of its 108 characters changed to any other it is refused', () => {
    expect(states.read(state, phone)).not.toBeNull()
    for (let at = 0; at < state.length; at++) {
      for (const char of '0123456789abcdef') {
        if (char !== state[at]) expect(states.read(state.slice(0, at) + char + state.slice(at + 1), phone)).toBeNull()
      }
    }
  })

  test('in another spelling of the same bytes it is refused, so that single use cannot be dodged', () => {
    for (const spelling of [
      state.toUpperCase(),
      `${state}\n`,
      ` ${state}`,
      `${state}0`,
      state.slice(1),
      `0x${state}`,
    ]) {
      expect(states.purposeOf(spelling)).toBeNull()
      expect(states.read(spelling, phone)).toBeNull()
    }
  })

  test('of junk has no purpose', () => {
    for (const junk of [
      '',
      'state',
      '0',
      'zz'.repeat(54),
      'ff'.repeat(54),
      '07'.repeat(54),
      '票'.repeat(108),
      '0'.repeat(1_000_000),
    ]) {
      expect(states.purposeOf(junk)).toBeNull()
      expect(states.read(junk, phone)).toBeNull()
    }
  })

  test('a state of zeros has the shape of one of ours and is refused all the same', () => {
    expect(states.purposeOf('0'.repeat(108))).toBe('website')
    expect(states.read('0'.repeat(108), phone)).toBeNull()
  })
})

describe('key rotation', () => {
  const rotated = serviceWith('key two', 'key one')

  test('a state from before it names the same ticket after it', () => {
    const state = states.mint('website', ticket, browser)
    expect(rotated.states.read(state, browser)?.ticket).toEqual({ ...ticket, keyIndex: 1 })
  })

  test('a state made after it for a ticket from before it names that ticket, too', () => {
    const before = rotated.ticketIds.read(ticket.id)
    expect(before?.keyIndex).toBe(1)
    if (!before) return
    const state = rotated.states.mint('relay_base', before, phone)
    expect(rotated.states.read(state, phone)?.ticket.id).toBe(ticket.id)
  })

  test('a state signed with a key that is gone is refused', () => {
    expect(serviceWith('key two').states.read(states.mint('website', ticket, browser), browser)).toBeNull()
  })
})
