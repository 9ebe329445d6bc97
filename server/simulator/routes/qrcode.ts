// Codes with a scene, as an official account's server orders them, and what it can ask about whoever scanned one.
import Router from '@koa/router'
import QRCode from 'qrcode'
import type { App } from '../state/apps.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ApiError } from '../wire/errors.js'
import { jsonBody } from '../wire/json-body.js'
import { requireServerToken } from '../wire/server-token.js'
import type { World } from '../world.js'
import { orderedError } from './sns-params.js'
import { readFollower } from './user-info.js'

const CREATE_PATH = '/cgi-bin/qrcode/create'
const DEFAULT_LIFE_S = 60
const MAX_LIFE_S = 2_592_000
const STRING_LIMIT = 64

/** For each `action_name`: which scene, how large a number, and whether the code ends. */
const ACTIONS: Readonly<Record<string, { field: 'scene_id' | 'scene_str'; most: number; ends: boolean }>> = {
  QR_SCENE: { field: 'scene_id', most: 0xffff_ffff, ends: true },
  QR_STR_SCENE: { field: 'scene_str', most: STRING_LIMIT, ends: true },
  QR_LIMIT_SCENE: { field: 'scene_id', most: 100_000, ends: false },
  QR_LIMIT_STR_SCENE: { field: 'scene_str', most: STRING_LIMIT, ends: false },
}

/** `POST /cgi-bin/qrcode/create`, `GET /cgi-bin/showqrcode?ticket=` and `GET /cgi-bin/user/info?openid=`. */
export function qrcodeRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.post(CREATE_PATH, (ctx) => world.answers.cgi(ctx, createCode(world, ctx)))
  router.get(CREATE_PATH, () => {
    throw new ApiError(43002)
  })

  router.get('/cgi-bin/showqrcode', async (ctx) => {
    const code = world.scenes.ofTicket(ctx.state.params.get('ticket') ?? '')
    if (!code) return
    ctx.set('content-type', 'image/png')
    ctx.body = await QRCode.toBuffer(textOf(world, code.id), { width: 430 })
  })

  router.get('/cgi-bin/user/info', (ctx) => {
    const app = officialApp(world, ctx)
    orderedError(world, ctx.path)
    world.answers.cgi(ctx, readFollower(world, app, ctx.state.params))
  })
  router.post('/cgi-bin/user/info', () => {
    throw new ApiError(43001)
  })

  return router
}

/** @throws ApiError 48001 for an app of another kind */
function officialApp(world: World, ctx: SimContext): App {
  const app = requireServerToken(world, ctx.state.params)
  if (app.kind !== 'official') throw new ApiError(48001)
  return app
}

function createCode(world: World, ctx: SimContext): object {
  const app = officialApp(world, ctx)
  const order = jsonBody(ctx)
  orderedError(world, ctx.path)
  const action = ACTIONS[String(Reflect.get(order, 'action_name'))]
  if (!action) throw new ApiError(40052)
  const scene = sceneOf(Reflect.get(order, 'action_info'), action)
  const lifeS = action.ends ? lifeOf(Reflect.get(order, 'expire_seconds')) : null
  const { id, ticket } = world.scenes.create(app, scene, lifeS === null ? null : lifeS * 1000)
  return { ticket, ...(lifeS === null ? {} : { expire_seconds: lifeS }), url: textOf(world, id) }
}

/** The text of a code: at WeChat it begins with http://weixin.qq.com. */
function textOf({ options }: World, id: string): string {
  return `${options.baseUrl()}/q/${id}`
}

/** Whoever forgets the `scene` around it is not told, and gets a code with the scene 0. */
function sceneOf(info: unknown, { field, most }: { field: string; most: number }): string | number {
  if (typeof info !== 'object' || info === null) throw new ApiError(40053)
  const wrapper: unknown = Reflect.get(info, 'scene')
  if (wrapper === undefined) return 0
  const scene: unknown = typeof wrapper === 'object' && wrapper !== null ? Reflect.get(wrapper, field) : undefined
  if (field === 'scene_id' && isWithin(scene, most)) return scene
  if (field === 'scene_str' && typeof scene === 'string' && isWithin(scene.length, most)) return scene
  throw new ApiError(40053)
}

function lifeOf(seconds: unknown): number {
  if (seconds === undefined) return DEFAULT_LIFE_S
  if (!isWithin(seconds, MAX_LIFE_S)) throw new ApiError(40053)
  return seconds
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
}
