// Carries out the ordered faults that need no knowledge of the path: lost, late, broken and foreign answers.
import { PassThrough } from 'node:stream'
import type { World } from '../world.js'
import { answerType } from './answer.js'
import type { SimContext, SimMiddleware } from './context.js'
import { isPlatformPath } from './record-calls.js'

/** Applies at most one transport fault of `world.faults` to each request on WeChat's own paths. */
export function faultyTransport({ faults, waits }: World): SimMiddleware {
  return async (ctx, next) => {
    const fault = isPlatformPath(ctx.path) ? faults.takeTransport(ctx.path) : null
    if (!fault) return next()
    if (fault.after) await next()
    switch (fault.kind) {
      case 'delay':
        await waits.wait(fault.ms)
        return next()
      case 'delayAfter':
        await next()
        return waits.wait(fault.ms)
      case 'truncated':
        await next()
        return truncate(ctx)
      case 'hang':
        ctx.respond = false
        return
      case 'reset':
        ctx.respond = false
        ctx.req.socket.resetAndDestroy()
        return
      case 'raw':
        return replace(ctx, 200, fault.body, answerType(ctx.path))
      case 'oversized':
        await next()
        return pad(ctx, fault.bytes)
      case 'drip':
        await next()
        return drip(ctx, fault.ms)
      case 'status':
        return replace(ctx, fault.status, `<html><head><title>${fault.status}</title></head></html>`)
      case 'html':
        return replace(ctx, 200, '<html><body>502 Bad Gateway</body></html>')
      case 'empty':
        return replace(ctx, 200, '')
    }
  }
}

/** The usual type is as once seen on gateway trouble: HTML in another charset where JSON was due. */
function replace(ctx: SimContext, status: number, body: string, type = 'text/html; charset=gbk'): void {
  ctx.status = status
  ctx.set('content-type', type)
  ctx.body = Buffer.from(body)
}

/** Byte by byte, as a connection that is about to die. Ends with the connection or with the answer. */
function drip(ctx: SimContext, ms: number): void {
  const whole = bytesOf(ctx)
  const stream = new PassThrough()
  let sent = 0
  const timer = setInterval(() => {
    stream.write(whole.subarray(sent, sent + 1))
    sent += 1
    if (sent >= whole.length) stream.end()
  }, ms)
  stream.on('finish', () => clearInterval(timer))
  ctx.res.on('close', () => {
    clearInterval(timer)
    stream.destroy()
  })
  ctx.body = stream
  ctx.remove('content-length')
}

function bytesOf({ body }: SimContext): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? ''))
}

/** The right answer, with blanks after it: only its size is wrong. */
function pad(ctx: SimContext, bytes: number): void {
  const whole = bytesOf(ctx)
  ctx.body = Buffer.concat([whole, Buffer.alloc(Math.max(0, bytes - whole.length), ' ')])
}

function truncate(ctx: SimContext): void {
  const whole = bytesOf(ctx)
  ctx.body = whole.subarray(0, Math.floor(whole.length / 2))
}
