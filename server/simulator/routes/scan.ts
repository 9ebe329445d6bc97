// What a phone opens when it scans a code with a scene: the account, to be followed first by whoever does not yet.
import Router from '@koa/router'
import type { App } from '../state/apps.js'
import type { Person } from '../state/people.js'
import type { SceneCode } from '../state/scenes.js'
import type { SimState } from '../wire/context.js'
import { ControlError } from '../wire/control-input.js'
import { follow, scanAsFollower } from '../wire/follower-events.js'
import { cookiePerson, headerPerson } from '../wire/phone-owner.js'
import type { World } from '../world.js'
import { describePushed } from './events.js'

/** `GET /q/:id`. With `x-sim-person` that person follows and reads the answer at once: JSON, as of `/sim/events`. */
export function scanRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/q/:id', async (ctx) => {
    const { id = '' } = ctx.params
    const code = world.scenes.find(id)
    const app = code && world.apps.find(code.appid)
    const atOnce = headerPerson(world, ctx)
    if (!code || !app || world.scenes.isExpired(code)) {
      if (atOnce) throw new ControlError('this code has expired, or never was')
      return world.pages.show(ctx, { page: 'done', result: 'expired' })
    }
    if (atOnce) {
      ctx.body = await scanAtOnce(world, app, atOnce, code)
      return
    }
    const person = cookiePerson(world, ctx)
    if (!person) return ctx.redirect(`/phone?scan=${encodeURIComponent(`${world.options.baseUrl()}/q/${id}`)}`)
    const follows = world.followers.find(app, person) !== null
    if (follows) void scanAsFollower(world, app, person, code)
    ctx.redirect(`/phone/account/${encodeURIComponent(app.key)}${follows ? '' : `?code=${id}`}`)
  })

  return router
}

async function scanAtOnce(world: World, app: App, person: Person, code: SceneCode): Promise<object> {
  const event = world.followers.find(app, person) ? 'SCAN' : 'subscribe'
  const pushed = await (event === 'SCAN' ? scanAsFollower : follow)(world, app, person, code)
  return { event, ...describePushed(pushed) }
}
