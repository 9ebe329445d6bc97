// JSON bodies: small, of the declared type, and of exactly the shape that a route asks for.
import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } }
}
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const MOST_BYTES = 8 * 1024
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i
/** An object or a list: nothing else is ever asked for. */
const OPENING = /^[ \t\r\n]*[[{]/
/** A name that would reach into the prototype of whatever it is copied to, in each way in which JSON can write it. */
const PROTOTYPE =
  /"(?:_|\\u005[fF]){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006[fF])(?:t|\\u0074)(?:o|\\u006[fF])(?:_|\\u005[fF]){2}"\s*:/

declare module 'koa' {
  interface Request {
    /** What `readJson` has read. */
    json?: unknown
  }
}

/**
 * Reads `application/json` up to 8 KiB, in plain bytes. A body that is missing or empty counts as `{}`.
 * @throws AppError `bad_request`, `body_too_large`
 */
export const readJson: Middleware = async (ctx, next) => {
  ctx.request.json = hasBody(ctx.req) ? parse(await textOf(ctx.req)) : {}
  return next()
}

/** The request's body as the schema sees it. @throws AppError `bad_request` */
export function readBody<T>(ctx: Context, schema: Schema<T>): T {
  const parsed = schema.safeParse(ctx.request.json)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw new AppError('bad_request', { details: { issues } })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined
}

function textOf(req: IncomingMessage): Promise<string> {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity', 'content-length': length } = req.headers
  if (!JSON_TYPE.test(type)) throw unreadable('content type must be application/json')
  if (coding !== 'identity') throw unreadable('body must not be compressed')
  if (Number(length) > MOST_BYTES) throw new AppError('body_too_large')
  return new Promise((resolve, reject) => {
    const broken = () => reject(unreadable('body broke off'))
    if (req.destroyed) return broken()
    const chunks: Buffer[] = []
    let size = 0
    // The rest of what is too large is thrown away as it comes, so that the answer can be heard.
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) reject(new AppError('body_too_large'))
      else chunks.push(chunk)
    })
    req.once('end', () => resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? ''))
    req.once('error', broken)
    req.once('close', () => req.complete || broken())
  })
}

function parse(text: string): unknown {
  if (text === '') return {}
  if (!OPENING.test(text) || PROTOTYPE.test(text)) throw unreadable('body is not readable JSON')
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('body is not readable JSON')
  }
}

function unreadable(why: string): AppError {
  return new AppError('bad_request', { details: { why } })
}
