// The simulated phone: its page, and whose it is.
import Router from '@koa/router'
import type { PersonSaved, SimApp } from '../page-data.js'
import type { App } from '../state/apps.js'
import type { Person } from '../state/people.js'
import type { SimState } from '../wire/context.js'
import { ControlError, controlInput } from '../wire/control-input.js'
import { leaveChat } from '../wire/in-chat.js'
import { cookiePerson, rememberPhone, simPerson } from '../wire/phone-owner.js'
import type { World } from '../world.js'

/** `GET /phone?scan=` and `POST /sim/phone/person`. */
export function phoneRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/phone', (ctx) => {
    const person = cookiePerson(world, ctx)
    leaveChat(ctx)
    return world.pages.show(ctx, {
      page: 'phone',
      people: world.people.all().map(simPerson),
      current: person?.name ?? null,
      apps: world.apps.all().flatMap((app) => simApp(app) ?? []),
      follows: followsOf(world, person),
      scan: ctx.state.params.get('scan'),
      siteOrigins: world.options.siteOrigins,
    })
  })
  router.get('/', (ctx) => ctx.redirect('/phone'))

  router.post('/sim/phone/person', (ctx) => {
    const name = controlInput(ctx, ['name']).nullableText('name', null)
    const person = name === null ? null : world.people.find(name)
    if (name !== null && !person)
      throw new ControlError(`name ${JSON.stringify(name)} is nobody here: see GET /sim/people`)
    rememberPhone(ctx, person)
    const saved: PersonSaved = { person: person && simPerson(person), follows: followsOf(world, person) }
    ctx.body = saved
  })

  return router
}

/** What the home shows of an app; a website is not on a phone. */
function simApp({ key, name, kind }: App): SimApp | null {
  return kind === 'website' ? null : { key, name, kind }
}

function followsOf({ apps, followers }: World, person: Person | null): readonly string[] {
  const followed = apps.all().filter((app) => person && followers.find(app, person))
  return followed.map(({ key }) => key)
}
