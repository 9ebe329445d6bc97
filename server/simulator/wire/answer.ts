// The form of WeChat's API answers: HTTP 200 whatever happened, text/plain without a charset, escaped slashes, and raw
// control characters inside strings.
import { newRid, type Random } from '../state/ids.js'
import type { SimContext } from './context.js'
import { errorText } from './errors.js'

export interface Answers {
  /** Answers `/cgi-bin/*` with this object. */
  cgi(ctx: SimContext, body: object): void
  /** Answers `/sns/*` with this object. */
  sns(ctx: SimContext, body: object): void
  /** Answers with an error, whose text ends in a request id, in the content type of the path. */
  snsError(ctx: SimContext, errcode: number, errmsg?: string | null): void
}

/** JSON as WeChat writes it: not what `JSON.stringify` would give, and with raw control characters not even JSON. */
export function platformJson(value: object): string {
  return JSON.stringify(value)
    .replace(/\\\\|\\u00([01][0-9a-f])/g, (escaped, hex?: string) =>
      hex === undefined ? escaped : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll('/', '\\/')
}

/** Answers stamped with the time of `now` and random request ids. */
export function createAnswers(deps: { now: () => number; random: Random }): Answers {
  const sns = (ctx: SimContext, body: object) => {
    ctx.status = 200
    ctx.set('content-type', 'text/plain')
    ctx.body = Buffer.from(platformJson(body))
  }
  return {
    cgi(ctx, body) {
      sns(ctx, body)
      ctx.set('content-type', 'application/json; encoding=utf-8')
    },
    sns,
    snsError(ctx, errcode, errmsg) {
      const rid = newRid(deps.random, deps.now())
      // The one text that real answers join without a comma.
      const comma = errcode === 41002 ? '' : ','
      sns(ctx, { errcode, errmsg: `${errmsg ?? errorText(errcode)}${comma} rid: ${rid}` })
      if (ctx.path.startsWith('/cgi-bin/')) ctx.set('content-type', 'application/json; encoding=utf-8')
    },
  }
}
