// The operator's own back end: known by a key of SERVICE_KEYS, and by no page in a browser.
import { timingSafeEqual } from 'node:crypto'
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { sha256 } from '#server/core/keyring.js'

/** Demands `Authorization: Bearer <service key>`. @throws AppError `native_only`, `service_key_wrong` */
export function serviceOnly(keys: readonly string[]): Middleware {
  const hashes = keys.map((key) => Buffer.from(sha256(key)))
  return async (ctx, next) => {
    if (ctx.get('Origin') !== '') throw new AppError('native_only')
    const [, given = ''] = /^Bearer (\S+)$/i.exec(ctx.get('Authorization')) ?? []
    const hash = Buffer.from(sha256(given))
    let known = false
    // All of them are compared, so that time tells nothing of which.
    for (const key of hashes) known = timingSafeEqual(key, hash) || known
    if (!known) throw new AppError('service_key_wrong')
    await next()
  }
}
