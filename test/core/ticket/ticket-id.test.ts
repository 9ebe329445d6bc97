// Ticket ids: signed, dated, committed to one browser, spelt in one way only, and short enough for WeChat's scenes.
import { describe, expect, test } from 'vitest'
import { createKeyring } from '#server/core/keyring.js'
import { mintSecret } from '#server/core/secrets.js'
import { appTag, createTicketIds } from '#server/core/ticket/ticket-id.js'
import { METHODS } from '#shared/ticket.js'
import { seededRandom } from '../seeded-random.js'

const NOW = 1_750_000_000_123
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const random = seededRandom('ticket ids')
const secret = mintSecret(random)

const idsWith = (...keys: string[]) => createTicketIds({ keyring: createKeyring(keys), clock: () => NOW, random })
const ids = idsWith('key one')
const mint = () => ids.mint({ method: 'relay', appKey: 'mp', secret })

describe('a minted id', () => {
  test('has 64 characters of base64url, WeChat’s limit for a scene', () => {
    for (const method of METHODS) {
      expect(ids.mint({ method, appKey: 'mp', secret }).id).toMatch(/^tkt_[A-Za-z0-9_-]{60}$/)
    }
    expect(mint().id).toHaveLength(64)
  })

  test('reads back as what it was made for: method, app and time', () => {
    for (const method of METHODS) {
      const claims = ids.mint({ method, appKey: 'mp2', secret })
      expect(ids.read(claims.id)).toEqual(claims)
      expect(claims).toMatchObject({ method, createdAt: NOW, appTag: appTag('mp2'), keyIndex: 0 })
    }
  })

  test('is never made twice: 10,000 ids of one browser in one millisecond all differ', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => mint().id)).size).toBe(10_000)
  })

  test('does not contain the browser’s secret, in whole or in part', () => {
    const payload = mint().payload.toString('hex')
    const bytes = Buffer.from(secret, 'base64url').toString('hex')
    for (let at = 0; at + 8 <= bytes.length; at += 2) expect(payload).not.toContain(bytes.slice(at, at + 8))
  })
})

describe('a photographed code cannot be attached to by another browser: the id', () => {
  test('is bound to the secret it was made for', () => {
    expect(ids.boundTo(mint(), secret)).toBe(true)
  })

  test('is bound to no other secret, not even one that differs in a single character', () => {
    const claims = mint()
    for (let at = 0; at < secret.length; at++) {
      const other = `${secret.slice(0, at)}${secret[at] === 'A' ? 'B' : 'A'}${secret.slice(at + 1)}`
      expect(ids.boundTo(claims, other)).toBe(false)
    }
    expect(ids.boundTo(claims, '')).toBe(false)
  })

  test('commits differently each time, so that two tickets do not show the same browser', () => {
    const [one, other] = [mint(), mint()]
    expect(one.payload.subarray(17)).not.toEqual(other.payload.subarray(17))
  })
})

describe('a forged id', () => {
  test('with any single bit flipped is refused', () => {
    const bytes = Buffer.from(mint().id.slice(4), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(ids.read(`tkt_${forged.toString('base64url')}`), `bit ${bit}`).toBeNull()
    }
  })

  test('with any single character changed is refused: no id has a second spelling', () => {
    const { id } = mint()
    for (let at = 4; at < id.length; at++) {
      for (const char of ALPHABET) {
        if (char !== id[at]) expect(ids.read(id.slice(0, at) + char + id.slice(at + 1))).toBeNull()
      }
    }
  })

  test('in an alternative spelling of the same bytes is refused', () => {
    // An id whose base64url uses both of the characters that plain base64 spells differently.
    const id = Array.from({ length: 200 }, () => mint().id).find((one) => /-/.test(one) && /_/.test(one.slice(4))) ?? ''
    expect(ids.read(id)).not.toBeNull()
    const body = id.slice(4)
    const spellings = [
      `tkt_${body.replaceAll('-', '+').replaceAll('_', '/')}`,
      `tkt_${body.replaceAll('-', '+')}`,
      `${id}=`,
      `${id}\n`,
      ` ${id}`,
      `${id} `,
      `TKT_${body}`,
      `Tkt_${body}`,
      `tkt-${body}`,
      `tkt_${encodeURIComponent(body.replaceAll('-', '+'))}`,
      `tkt_${body}A`,
      `tkt_A${body}`,
      body,
      `tkt_${body.slice(0, 30)}\n${body.slice(31)}`,
    ]
    for (const spelling of spellings) expect(ids.read(spelling), JSON.stringify(spelling)).toBeNull()
  })

  test('of junk is refused without an error', () => {
    const junk = [
      '',
      'tkt_',
      'x'.repeat(64),
      `tkt_${'A'.repeat(60)}`,
      `tkt_${'_'.repeat(60)}`,
      'tkt_\0',
      '票'.repeat(64),
    ]
    for (const id of junk) expect(ids.read(id), id).toBeNull()
    expect(ids.read('x'.repeat(1_000_000))).toBeNull()
  })
})

describe('keys', () => {
  test('another operator’s keys read none of our ids', () => {
    expect(idsWith('key two').read(mint().id)).toBeNull()
  })

  test('after a rotation an older id still reads, and names the key that signed it', () => {
    const claims = mint()
    expect(idsWith('key two', 'key one').read(claims.id)).toEqual({ ...claims, keyIndex: 1 })
    expect(idsWith('key three', 'key two', 'key one').read(claims.id)?.keyIndex).toBe(2)
    expect(idsWith('key two', 'key one').boundTo(claims, secret)).toBe(true)
  })

  test('the newest key signs what is minted after a rotation', () => {
    const { id } = idsWith('key two', 'key one').mint({ method: 'relay', appKey: 'mp', secret })
    expect(ids.read(id)).toBeNull()
    expect(idsWith('key two').read(id)?.keyIndex).toBe(0)
  })
})

describe('fromPayload', () => {
  test('rebuilds exactly the id that the payload came from, with the key that signed it', () => {
    const claims = mint()
    expect(ids.fromPayload(claims.payload, 0)).toEqual(claims)
    expect(idsWith('key two', 'key one').fromPayload(claims.payload, 1)?.id).toBe(claims.id)
  })

  test('refuses a payload of another length, form or method', () => {
    const { payload } = mint()
    expect(ids.fromPayload(payload.subarray(1), 0)).toBeNull()
    expect(ids.fromPayload(Buffer.concat([payload, Buffer.alloc(1)]), 0)).toBeNull()
    for (const first of [0x01, 0x21, 0x15, 0x1f]) {
      const other = Buffer.from(payload)
      other[0] = first
      expect(ids.fromPayload(other, 0), first.toString(16)).toBeNull()
    }
  })
})

test('an app’s tag is two bytes in hex and follows from its key alone', () => {
  expect(appTag('mp')).toMatch(/^[0-9a-f]{4}$/)
  expect(appTag('mp')).toBe(appTag('mp'))
  expect(new Set(['pc', 'mp', 'mp2', 'app', 'mini'].map(appTag)).size).toBe(5)
})
