// Our HMAC is Node's, and RFC 4231's, byte for byte.
import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacWith } from '#server/core/hmac.js'

const reference = (key: Buffer | string, data: Buffer) => createHmac('sha256', key).update(data).digest()

test('it is the one that Node makes, for keys and data of every length around a block and around the scratch buffer', () => {
  const lengths = [0, 1, 31, 32, 55, 56, 63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 1000, 70_000]
  for (const keyLength of lengths) {
    const key = randomBytes(keyLength)
    const hmac = hmacWith(key)
    // Long ones first: what they left in a buffer must not show in the short ones.
    for (const length of lengths.toReversed()) {
      const data = randomBytes(length)
      expect(hmac(data).equals(reference(key, data)), `a key of ${keyLength}, ${length} bytes`).toBe(true)
    }
  }
})

test('RFC 4231, test cases 1, 2 and 6', () => {
  const cases = [
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ] as const
  for (const [key, data, mac] of cases) expect(hmacWith(key)(Buffer.from(data)).toString('hex')).toBe(mac)
})

test('a key of text counts as its UTF-8 bytes', () => {
  const data = Buffer.from('登录')
  expect(hmacWith('密钥 key')(data)).toEqual(reference('密钥 key', data))
})

test('two of them in turn, and a result that is kept, do not mix', () => {
  const [one, other] = [hmacWith('one'), hmacWith('other')]
  const kept = one(Buffer.from('first'))
  const between = other(Buffer.from('second'))
  one(Buffer.from('third'))
  expect(kept).toEqual(reference('one', Buffer.from('first')))
  expect(between).toEqual(reference('other', Buffer.from('second')))
})
