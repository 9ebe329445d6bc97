// The scan login of the SDK: a signed request for a code, whose phone page and long poll are those of WeChat's own page.
import Router from '@koa/router'
import qrcode from 'qrcode'
import type { SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import { sdkSignature } from '../wire/sdk-signature.js'
import type { World } from '../world.js'
import { knownApp, orderedError, required } from './sns-params.js'

const PATH = '/connect/sdk/qrconnect'

/** `GET /connect/sdk/qrconnect?appid=&noncestr=&timestamp=&scope=&signature=`. */
export function sdkQrconnectRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  router.get(PATH, async (ctx) => {
    const { params } = ctx.state
    const appid = required(params, 'appid', 41002)
    const app = knownApp(world, appid)
    const noncestr = required(params, 'noncestr', 40035)
    const timestamp = required(params, 'timestamp', 40035)
    const signature = required(params, 'signature', 40035)
    const scope = required(params, 'scope', 40035)
    // Seconds in the manual; milliseconds are taken too.
    if (!/^\d{10}(\d{3})?$/.test(timestamp)) throw new ApiError(40035)
    orderedError(world, PATH)
    const isSigned = world.serverTokens
      .sdkTickets(app)
      .some((ticket) => signature === sdkSignature({ appid, noncestr, ticket, timestamp }))
    if (!isSigned) throw new ApiError(-40001, 'invalid signature')
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
