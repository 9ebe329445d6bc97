// The form of WeChat's API answers: HTTP 200 whatever happened, a content type that helps nobody, escaped slashes, and
// raw control characters inside strings.
import { newRid, type Random } from '../state/ids.js'
import type { SimContext } from './context.js'
import { errorText } from './errors.js'

export interface Answers {
  /** Answers `/cgi-bin/*` with this object. */
  cgi(ctx: SimContext, body: object): void
  /** Answers `/sns/*` with this object. */
  sns(ctx: SimContext, body: object): void
  /** Answers either with an error, whose text ends in a request id. */
  error(ctx: SimContext, errcode: number, errmsg?: string | null): void
}

/** JSON as WeChat writes it: not what `JSON.stringify` would give, and with raw control characters not even JSON. */
export function platformJson(value: object): string {
  return JSON.stringify(value)
    .replace(/\\\\|\\u00([01][0-9a-f])/g, (escaped, hex?: string) =>
      hex === undefined ? escaped : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll('/', '\\/')
}

const TYPES = { sns: 'text/plain', cgi: 'application/json; encoding=utf-8' } as const

/** What WeChat says that the answers of this path are. */
export function answerType(path: string): string {
  return path.startsWith('/cgi-bin/') ? TYPES.cgi : TYPES.sns
}

/** Answers stamped with the time of `now` and random request ids. */
export function createAnswers(deps: { now: () => number; random: Random }): Answers {
  const answer = (ctx: SimContext, type: string, body: object) => {
    ctx.status = 200
    ctx.set('content-type', type)
    ctx.body = Buffer.from(platformJson(body))
  }
  return {
    cgi: (ctx, body) => answer(ctx, TYPES.cgi, body),
    sns: (ctx, body) => answer(ctx, TYPES.sns, body),
    error(ctx, errcode, errmsg) {
      const rid = newRid(deps.random, deps.now())
      // Joined by a comma under /sns, all texts but one, and by a blank under /cgi-bin.
      const comma = errcode === 41002 || ctx.path.startsWith('/cgi-bin/') ? '' : ','
      answer(ctx, answerType(ctx.path), { errcode, errmsg: `${errmsg ?? errorText(errcode)}${comma} rid: ${rid}` })
    },
  }
}
