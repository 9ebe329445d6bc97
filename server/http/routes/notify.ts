// What WeChat pushes: its check of the address, scans that are answered with a link, and notices.
import type { Context, Middleware } from 'koa'
import { AppError } from '#server/core/errors.js'
import { isNotice, takeNotice } from '#server/core/notice/notice.js'
import type { PushQuery, ReadPush, WechatApp } from '#server/core/ports.js'
import type { Edge } from '../edge.js'

/** WeChat gives up after five seconds and comes again. */
const WITHIN_MS = 4_000
const MOST_BYTES = 64 * 1024
const DONE = { body: 'success', type: 'text/plain' } as const

type NotifyEdge = Pick<Edge, 'pushes' | 'apps' | 'store' | 'bus' | 'clock' | 'log'> & {
  readonly login: Pick<Edge['login'], 'handleScan'>
}

/** @param withinMs after which an answer that is not there yet is `busy` */
export function notifyRoutes(edge: NotifyEdge, withinMs = WITHIN_MS) {
  const { pushes, login, apps, log } = edge

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
    const reply = await inTime(bodyOf(ctx).then((body) => work(app, pushes.read(app, queryOf(ctx), body))))
    ctx.type = reply.type
    ctx.body = reply.body
  }

  const work = async (app: WechatApp, read: ReadPush): Promise<{ body: string; type: string }> => {
    if (isNotice(read.push)) await takeNotice(edge, app, read)
    if (read.push.kind !== 'scan') return DONE
    const { openid, scene } = read.push
    const text = await login.handleScan({ app, openid, scene })
    return text === null ? DONE : read.reply(text)
  }

  /** Its answer, or `busy` when time is up: then WeChat comes again, and what was committed meanwhile is done once. */
  async function inTime<T>(answer: Promise<T>): Promise<T> {
    let late = false
    let timer: NodeJS.Timeout | undefined
    answer.catch((error: unknown) => late && log.warn('push.failed_late', { error }))
    const timeUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        late = true
        reject(new AppError('busy', { details: { why: 'a push took too long' } }))
      }, withinMs)
    })
    return Promise.race([answer, timeUp]).finally(() => clearTimeout(timer))
  }

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

/**
 * The bytes as they came, whatever their content type says. The rest of what is too large is thrown away as it comes, so
 * that the answer can be heard. @throws AppError `body_too_large`
 */
function bodyOf({ req }: Context): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) reject(new AppError('body_too_large'))
      else chunks.push(chunk)
    })
    req.once('end', () => resolve(Buffer.concat(chunks)))
    req.once('error', reject)
  })
}
