// How WeChat signs and encrypts what it pushes. Written from the published scheme alone: the sites' side is not looked at.
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

/** Hex SHA-1 over the parts, sorted and joined: `signature` (token, timestamp, nonce), `msg_signature` (and Encrypt). */
export function signPush(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex')
}

/** True when two signatures are the same, to the letter. */
export function sameSignature(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const BLOCK = 32
const RANDOM_BYTES = 16

/**
 * Encrypts a message for an app: AES-256-CBC over 16 random bytes, the message's length, the message and the appid,
 * padded to blocks of 32. @param aesKey 43 letters and digits; its first half is the IV as well
 */
export function encryptPush(aesKey: string, appid: string, random: Buffer, message: string): string {
  const { key, iv } = keyOf(aesKey)
  const text = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([random, length, text, Buffer.from(appid)])
  const missing = BLOCK - (plain.length % BLOCK)
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(missing, missing)])),
    cipher.final(),
  ]).toString('base64')
}

/** The message in a ciphertext of this app. @throws Error that says what is wrong with it */
export function decryptPush(aesKey: string, appid: string, encrypted: string): string {
  const { key, iv } = keyOf(aesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()])
  const padding = padded.at(-1) ?? 0
  const isPadding = padding >= 1 && padding <= BLOCK && padded.subarray(-padding).every((byte) => byte === padding)
  if (padded.length % BLOCK !== 0 || !isPadding) throw new Error('the padding is wrong')
  const plain = padded.subarray(0, padded.length - padding)
  const start = RANDOM_BYTES + 4
  if (plain.length < start) throw new Error('it is too short')
  const end = start + plain.readUInt32BE(RANDOM_BYTES)
  if (plain.subarray(end).toString() !== appid) throw new Error('it is for another appid')
  return plain.subarray(start, end).toString()
}

function keyOf(aesKey: string): { key: Buffer; iv: Buffer } {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  return { key, iv: key.subarray(0, 16) }
}
