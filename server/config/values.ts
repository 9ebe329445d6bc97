// The kinds of values that settings have: whole numbers, one of a few words, origins, links, lines of text, keys. Each
// reads one variable, notes what is wrong with it, and goes on with the default so that the others are checked too.
import type { Reader, SecretName } from './reader.js'

export function wholeNumber(reader: Reader, name: string, from: number, to: number, byDefault: number): number {
  const text = reader.text(name)
  if (text === undefined) return byDefault
  if (/^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text)
  reader.refuse(name, `is no whole number from ${from} to ${to}; write one, e.g. ${byDefault}`)
  return byDefault
}

export function oneOf<const T extends string>(reader: Reader, name: string, words: readonly T[], byDefault: T): T {
  const text = reader.text(name)
  if (text === undefined) return byDefault
  const found = words.find((word) => word === text)
  if (found === undefined) reader.refuse(name, `is none of the words it can be; write ${either(words)}`)
  return found ?? byDefault
}

/** `scheme://host[:port]` as browsers write it: no path, no slash at the end. Null for anything more or else. */
function originOf(text: string): string | null {
  const url = httpUrl(text)
  const bare = url && url.pathname === '/' && !/[?#]/.test(text) && url.username === '' && url.password === ''
  return bare ? url.origin : null
}

function httpUrl(text: string): URL | null {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
  return url && /^https?:$/.test(url.protocol) ? url : null
}

/** An origin; with `https`, the reason why it must be one over https. */
export function origin(
  reader: Reader,
  name: string,
  byDefault: string,
  options: { example: string; httpsBecause: string | null },
): string {
  const text = reader.text(name) ?? byDefault
  const found = originOf(text)
  const { example, httpsBecause } = options
  if (found === null) reader.refuse(name, `is not scheme and host alone; write it like ${example}, without a path`)
  else if (httpsBecause !== null && !found.startsWith('https:')) {
    reader.refuse(name, `must begin with https:// ${httpsBecause}; write it like ${example}`)
  }
  return found ?? byDefault
}

export function origins(reader: Reader, name: string): string[] {
  return (reader.list(reader.text(name)) ?? []).flatMap((text, index) => {
    const found = originOf(text)
    if (found === null) {
      reader.refuse(name, `entry ${index + 1} is not scheme and host alone; write it like https://shop.example.com`)
    }
    return found ?? []
  })
}

/** A link for people's browsers: absolute over http(s), or a path of this site. Null when absent. */
export function link(reader: Reader, name: string): string | null {
  const text = reader.text(name)
  if (text === undefined) return null
  if (/^\/(?![/\\])[^\s\\]*$/.test(text)) return text
  const url = httpUrl(text)
  if (url && url.username === '' && url.password === '') return url.href
  reader.refuse(name, 'is no link that a browser can open; write it like https://example.com/terms or /terms.html')
  return null
}

/** One line of text for people. Null when absent. */
export function line(reader: Reader, name: string, maxCharacters: number): string | null {
  const text = reader.text(name)
  if (text === undefined) return null
  if ([...text].length <= maxCharacters && !/[\p{Cc}\p{Cf}]/u.test(text)) return text
  reader.refuse(name, `must be one line of at most ${maxCharacters} visible characters`)
  return null
}

const KEY_CHARACTERS = 32

/** Keys of our own, newest first. Null when absent. */
export function keys(reader: Reader, name: SecretName): string[] | null {
  const found = reader.list(reader.secret(name))
  if (found === null) return null
  for (const [index, key] of found.entries()) {
    if (key.length >= KEY_CHARACTERS) continue
    reader.refuse(name, `key ${index + 1} of ${found.length} is shorter than ${KEY_CHARACTERS} characters; ${MAKE_KEY}`)
  }
  if (found.length === 0) reader.refuse(name, `holds no key; ${MAKE_KEY}`)
  return found
}

export const MAKE_KEY = 'make one with: openssl rand -hex 32'

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
