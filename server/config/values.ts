// Parsers for the kinds of values that variables have. Each returns the value or throws a Refused that says what is wrong
// and what to write instead, without repeating the text: it may be a secret in the wrong place.
import { namesServer, serverAddress } from '../db/address.js'
import type { Synchronous } from '../db/sqlite.js'

import { redisAddress } from '../redis/address.js'
import { Refused } from './source.js'

export type Parser<T> = (text: string) => T

export function wholeNumber(from: number, to: number): Parser<number> {
  return (text) => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text)
    throw new Refused(`is no whole number from ${from} to ${to}: write one, in digits`)
  }
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const

/** A time such as 10s, 30m, 12h or 7d, in milliseconds. `least` and `most` are written the same way. */
export function duration(least: string, most: string): Parser<number> {
  return (text) => {
    const ms = millisecondsOf(text)
    if (ms !== null && ms >= (millisecondsOf(least) ?? 0) && ms <= (millisecondsOf(most) ?? 0)) return ms
    throw new Refused(
      `is no time from ${least} to ${most}: write it in seconds, minutes, hours or days, like 10s, 30m, 12h or 7d`,
    )
  }
}

function millisecondsOf(text: string): number | null {
  const [, count, unit] = /^(\d{1,5})([smhd])$/.exec(text) ?? []
  return unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? Number(count) * UNITS_MS[unit] : null
}

export function oneOf<const T extends string>(words: readonly T[]): Parser<T> {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found !== undefined) return found
    throw new Refused(`is none of the words that it can be: write ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
  }
}

/** Values between separators, blanks around them cut off. Never empty; each value counts once. */
export function listOf<T>(parse: Parser<T>, separator: string | RegExp = ','): Parser<readonly T[]> {
  return (text) => {
    const parts = text.split(separator).map((part) => part.trim())
    const filled = parts.filter((part) => part !== '')
    if (filled.length === 0) throw new Refused('is a list without entries: write some, or leave it out')
    const sentences: string[] = []
    const values = filled.flatMap((part, index) => {
      const entry = filled.length === 1 ? '' : `entry ${index + 1} `
      if (filled.indexOf(part) < index) sentences.push(`${entry}is there twice: write it once`)
      try {
        return [parse(part)]
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        sentences.push(...error.sentences.map((sentence) => entry + sentence))
        return []
      }
    })
    if (sentences.length > 0) throw new Refused(...sentences)
    return values
  }
}

/** Scheme, host and port as browsers write them in `Origin`. @param secure refuse http */
export function origin(secure: boolean): Parser<string> {
  const example = secure ? 'https://login.example.com' : 'http://192.168.1.20:3000'
  return (text) => {
    const url = httpUrl(text)
    if (url === null || url.pathname !== '/' || /[?#]/.test(text)) {
      throw new Refused(`is not scheme, host and port alone: write it like ${example}`)
    }
    if (secure && url.protocol !== 'https:')
      throw new Refused(`is not https, as production needs: write it like ${example}`)
    return url.origin
  }
}

/** Where a service of WeChat's is, perhaps below a proxy's path; no slash at the end. @param secure refuse http */
export function baseUrl(secure: boolean): Parser<string> {
  const like = 'write it like https://api.weixin.qq.com, with a path only if a proxy needs one'
  return (text) => {
    const url = httpUrl(text)
    if (url === null || /[?#]/.test(text)) throw new Refused(`is not the address of a service: ${like}`)
    if (secure && url.protocol !== 'https:') throw new Refused(`is not https, as production needs: ${like}`)
    return url.href.replace(/\/+$/, '')
  }
}

/** A link for people's browsers: absolute over https, or a path of this site. */
export function link(text: string): string {
  if (/^\/(?![/\\])[^\s\\]*$/.test(text)) return text
  const url = httpUrl(text)
  if (url?.protocol === 'https:') return url.href
  throw new Refused('is neither https nor a path of this site: write it like https://example.com/terms or /terms.html')
}

/** An http(s) address of one host, without a user name or password in it, or null. */
function httpUrl(text: string): URL | null {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
  // `*` is a letter to the parser; a pattern would silently match nothing.
  const plain = url !== null && url.username === '' && url.password === '' && !url.hostname.includes('*')
  return plain ? url : null
}

/** One line of text for people. */
export function line(maxCharacters: number): Parser<string> {
  return (text) => {
    if ([...text].length <= maxCharacters && !/[\p{Cc}\p{Cf}]/u.test(text)) return text
    throw new Refused(`is not one line of at most ${maxCharacters} visible characters: shorten it`)
  }
}

const KEY_CHARACTERS = 32

export function signingKey(text: string): string {
  if (text.length >= KEY_CHARACTERS) return text
  throw new Refused(`is shorter than ${KEY_CHARACTERS} characters: write a key made with \`openssl rand -base64 32\``)
}

/** A key that a program sends in a header: no blanks in it, and nothing that a header cannot carry. */
export function serviceKey(text: string): string {
  const key = signingKey(text)
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new Refused('has a blank or a letter beyond ASCII: write a key made with `openssl rand -base64 32`')
}

export function host(text: string): string {
  if (/^[A-Za-z0-9.:-]{1,253}$/.test(text) && !/^[^:]+:\d+$/.test(text)) return text
  throw new Refused('is no name or address to listen on, without scheme and port: write 127.0.0.1, or 0.0.0.0 for all')
}

/** SQLite's file, or a database server with whoever we are there. */
export function databaseUrl(text: string): string {
  if (namesServer(text)) {
    understood(() => serverAddress(text))
    return text
  }
  if (/^sqlite:(?!\/\/|:memory:)./.test(text)) return text
  throw new Refused(
    'is neither an SQLite file nor a database server: write it like sqlite:./data/saoma.sqlite or postgres://USER:PASSWORD@HOST/DATABASE',
  )
}

/** What of SQLite's commits a power cut may take: `full`, nothing; `normal`, the last moments. */
export function synchronous(text: string): Synchronous {
  return oneOf(['full', 'normal'])(text) === 'full' ? 'FULL' : 'NORMAL'
}

/** A Redis, with whoever we are there. */
export function redisUrl(text: string): string {
  understood(() => redisAddress(text))
  return text
}

function understood(take: () => unknown): void {
  try {
    take()
  } catch (error) {
    throw error instanceof Error ? new Refused(error.message) : error
  }
}

/** on, off, or by what the rate limits are multiplied: 1, null, or that number. */
export function rateLimits(text: string): number | null {
  if (text === 'off') return null
  if (text === 'on') return 1
  const factor = /^\d{1,4}(\.\d{1,2})?$/.test(text) ? Number(text) : 0
  if (factor >= 0.1 && factor <= 1000) return factor
  throw new Refused('is neither on nor off nor a number from 0.1 to 1000: write 5 for five times as much as usual')
}
