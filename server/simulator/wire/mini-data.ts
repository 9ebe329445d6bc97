// What a mini program is given about its user, signed and encrypted with the session key that only its server has.
import { createCipheriv, createHash } from 'node:crypto'

/** AES-128-CBC, PKCS#7, base64. @param sessionKey and `iv`: 16 bytes in base64 */
export function encryptMiniData(sessionKey: string, iv: string, plain: string): string {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'))
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64')
}

/** SHA-1 in hex over the text as it was given and the key as the base64 text that it is. */
export function signMiniData(sessionKey: string, rawData: string): string {
  return createHash('sha1')
    .update(rawData + sessionKey)
    .digest('hex')
}
