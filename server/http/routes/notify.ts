// What WeChat pushes: its check of the address, scans that are answered with a link, and notices.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { isNotice, takeNotice } from '#server/core/notice/notice.js'
import type { PushQuery, ReadPush, WechatApp } from '#server/core/ports.js'
import type { Edge } from '../edge.js'

/** WeChat gives up after five seconds and comes again. */
const WITHIN_MS = 4_000
const MOST_BYTES = 64 * 1024
const DONE = 'success'

export function notifyRoutes(edge: Edge) {
  const { pushes, login, apps } = edge

  const appOf = (ctx: Context): WechatApp => {
    const app = apps.find(({ key }) => key === ctx.params.app)
    if (!app?.notify) throw new AppError('app_unknown')
    return app
  }

  const check: Middleware = async (ctx) => {
    const echo = pushes.verify(appOf(ctx), queryOf(ctx))
    if (echo === null) throw new AppError('push_refused')
    ctx.type = 'text/plain; charset=utf-8'
    ctx.body = echo
  }

  const take: Middleware = async (ctx) => {
    const app = appOf(ctx)
    const read = pushes.read(app, queryOf(ctx), await bodyOf(ctx))
    // Nothing is committed yet when time is up: WeChat is to come again.
    const reply = await Promise.race([work(app, read), late()])
    ctx.type = reply.type
    ctx.body = reply.body
  }

  const work = async (app: WechatApp, read: ReadPush): Promise<{ body: string; type: string }> => {
    if (isNotice(read.push)) await takeNotice(edge, app, read)
    if (read.push.kind !== 'scan') return { body: DONE, type: 'text/plain' }
    const { openid, scene } = read.push
    const text = await login.handleScan({ app, openid, scene })
    return text === null ? { body: DONE, type: 'text/plain' } : read.reply(text)
  }

  const late = (): Promise<never> =>
    new Promise((_, reject) => {
      setTimeout(() => reject(new AppError('busy', { details: { why: 'push' } })), WITHIN_MS).unref()
    })

  return { check, take }
}

const NAMES = ['signature', 'timestamp', 'nonce', 'echostr', 'encrypt_type', 'msg_signature'] as const

/** One value each: whatever is doubled is nobody's signature. */
function queryOf(ctx: Context): PushQuery {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = ctx.query[name]
      return typeof value === 'string' && value.length <= 512 ? [[name, value]] : []
    }),
  )
}

/** The bytes as they came, whatever their content type says. @throws AppError `body_too_large` */
async function bodyOf(ctx: Context): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new AppError('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
