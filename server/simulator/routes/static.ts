// Files: pictures of people, what the pages' build made, and the script that sites embed.
import { createHash } from 'node:crypto'
import Router from '@koa/router'
import type { Person } from '../state/people.js'
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
    ctx.set('content-type', 'image/svg+xml')
    ctx.body = avatarSvg(person)
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

/** A coloured square with the first letter of the name. */
function avatarSvg({ seed, name }: Person): string {
  const hue = createHash('sha256').update(seed).digest().readUInt16BE() % 360
  return `<svg xmlns="http://www.w3.org/2000/svg" width="132" height="132" viewBox="0 0 132 132">
<rect width="132" height="132" fill="hsl(${hue} 45% 45%)"/>
<text x="66" y="66" dy=".36em" text-anchor="middle" font-family="sans-serif" font-size="64" fill="#fff">${name.charAt(0).toUpperCase()}</text>
</svg>
`
}
