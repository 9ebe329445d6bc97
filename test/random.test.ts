// Secrets come out of one pool: no two may share a byte of it, and what was handed out must not be found there again.
import { expect, test } from 'vitest'
import { createRandom } from '#server/random.js'

/** Counts upwards in 32-bit words, and keeps the pool that it was given. */
function counting() {
  let next = 0
  let pool: Buffer = Buffer.alloc(0)
  const random = createRandom((given) => {
    pool = given
    for (let at = 0; at + 4 <= given.length; at += 4) given.writeUInt32BE(next++, at)
  })
  return { random, pool: () => pool }
}

test('stealing one secret through another: no two share memory', () => {
  const random = createRandom()
  const made = Array.from({ length: 50 }, () => random(32))
  expect(new Set(made.map((one) => one.toString('hex'))).size).toBe(50)
  const copies = made.map((one) => Buffer.from(one))
  for (const one of made) one.fill(0)
  expect(new Set(copies.map((one) => one.toString('hex'))).size).toBe(50)
  expect(random(32).equals(Buffer.alloc(32))).toBe(false)
})

test('guessing from what was used: no byte is handed out twice, across refills and whatever the sizes', () => {
  const { random } = counting()
  const seen = new Set<number>()
  let words = 0
  for (let round = 0; round < 2_000; round++) {
    const bytes = random([8, 16, 32, 4_096, 12][round % 5] ?? 8)
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      seen.add(bytes.readUInt32BE(at))
      words += 1
    }
  }
  expect(seen.size).toBe(words)
})

test('reading the memory later: what was handed out is wiped where it stood', () => {
  const { random, pool } = counting()
  random(8)
  const secret = random(64)
  expect(secret.some((byte) => byte !== 0)).toBe(true)
  expect(pool().includes(secret)).toBe(false)
  expect(
    pool()
      .subarray(0, 72)
      .every((byte) => byte === 0),
  ).toBe(true)
  expect(
    pool()
      .subarray(72)
      .some((byte) => byte !== 0),
  ).toBe(true)
})

test('more than the pool holds comes from the system at once', () => {
  const { random } = counting()
  expect(random(10_000).readUInt32BE(9_996)).toBe(2_499)
  expect(random(0)).toHaveLength(0)
})
