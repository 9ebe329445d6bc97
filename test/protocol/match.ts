// Compares what an example says with what really came. `<name>` stands for something that is not known beforehand: it
// takes the first value it meets and must be the same from then on. `<now + 90 s>` is a time; `<…>` is anything. A bare
// `…` at the end of an object stands for its other fields, as they were shown the last time.
import { isDeepStrictEqual } from 'node:util'

/** What the placeholders of one story stand for. */
export type Bindings = Map<string, unknown>

/** The example and the world differ; the message says where and how. */
export class Mismatch extends Error {}

/** Epoch ms of this moment, by the clock of the server that is being compared with. */
export type Now = () => number

/** How far a time may be off: far less than any two lifetimes differ, far more than a busy machine takes. */
const TOLERANCE_MS = 10_000
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

const PLACEHOLDER = /<([^<>"\s][^<>"]*)>/g
const UNKNOWN = '\u0000'
const OTHERS = '\u0000…'

/** The text with every placeholder replaced. @throws Mismatch when one stands for nothing yet */
export function fill(text: string, bindings: Bindings): string {
  return text.replace(PLACEHOLDER, (_, name: string) => {
    if (!bindings.has(name)) throw new Mismatch(`<${name}> is used before anything has given it a value`)
    return String(bindings.get(name))
  })
}

/** @throws Mismatch unless `actual` is what `pattern` says */
export function matchText(pattern: string, actual: string, bindings: Bindings, now: Now, where = 'text'): void {
  const names: string[] = []
  const source = pattern.split(PLACEHOLDER).map((part, i) => {
    if (i % 2 === 0) return quoted(part)
    if (bindings.has(part)) return quoted(String(bindings.get(part)))
    names.push(part)
    return '(.+?)'
  })
  const found = new RegExp(`^${source.join('')}$`, 's').exec(actual)
  if (!found) throw new Mismatch(`${where} is ${show(actual)}, not ${show(pattern)}`)
  for (const [i, name] of names.entries()) take(name, found[i + 1] ?? '', bindings, now, where)
}

/**
 * @param example JSON with placeholders: in a string they stand for text, bare for any other value
 * @throws Mismatch unless `actual` has these fields and no others, with these values
 */
export function matchJson(example: string, actual: unknown, bindings: Bindings, now: Now): void {
  compare(readJson(example), actual, 'body')

  function compare(wanted: unknown, got: unknown, where: string): void {
    if (typeof wanted === 'string' && wanted.startsWith(UNKNOWN)) {
      if (typeof got === 'string') throw new Mismatch(`${where} is a string, ${show(got)}, and not shown as one`)
      take(wanted.slice(1), got, bindings, now, where)
    } else if (typeof wanted === 'string' && typeof got === 'string') matchText(wanted, got, bindings, now, where)
    else if (Array.isArray(wanted) && Array.isArray(got)) {
      if (wanted.length !== got.length) throw new Mismatch(`${where} has ${got.length} parts, not ${wanted.length}`)
      for (const [i, part] of wanted.entries()) compare(part, got[i], `${where}[${i}]`)
    } else if (isRecord(wanted) && isRecord(got)) {
      const whole = complete(wanted, bindings, where)
      for (const key of Object.keys(got)) if (!(key in whole)) throw new Mismatch(`${where}.${key} is not told of`)
      for (const key of Object.keys(whole)) {
        if (!(key in got)) throw new Mismatch(`${where}.${key} does not exist`)
        compare(whole[key], got[key], `${where}.${key}`)
      }
    } else if (wanted !== got) throw new Mismatch(`${where} is ${show(got)}, not ${show(wanted)}`)
  }
}

/** The object with what its `…` stands for; from now on this is how it was last shown. */
function complete(shown: Record<string, unknown>, bindings: Bindings, where: string): Record<string, unknown> {
  const { [OTHERS]: abridged, ...own } = shown
  const last = `{${where.split('.').at(-1)}}`
  const others = bindings.get(last)
  if (abridged && !isRecord(others)) throw new Mismatch(`${where} is abridged before it was shown in full`)
  const whole = abridged && isRecord(others) ? { ...others, ...own } : own
  bindings.set(last, whole)
  return whole
}

/** An example's JSON as a value; bare placeholders become strings that only `matchJson` takes. @throws SyntaxError */
export function readJson(example: string): unknown {
  const plain = example.replace(/"(?:[^"\\]|\\.)*"|<([^<>"\s][^<>"]*)>|…(?=\s*\})/g, (all, name?: string) => {
    if (name !== undefined) return JSON.stringify(UNKNOWN + name)
    return all === '…' ? `${JSON.stringify(OTHERS)}: true` : all
  })
  return JSON.parse(plain)
}

function take(name: string, value: unknown, bindings: Bindings, now: Now, where: string): void {
  if (name === '…') return
  const time = /^now(?: ([+-]) (\d+) (\w+))?$/.exec(name)
  if (time) {
    const [, sign, count, unit] = time
    const distance = Number(count ?? 0) * (UNIT_MS[unit ?? 'ms'] ?? Number.NaN) * (sign === '-' ? -1 : 1)
    const at = typeof value === 'string' ? Date.parse(value) : Number(value)
    const off = at - (now() + distance)
    if (!(Math.abs(off) <= TOLERANCE_MS)) throw new Mismatch(`${where} is ${show(value)}: ${off} ms from <${name}>`)
  } else if (!bindings.has(name)) bindings.set(name, value)
  else if (!isDeepStrictEqual(bindings.get(name), value)) {
    throw new Mismatch(`${where} is ${show(value)}; <${name}> was ${show(bindings.get(name))}`)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const show = (value: unknown): string => JSON.stringify(value) ?? String(value)
