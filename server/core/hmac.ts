// HMAC-SHA-256 (RFC 2104) as two one-shot hashes. A login needs a dozen of them, and an object of `createHmac` each costs
// three times as much as the hashing.
import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
/** Data up to this length is hashed without a buffer of its own. */
const SHORT_BYTES = 192

/** Used by one call at a time: nothing in here waits. */
const inner = Buffer.alloc(BLOCK_BYTES + SHORT_BYTES)
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)

/** The HMAC-SHA-256 of data, 32 bytes in a buffer of its own, with the key that it was made for. */
export type Hmac = (data: Buffer) => Buffer

/** @param key any length, as bytes or as text (UTF-8). A caller with many data for one key keeps the result. */
export function hmacWith(key: Buffer | string): Hmac {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key
  const block = bytes.length > BLOCK_BYTES ? digest(bytes) : bytes
  const inPad = Buffer.alloc(BLOCK_BYTES, 0x36)
  const outPad = Buffer.alloc(BLOCK_BYTES, 0x5c)
  for (const [at, byte] of block.entries()) {
    inPad[at] = byte ^ 0x36
    outPad[at] = byte ^ 0x5c
  }
  return (data) => {
    const message =
      data.length <= SHORT_BYTES
        ? inner.subarray(0, BLOCK_BYTES + data.length)
        : Buffer.alloc(BLOCK_BYTES + data.length)
    message.set(inPad)
    message.set(data, BLOCK_BYTES)
    outer.set(outPad)
    outer.write(hash('sha256', message, 'binary'), BLOCK_BYTES, 'latin1')
    return digest(outer)
  }
}

/** As text of one byte a character first: a buffer from `hash` itself comes slower. */
function digest(data: Buffer): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1')
}
