// The two calls of apps: a mobile app or a mini program brings a code and is given a bearer session.
import type { Context, Middleware } from 'koa'
import { presentOwnAccount } from '#server/core/account/account.js'
import type { AppLoginInput } from '#server/core/login/app-login.js'
import { type AppLoggedIn, AppLogin } from '#shared/api.js'
import { readBody } from '../body.js'
import type { Edge } from '../edge.js'

export function appLoginRoutes({ login, visitors, avatarLinks }: Edge) {
  const loginOf =
    (kind: AppLoginInput['kind']): Middleware =>
    async (ctx: Context) => {
      const { app: appKey, code, attempt = '', consent } = readBody(ctx, AppLogin)
      const device = visitors.device(ctx.req)
      const { account, token, expiresAt } = await login.loginWithCode({ kind, appKey, code, attempt, consent, device })
      ctx.body = { account: presentOwnAccount(account, avatarLinks), token, expiresAt } satisfies AppLoggedIn
    }
  return { mobile: loginOf('mobile'), miniProgram: loginOf('miniprogram') }
}
