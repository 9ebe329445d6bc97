// The rate limits as the routes and the socket's upgrade know them: guards that stand in the list of routes.
import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { sha256 } from '#server/core/keyring.js'
import type { Meter } from '#server/core/ports.js'
import type { ErrorCode } from '#shared/errors.js'
import type { Visitors } from '../visitor.js'
import type { Key } from './crowd.js'
import type { Limiter } from './limiter.js'
import { neighbourhoodOf, networkOf } from './network.js'
import { RULES, type RuleName } from './table.js'

export interface Limits {
  /** Takes one from each bucket. @throws AppError `too_many_requests` when one is empty */
  each(...rules: RuleName[]): Middleware
  /**
   * Takes one when what follows fails with one of these codes. @throws AppError `too_many_requests` in its place when
   * the bucket is empty; with `beforehand`, before anything is done
   */
  failures(rule: RuleName, codes: readonly ErrorCode[], options?: { beforehand: boolean }): Middleware
  /** Milliseconds until this visitor may come; 0: now. Takes one. */
  wait(rule: RuleName, req: IncomingMessage): Promise<number>
}

/**
 * @param limiter null: nothing is limited
 * @param free whose requests go uncounted
 */
export function createLimits(deps: {
  limiter: Limiter | null
  visitors: Pick<Visitors, 'address' | 'browserSecret' | 'phoneSecret'>
  free(req: IncomingMessage): boolean
  meter: Pick<Meter, 'limited'>
}): Limits {
  const { limiter, visitors, free, meter } = deps

  /** Null: this visitor shows nothing to be counted by. The address's own rules are there all the same. */
  const keyOf = (rule: RuleName, req: IncomingMessage): Key | null => {
    const { whose } = RULES[rule]
    if (whose === 'network') {
      const address = visitors.address(req)
      return { id: networkOf(address), around: neighbourhoodOf(address) }
    }
    const secret = whose === 'browser' ? visitors.browserSecret(req) : visitors.phoneSecret(req)
    return secret === null ? null : { id: sha256(secret), around: null }
  }

  const ask = async (act: 'take' | 'look', rule: RuleName, req: IncomingMessage): Promise<number> => {
    const key = limiter === null || free(req) ? null : keyOf(rule, req)
    const waitMs = key === null || limiter === null ? 0 : await limiter[act](rule, key)
    if (waitMs > 0) meter.limited(rule)
    return waitMs
  }

  const demand = async (act: 'take' | 'look', rule: RuleName, { req }: Context): Promise<void> => {
    const waitMs = await ask(act, rule, req)
    if (waitMs > 0) throw new AppError('too_many_requests', { details: { rule, waitMs } })
  }

  return {
    wait: (rule, req) => ask('take', rule, req),
    each:
      (...rules) =>
      async (ctx, next) => {
        for (const rule of rules) await demand('take', rule, ctx)
        await next()
      },
    failures:
      (rule, codes, { beforehand } = { beforehand: false }) =>
      async (ctx, next) => {
        if (beforehand) await demand('look', rule, ctx)
        try {
          await next()
        } catch (error) {
          if (error instanceof AppError && codes.includes(error.code)) await demand('take', rule, ctx)
          throw error
        }
      },
  }
}

/** Seconds for `Retry-After`; null for every other error. */
export function retryAfterOf({ code, details }: AppError): number | null {
  if (code !== 'too_many_requests') return null
  return Math.ceil(Number(details.waitMs ?? 0) / 1000)
}
