// The two digits on the PC's screen: keyed, evenly spread, and forgiving only about how they are typed.
import { describe, expect, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import { mintSecret } from '#server/core/secrets.js'
import { MATCH_TRIES, matchNumber, matchNumberIs } from '#server/core/ticket/match-number.js'
import { createTicketIds } from '#server/core/ticket/ticket-id.js'
import { seededRandom } from '../seeded-random.js'

const random = seededRandom('match numbers')
const keyring = createKeyring(['key one'])
const ticketIds = createTicketIds({ keyring, clock: () => 1_750_000_000_000, random })
const secret = mintSecret(random)
const mint = () => ticketIds.mint({ method: 'relay', appKey: 'mp', secret })
/** U+FF10 is the full-width zero. */
const fullWidth = (digits: string) => digits.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))

describe('matchNumber', () => {
  test('is two digits, the same at every look', () => {
    for (let i = 0; i < 500; i++) {
      const ticket = mint()
      expect(matchNumber(keyring, ticket)).toMatch(/^[0-9]{2}$/)
      expect(matchNumber(keyring, ticket)).toBe(matchNumber(keyring, ticket))
    }
  })

  test('the attacker who knows the ticket’s id cannot compute it: it follows from the service’s key', () => {
    const tickets = Array.from({ length: 500 }, mint)
    const guessed = tickets.filter((one) => matchNumber(createKeyring(['a guess']), one) === matchNumber(keyring, one))
    // One in a hundred by chance: 5 of 500, and 16 is five standard deviations above.
    expect(guessed.length).toBeLessThan(16)
  })

  test('is spread evenly: over 10,000 tickets no number stands out and all of them occur', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 10_000; i++) {
      const number = matchNumber(keyring, mint())
      counts.set(number, (counts.get(number) ?? 0) + 1)
    }
    const spread = [...counts.values()]
    const sigma = Math.sqrt(10_000 * 0.01 * 0.99)
    expect(counts.size).toBe(100)
    expect(Math.max(...spread)).toBeLessThan(100 + 4 * sigma)
    expect(Math.min(...spread)).toBeGreaterThan(100 - 4 * sigma)
    // Chi-square with 99 degrees of freedom: 99 on average; 148 is passed once in a thousand.
    expect(spread.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)).toBeLessThan(148)
  })

  test('stays what the page shows when the keys are rotated', () => {
    const ticket = mint()
    const rotated = createKeyring(['key two', 'key one'])
    const again = createTicketIds({ keyring: rotated, clock: () => 0, random }).read(ticket.id)
    expect(again && matchNumber(rotated, again)).toBe(matchNumber(keyring, ticket))
  })
})

describe('matchNumberIs', () => {
  const ticket = mint()
  const shown = matchNumber(keyring, ticket)
  const [tens = '', ones = ''] = shown

  test('takes the number as shown', () => {
    expect(matchNumberIs(keyring, ticket, shown)).toBe(true)
  })

  test('forgives spaces and full-width digits, as some keyboards type them', () => {
    const wide = fullWidth(shown)
    expect(wide).not.toBe(shown)
    for (const typed of [` ${shown}`, `${shown} `, `${tens} ${ones}`, `${shown}\n`, wide, `\u3000${wide}\u3000`]) {
      expect(matchNumberIs(keyring, ticket, typed), JSON.stringify(typed)).toBe(true)
    }
  })

  test('of a hundred numbers takes exactly one', () => {
    const all = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))
    expect(all.filter((number) => matchNumberIs(keyring, ticket, number))).toEqual([shown])
  })

  test('a missing number is a wrong number', () => {
    expect(matchNumberIs(keyring, ticket, undefined)).toBe(false)
    expect(matchNumberIs(keyring, ticket, '')).toBe(false)
    expect(matchNumberIs(keyring, ticket, '  ')).toBe(false)
  })

  test('refuses everything that only resembles it', () => {
    const alike = [
      tens,
      ones,
      `0${shown}`,
      `${shown}0`,
      `${shown}.`,
      `+${shown}`,
      `-${shown}`,
      `${shown}e0`,
      `0x${shown}`,
    ]
    for (const typed of [...alike, `${shown},${shown}`, 'NaN', '**', '..', fullWidth(`${shown}0`)]) {
      expect(matchNumberIs(keyring, ticket, typed), typed).toBe(false)
    }
  })

  test('a leading zero belongs to the number', () => {
    const small = Array.from({ length: 500 }, mint).find((one) => matchNumber(keyring, one).startsWith('0'))
    expect(small).toBeDefined()
    if (!small) return
    const digits = matchNumber(keyring, small)
    expect(matchNumberIs(keyring, small, digits)).toBe(true)
    expect(matchNumberIs(keyring, small, digits.slice(1))).toBe(false)
  })
})

test('three wrong numbers end a ticket: a guesser succeeds three times in a hundred at most', () => {
  expect(MATCH_TRIES).toBe(3)
})
