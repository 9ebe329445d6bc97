// What a cookie may hold, and what ids look like.
import { expect, test } from 'vitest'
import { mintId } from '#server/core/ids.js'
import { mintSecret, readSecret } from '#server/core/secrets.js'
import { seededRandom } from './seeded-random.js'

test('a new secret is 256 random bits and reads back as itself', () => {
  const asked: number[] = []
  const random = seededRandom('secrets')
  const secret = mintSecret((bytes) => {
    asked.push(bytes)
    return random(bytes)
  })
  expect(asked).toEqual([32])
  expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(readSecret(secret)).toBe(secret)
})

test('a cookie that does not have the shape of a secret counts as no cookie', () => {
  const secret = mintSecret(seededRandom('secrets'))
  const junk = [
    '',
    ' ',
    secret.slice(1),
    `${secret}A`,
    `${secret}\n`,
    ` ${secret}`,
    `${secret.slice(1)}=`,
    `${secret.slice(1)}é`,
  ]
  for (const value of [undefined, ...junk]) expect(readSecret(value), JSON.stringify(value)).toBeNull()
})

test('an id says what it names and carries 128 random bits', () => {
  const random = seededRandom('ids')
  const ids = new Set(Array.from({ length: 1000 }, () => mintId('acc', random)))
  expect(ids.size).toBe(1000)
  for (const id of ids) expect(id).toMatch(/^acc_[A-Za-z0-9_-]{22}$/)
  expect(mintId('ses', random)).toMatch(/^ses_/)
  const bytes = [...ids].map((id) => Buffer.from(id.slice(4), 'base64url'))
  // Of a thousand, each bit is set in about half.
  for (let bit = 0; bit < 128; bit += 1) {
    const set = bytes.filter((each) => (each[bit >> 3] ?? 0) & (1 << (bit & 7))).length
    expect(Math.abs(set - 500), `bit ${bit}`).toBeLessThan(100)
  }
})
