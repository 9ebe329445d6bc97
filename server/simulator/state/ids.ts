// The shapes of WeChat's identifiers. Ids of apps and people are computed, so that they are the same after every start;
// codes, tokens and uuids are random.
import { createHash } from 'node:crypto'

/** `bytes` random bytes. */
export type Random = (bytes: number) => Buffer

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function digest(...parts: string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest()
}

/** A person inside one app: 28 characters of `[A-Za-z0-9_-]`, the first an `o`. */
export function openidOf(seed: string, appid: string): string {
  return `o${digest('openid', seed, appid).toString('base64url').slice(0, 27)}`
}

/** A person inside one Open Platform account: looks like an openid, and is another thing. */
export function unionidOf(seed: string, openPlatform: string): string {
  return `o${digest('unionid', seed, openPlatform).toString('base64url').slice(0, 27)}`
}

/** `wx` and 16 hex digits. */
export function appidOf(key: string): string {
  return `wx${digest('appid', key).toString('hex').slice(0, 16)}`
}

/** 32 hex digits. */
export function secretOf(key: string): string {
  return digest('secret', key).toString('hex').slice(0, 32)
}

/** The original id of an account: `gh_` and 12 hex digits. */
export function originalIdOf(key: string): string {
  return `gh_${digest('original', key).toString('hex').slice(0, 12)}`
}

/** The token that an app's pushes are signed with: 32 hex digits. */
export function pushTokenOf(key: string): string {
  return digest('push-token', key).toString('hex').slice(0, 32)
}

/** An EncodingAESKey: 43 letters and digits. The last one leaves the two bits unset that strict decoders look at. */
export function aesKeyOf(key: string): string {
  const bytes = [...digest('aes-key', key, 'first'), ...digest('aes-key', key, 'second')]
  const letters = bytes.slice(0, 42).map((byte) => LETTERS.charAt(byte % LETTERS.length))
  return `${letters.join('')}${'AEIMQUYcgkosw048'.charAt((bytes[42] ?? 0) % 16)}`
}

/** The ticket of a code with a scene: base64, with a `+` in it, so that whoever does not encode it finds out at once. */
export function newSceneTicket(random: Random): string {
  return `gQ${random(1).toString('hex')}+${random(67).toString('base64')}`
}

/** What comes after `/q/` in the text of such a code: 24 of `[A-Za-z0-9_-]`. */
export function newSceneId(random: Random): string {
  return `02${random(16).toString('base64url')}`
}

/** A code: 32 characters of `[0-9A-Za-z]`, beginning with `0` and two digits. */
export function newCode(random: Random): string {
  const [first = 0, second = 0, ...rest] = random(31)
  const letters = rest.map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('')
  return `0${first % 10}${second % 10}${letters}`
}

/** An access or refresh token of `/sns`: digits, `_`, and base64url; 111 characters. */
export function newToken(random: Random): string {
  const [first = 0, second = 0] = random(2)
  return `${(first % 9) + 1}${second % 10}_${random(81).toString('base64url')}`
}

/** A server's own token: digits, `_` and base64url; 158 characters. */
export function newServerToken(random: Random): string {
  const [first = 0, second = 0] = random(2)
  return `${(first % 9) + 1}${second % 10}_${random(116).toString('base64url')}`
}

/** The uuid of a login code on WeChat's page: exactly 16 of `[A-Za-z0-9_-]`. */
export function newUuid(random: Random): string {
  return random(12).toString('base64url')
}

/** A request id: three groups of 8 hex digits, the first of which is the time in seconds. */
export function newRid(random: Random, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')
  return `${seconds}-${random(4).toString('hex')}-${random(4).toString('hex')}`
}
