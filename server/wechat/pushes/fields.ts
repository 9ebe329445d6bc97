// From the bytes of a push to its fields: XML or JSON, flat, text only.
import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'

/** The fields by their names, without the blanks that WeChat's JSON has been seen to put around names. */
export interface PushFields {
  readonly form: 'xml' | 'json'
  readonly get: (name: string) => string
}

/** More than WeChat ever sends. */
const MAX_BYTES = 64 * 1024
/** Values stay text, and nothing in the document can name or expand anything else. */
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false, trimValues: true })
const Flat = z.record(z.string(), z.unknown())
const Rooted = z.object({ xml: Flat })

/** Null for whatever is not a flat document of either form. */
export function readFields(body: Buffer | string): PushFields | null {
  if (body.length > MAX_BYTES) return null
  const text = body.toString().trim()
  const form = text.startsWith('{') ? 'json' : 'xml'
  const fields = form === 'json' ? Flat.safeParse(parseJson(text)).data : parseXml(text)
  if (fields === undefined) return null
  const byName = new Map(Object.entries(fields).map(([name, value]) => [name.trim(), textOf(value)]))
  return { form, get: (name) => byName.get(name) ?? '' }
}

function parseXml(text: string): Record<string, unknown> | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined
  try {
    return Rooted.safeParse(parser.parse(text)).data?.xml
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A list is its texts with commas between them, which is nobody's id and no name of an event. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}
