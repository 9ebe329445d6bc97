// Keyed hashes: separated by purpose and key, verified whole, and never by less than 128 bits.
import { describe, expect, test } from 'vitest'
import { createKeyring, type Purpose, sha256, sha256Of } from '#server/core/keyring.js'

const OLD = 'an old key of the operator'
const NEW = 'a new key of the operator'
const PURPOSES: readonly Purpose[] = ['ticket', 'state', 'match', 'session']
const data = Buffer.from('what is signed')

describe('createKeyring', () => {
  test('a keyring without keys is refused at start', () => {
    expect(() => createKeyring([])).toThrow('at least one key')
  })

  test('asking for a key that is not there is an error, not a guess', () => {
    expect(() => createKeyring([NEW]).mac('ticket', data, 1)).toThrow('There is no key 1')
  })

  test('the first key signs and every key verifies, telling which one it was', () => {
    const before = createKeyring([OLD])
    const after = createKeyring([NEW, OLD])
    expect(after.size).toBe(2)
    expect(after.mac('ticket', data)).toEqual(createKeyring([NEW]).mac('ticket', data))
    expect(after.verify('ticket', data, after.mac('ticket', data))).toBe(0)
    expect(after.verify('ticket', data, before.mac('ticket', data))).toBe(1)
  })

  test('a key that was taken off the ring verifies no more', () => {
    expect(createKeyring([NEW]).verify('ticket', data, createKeyring([OLD]).mac('ticket', data))).toBe(-1)
  })

  test('a value made for one purpose never verifies for another', () => {
    const ring = createKeyring([NEW])
    for (const made of PURPOSES) {
      for (const asked of PURPOSES) {
        expect(ring.verify(asked, data, ring.mac(made, data)), `${made} as ${asked}`).toBe(made === asked ? 0 : -1)
      }
    }
  })

  test('a MAC truncated to 16 bytes verifies; a shorter one never does, so that no byte can be guessed alone', () => {
    const ring = createKeyring([NEW])
    const mac = ring.mac('state', data)
    expect(ring.verify('state', data, mac.subarray(0, 16))).toBe(0)
    for (let length = 0; length < 16; length++) expect(ring.verify('state', data, mac.subarray(0, length))).toBe(-1)
  })

  test('a MAC with any bit flipped, or of other data, is refused', () => {
    const ring = createKeyring([NEW, OLD])
    const mac = ring.mac('state', data).subarray(0, 16)
    for (let bit = 0; bit < 128; bit++) {
      const flipped = Buffer.from(mac)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(ring.verify('state', data, flipped)).toBe(-1)
    }
    expect(ring.verify('state', Buffer.from('what is signed '), mac)).toBe(-1)
  })

  test('two rings in one process share nothing', () => {
    const one = createKeyring([OLD])
    const other = createKeyring([NEW])
    expect(one.mac('match', data)).not.toEqual(other.mac('match', data))
    expect(one.mac('match', data)).toEqual(createKeyring([OLD]).mac('match', data))
  })
})

describe('sha256', () => {
  test('is lower-case hex of the UTF-8 text', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  test('of several parts depends on where one ends and the next begins', () => {
    expect(sha256Of('ab', 'c')).not.toBe(sha256Of('a', 'bc'))
    expect(sha256Of('a', 'b')).not.toBe(sha256Of('a","b'))
    expect(sha256Of('a', '')).not.toBe(sha256Of('a'))
  })
})
