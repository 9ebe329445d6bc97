// JSON bodies: small, of the declared type, and of exactly the shape that a route asks for.
import { bodyParser } from '@koa/bodyparser'
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } }
}
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Parses `application/json` up to 8 KiB; what is of another type is left for `readBody` to refuse. @throws AppError `bad_request`, `body_too_large` */
export function jsonBody(): Middleware {
  return bodyParser({
    enableTypes: ['json'],
    jsonLimit: '8kb',
    jsonStrict: true,
    onError: (error) => {
      const tooLarge = (error as { type?: string }).type === 'entity.too.large'
      throw new AppError(tooLarge ? 'body_too_large' : 'bad_request', { details: { why: 'body is not readable JSON' } })
    },
  })
}

/** The request's body as the schema sees it. A body that is missing counts as `{}`. @throws AppError `bad_request` */
export function readBody<T>(ctx: Context, schema: Schema<T>): T {
  const raw: unknown = (ctx.request as { body?: unknown }).body
  // The parser shows a body of another type as an empty object. `is` answers null when there is no body at all.
  if (ctx.is('json') === false) {
    throw new AppError('bad_request', { details: { why: 'content type must be application/json' } })
  }
  const parsed = schema.safeParse(raw ?? {})
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw new AppError('bad_request', { details: { issues } })
}
