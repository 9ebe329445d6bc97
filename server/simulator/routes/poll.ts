// The long poll of WeChat's page: held until something changes, answered as a script or as JSON.
import Router from '@koa/router'
import { POLL } from '../state/uuids.js'
import type { SimContext, SimState } from '../wire/context.js'
import type { World } from '../world.js'

const PATH = '/connect/l/qrconnect'

/** `GET /connect/l/qrconnect?uuid=&last=&f=json`. */
export function pollRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  router.get(PATH, async (ctx) => {
    const { params } = ctx.state
    const fault = world.faults.take(PATH, 'pollStatus')
    const { errcode, code } = fault
      ? { errcode: fault.status, code: fault.code }
      : await nextStatus(world, ctx, params.get('uuid') ?? '', params.get('last'))
    ctx.set('cache-control', 'no-store')
    if (params.get('f') === 'json') {
      ctx.set('content-type', 'application/json')
      ctx.body = JSON.stringify({ wx_errcode: errcode, wx_code: code })
    } else {
      ctx.set('content-type', 'text/javascript')
      ctx.body = `window.wx_errcode=${errcode};window.wx_code='${code.replace(/[^\w-]/g, '')}';`
    }
  })
  return router
}

/** What a page is told again and again, because nothing follows from it. */
const FINAL: readonly number[] = [POLL.confirmed, POLL.expired, POLL.fault]

/** The status as soon as it is not the one the page saw last; "nothing yet" when that takes too long. */
async function nextStatus(world: World, ctx: SimContext, uuid: string, last: string | null) {
  const { uuids, waits, clock, options } = world
  const isNews = (errcode: number) => errcode !== POLL.waiting && (String(errcode) !== last || FINAL.includes(errcode))

  const before = uuids.status(uuid)
  if (isNews(before.errcode)) return before
  await waits.wait(Math.min(options.pollHoldMs, (before.expiresInMs ?? 0) + 1), (wake) => {
    const stops = [uuids.onChange(uuid, wake), clock.onMove(wake)]
    ctx.res.once('close', wake)
    return () => {
      for (const stop of stops) stop()
      ctx.res.off('close', wake)
    }
  })
  const after = uuids.status(uuid)
  return isNews(after.errcode) ? after : { errcode: POLL.waiting, code: '' }
}
