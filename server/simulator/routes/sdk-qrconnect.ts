// The scan login of the SDK: a signed request for a code, whose phone page and long poll are those of WeChat's own page.
import Router from '@koa/router'
import qrcode from 'qrcode'
import type { SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import { sdkSignature } from '../wire/sdk-signature.js'
import type { World } from '../world.js'
import { knownApp, orderedError, required } from './sns-params.js'

const PATH = '/connect/sdk/qrconnect'
/** How old a request may be. */
const FRESH_MS = 600_000

/** `GET /connect/sdk/qrconnect?appid=&noncestr=&timestamp=&scope=&signature=`. */
export function sdkQrconnectRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  router.get(PATH, async (ctx) => {
    const { params } = ctx.state
    const appid = required(params, 'appid', 41002)
    const app = knownApp(world, appid)
    const noncestr = required(params, 'noncestr', -1)
    const timestamp = required(params, 'timestamp', -1)
    const signature = required(params, 'signature', -1)
    const scope = required(params, 'scope', -1)
    orderedError(world, PATH)
    const { token: ticket } = world.serverTokens.ticket(app, '2')
    // Seconds in the manual; milliseconds are taken too.
    const at = Number(timestamp) * (timestamp.length > 11 ? 1 : 1000)
    const isFresh = Math.abs(at - world.clock.now()) <= FRESH_MS
    if (signature !== sdkSignature({ appid, noncestr, ticket, timestamp }) || !isFresh) {
      throw new ApiError(-40001, 'invalid signature')
    }
    if (app.kind !== 'mobile' || !scope.split(',').every((part) => app.scopes.includes(part))) throw new ApiError(48001)
    const uuid = world.uuids.create({ appid, scope })
    const picture = await qrcode.toBuffer(`${world.options.baseUrl()}/connect/confirm?uuid=${uuid}`)
    ctx.set('content-type', 'application/json')
    ctx.body = JSON.stringify({
      errcode: 0,
      uuid,
      appname: app.name,
      qrcode: { qrcodelength: picture.length, qrcodebase64: picture.toString('base64') },
    })
  })
  return router
}
