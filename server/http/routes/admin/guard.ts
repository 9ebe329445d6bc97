// Who may come to the console. For everybody else there is no such address: the answer is that of any unknown page.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { mayClaim } from '#server/core/operator/code.js'
import { demandFresh, type Operator, operatorOf } from '#server/core/operator/role.js'
import type { SessionRecord } from '#server/core/ports.js'
import type { Edge } from '../../edge.js'

declare module 'koa' {
  interface DefaultState {
    /** Who operates, once `operatorOnly` has let them pass. */
    operator?: Operator
  }
}

type Needs = Pick<Edge, 'store' | 'visitors' | 'clock'>

/** @returns guards; each stands behind the one that loads the session */
export function adminGuards({ store, visitors, clock }: Needs) {
  const ask = async (ctx: Context): Promise<Operator | null> => {
    const session = signedIn(ctx)
    return session && operatorOf(store, session, visitors.device(ctx.req))
  }

  /** Asked anew each time it stands in a row: a body may come slowly, and a role be taken meanwhile. */
  const operatorOnly: Middleware = async (ctx, next) => {
    const operator = await ask(ctx)
    if (operator === null) throw new AppError('not_found')
    ctx.state.operator = operator
    return next()
  }

  /** Lets those pass as well who are signed in while a code waits to be claimed. */
  const operatorOrClaimant: Middleware = async (ctx, next) => {
    const operator = await ask(ctx)
    if (operator !== null) ctx.state.operator = operator
    else if (signedIn(ctx)?.kind !== 'browser' || !(await mayClaim(store, clock()))) throw new AppError('not_found')
    return next()
  }

  /** @throws AppError `signed_out` */
  const fresh: Middleware = (ctx, next) => {
    demandFresh(theOperator(ctx), clock())
    return next()
  }

  return { operatorOnly, operatorOrClaimant, fresh }
}

/** @throws AppError `not_found` where no guard has let anybody pass */
export function theOperator(ctx: Context): Operator {
  const { operator } = ctx.state
  if (!operator) throw new AppError('not_found')
  return operator
}

function signedIn({ session }: Context): SessionRecord | null {
  return session?.hash === undefined ? null : session
}
