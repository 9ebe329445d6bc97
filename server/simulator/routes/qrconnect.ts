// WeChat's PC page with the login code: its checks, the page, the code's image, and a fresh uuid without a reload.
import Router from '@koa/router'
import QRCode from 'qrcode'
import type { QrconnectData } from '../page-data.js'
import type { App } from '../state/apps.js'
import type { SimContext, SimState } from '../wire/context.js'
import { PageError } from '../wire/page-errors.js'
import { checkRedirect } from '../wire/redirect.js'
import type { World } from '../world.js'

const PATH = '/connect/qrconnect'

/** `GET /connect/qrconnect` and `GET /connect/qrcode/:uuid`. */
export function qrconnectRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get(PATH, async (ctx) => {
    const link = checkLink(world, ctx.state.params)
    const uuid = world.uuids.create({ appid: link.app.appid, scope: link.scope })
    if (ctx.state.params.get('f') === 'xml') {
      ctx.set('cache-control', 'no-store')
      ctx.set('content-type', 'text/xml; charset=utf-8')
      ctx.body = `<?xml version="1.0" encoding="utf-8"?><qrconnect><uuid>${uuid}</uuid></qrconnect>`
      return
    }
    await world.pages.show(ctx, pageData(world, ctx, link, uuid))
  })

  router.get('/connect/qrcode/:uuid', async (ctx) => {
    const uuid = ctx.params.uuid ?? ''
    if (!world.uuids.find(uuid)) return
    ctx.set('content-type', 'image/png')
    ctx.body = await QRCode.toBuffer(`${world.options.baseUrl()}/connect/confirm?uuid=${uuid}`, { width: 430 })
  })

  return router
}

interface Link {
  readonly app: App
  readonly redirectUri: string
  readonly scope: string
  readonly state: string
}

/** `response_type` may be left out, as `wxLogin.js` does; the order of parameters does not matter here. */
function checkLink({ apps, faults, options }: World, params: URLSearchParams): Link {
  const fault = faults.take(PATH, 'errcode')
  if (fault) throw new PageError(fault.errcode)
  const app = apps.find(params.get('appid') ?? '')
  if (!app) throw new PageError('10012')
  if (app.kind !== 'website') throw new PageError('10016')
  const redirectUri = checkRedirect(app, params.get('redirect_uri'), options.callbackDomains)
  if ((params.get('response_type') ?? 'code') !== 'code') throw new PageError('response_type')
  const scope = params.get('scope')
  if (!scope) throw new PageError('10010')
  const scopes = scope.split(',')
  if (!scopes.includes('snsapi_login') || !scopes.every((part) => app.scopes.includes(part))) {
    throw new PageError('10005')
  }
  const state = params.get('state') ?? ''
  return { app, redirectUri, scope, state: state + (faults.take(PATH, 'mangleState')?.append ?? '') }
}

function pageData(world: World, ctx: SimContext, link: Link, uuid: string): QrconnectData {
  const { params } = ctx.state
  const jssdk = params.get('login_type') === 'jssdk'
  const selfRedirect = params.get('self_redirect')
  return {
    page: 'qrconnect',
    appName: link.app.name,
    uuid,
    redirectUri: link.redirectUri,
    state: link.state,
    jssdk,
    selfRedirect: jssdk && (selfRedirect === 'true' || selfRedirect === 'false') ? selfRedirect : 'default',
    language: params.get('lang') === 'en' ? 'en' : 'zh',
    style: params.get('style') === 'white' ? 'white' : 'black',
    pollUrl: `${world.options.baseUrl()}/connect/l/qrconnect`,
    renewUrl: `${ctx.path}?${ctx.querystring}&f=xml`,
    refusal: world.faults.take(PATH, 'refusal')?.refusal ?? 'none',
  }
}
