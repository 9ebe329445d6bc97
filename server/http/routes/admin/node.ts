// This node, as its operator sees it: its numbers, its WeChat apps, its configuration, the work it does in the background.
import type { Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { type AdminConfig, type AdminJobs, StartJob } from '#shared/admin.js'
import { readBody } from '../../body.js'
import type { Edge } from '../../edge.js'
import { theOperator } from './guard.js'

export function adminNodeRoutes({ console, clock }: Edge) {
  const numbers: Middleware = async (ctx) => {
    const { node = '', after = '0' } = ctx.query
    ctx.body = console.numbers(String(node), Number(after) || 0)
  }

  const apps: Middleware = async (ctx) => {
    ctx.body = console.apps()
  }

  const config: Middleware = async (ctx) => {
    ctx.body = { node: console.node(), settings: console.settings } satisfies AdminConfig
  }

  const jobs: Middleware = async (ctx) => {
    ctx.body = { node: console.node(), jobs: [...console.jobs()], serverTime: clock() } satisfies AdminJobs
  }

  const start: Middleware = async (ctx) => {
    const order = readBody(ctx, StartJob)
    // What is learnt until a time that is still to come would be forgotten too.
    if (order.job === 'migratePlatform' && (order.movedAt ?? 0) > clock()) throw new AppError('bad_request')
    const job = console.startJob(order, theOperator(ctx).who)
    if (job === null) throw new AppError('app_unknown')
    ctx.status = 202
    ctx.body = job
  }

  return { numbers, apps, config, jobs, start }
}
