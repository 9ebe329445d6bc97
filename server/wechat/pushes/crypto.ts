// How WeChat signs and encrypts what it pushes: SHA-1 over sorted texts, AES-256-CBC with blocks of 32 bytes, and the
// length and the app's id inside.
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

const BLOCK = 32
const RANDOM_BYTES = 16

/** SHA-1 in hex over the parts, sorted and joined. */
export function signatureOf(...parts: string[]): string {
  return createHash('sha1').update(parts.toSorted().join('')).digest('hex')
}

/** Whether `given` is the signature of these parts, in constant time. */
export function isSigned(given: string | undefined, ...parts: string[]): boolean {
  const expected = Buffer.from(signatureOf(...parts))
  const claimed = Buffer.from(given ?? '')
  return claimed.length === expected.length && timingSafeEqual(claimed, expected)
}

/** @param aesKey the console's 43 characters */
function keyOf(aesKey: string): Buffer {
  return Buffer.from(`${aesKey}=`, 'base64')
}

/** The message inside `encrypted`, or null when it was not encrypted with this key for this app. */
export function decryptPush(aesKey: string, appid: string, encrypted: string): string | null {
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) return null
  const key = keyOf(aesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = unpad(Buffer.concat([decipher.update(bytes), decipher.final()]))
  if (plain === null || plain.length < RANDOM_BYTES + 4) return null
  const length = plain.readUInt32BE(RANDOM_BYTES)
  const start = RANDOM_BYTES + 4
  if (start + length > plain.length) return null
  if (plain.toString('utf8', start + length) !== appid) return null
  return plain.toString('utf8', start, start + length)
}

/** @param random 16 bytes that nobody can guess */
export function encryptPush(aesKey: string, appid: string, message: string, random: Buffer): string {
  const text = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = pad(Buffer.concat([random, length, text, Buffer.from(appid)]))
  const key = keyOf(aesKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

function pad(bytes: Buffer): Buffer {
  const count = BLOCK - (bytes.length % BLOCK)
  return Buffer.concat([bytes, Buffer.alloc(count, count)])
}

function unpad(bytes: Buffer): Buffer | null {
  const count = bytes.at(-1) ?? 0
  if (count < 1 || count > BLOCK || count > bytes.length) return null
  return bytes.subarray(-count).every((byte) => byte === count) ? bytes.subarray(0, -count) : null
}
