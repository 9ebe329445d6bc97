// Files: pictures of people, what the pages' build made, and the script that sites embed.
import Router from '@koa/router'
import { avatarPng } from '../wire/avatar-png.js'
import type { SimState } from '../wire/context.js'
import type { World } from '../world.js'
import { wxLoginScript } from './wx-login-script.js'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** `/mmopen/vi_32/:name/:size`, `/assets/sim/:file` and `/connect/zh_CN/htmledition/js/wxLogin.js`. */
export function staticRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/mmopen/vi_32/:name/:size', (ctx) => {
    const person = world.people.find(ctx.params.name ?? '')
    if (!person) return
    ctx.set('content-type', 'image/png')
    ctx.body = avatarPng(person.seed)
  })

  router.get('/assets/sim/:file', async (ctx) => {
    const file = ctx.params.file ?? ''
    const bytes = await world.pages.asset(file)
    if (!bytes) return
    ctx.set('content-type', TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
    ctx.body = bytes
  })

  router.get('/connect/zh_CN/htmledition/js/wxLogin.js', (ctx) => {
    ctx.set('content-type', 'text/javascript; charset=utf-8')
    ctx.body = wxLoginScript(world.options.baseUrl())
  })

  return router
}
