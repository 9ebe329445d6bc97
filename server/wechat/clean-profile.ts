// Makes what people typed into WeChat fit to be stored and shown: a name that cannot disturb the line it stands in, and
// a picture address that leads nowhere but to WeChat's image hosts.
import type { Profile } from '#server/core/ports.js'

const NICKNAME_CODE_POINTS = 64
const AVATAR_CHARACTERS = 1024

/**
 * C0, DEL, C1, line and paragraph separators, every character that turns the direction of the text around it, and those
 * that look like nothing at all (the joiner that emoji need stays).
 */
const DISTURBING = /[\p{Cc}\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\u3164\ufeff\uffa0]/gu
/** Marks stacked on one letter grow out of their line. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu
const LONE_SURROGATE = /\p{Surrogate}/gu

/**
 * @param raw nickname and avatar as WeChat gave them
 * @param ownOrigins origins whose pictures are kept as they are, scheme included: the configured WeChat hosts, which
 *   are the simulator's when it stands in
 */
export function cleanProfile(raw: Profile, ownOrigins: readonly string[]): Profile {
  return { nickname: cleanNickname(raw.nickname), avatarUrl: pictureAddress(raw.avatarUrl, ownOrigins) }
}

/** At most 64 code points, trimmed, well-formed; may be empty. Emoji stay, private-use ones included. */
function cleanNickname(nickname: string): string {
  const text = nickname.replace(LONE_SURROGATE, '\ufffd').replace(DISTURBING, '').replace(STACKED_MARKS, '$1').trim()
  return Array.from(text).slice(0, NICKNAME_CODE_POINTS).join('').trim()
}

/** The address over https when it is on qlogo.cn, unchanged when its origin is ours, else an empty string. */
export function pictureAddress(text: string, ownOrigins: readonly string[]): string {
  if (text.length > AVATAR_CHARACTERS || !URL.canParse(text)) return ''
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return ''
  if (url.username !== '' || url.password !== '') return ''
  if (ownOrigins.includes(url.origin)) return url.href
  if (!url.hostname.endsWith('.qlogo.cn') || url.port !== '') return ''
  url.protocol = 'https:'
  return url.href
}
