// The simulated phone: its page, and whose it is.
import Router from '@koa/router'
import type { SimState } from '../wire/context.js'
import { ControlError, controlInput } from '../wire/control-input.js'
import { cookiePerson, rememberPhone, simPerson } from '../wire/phone-owner.js'
import type { World } from '../world.js'

/** `GET /phone?scan=` and `POST /sim/phone/person`. */
export function phoneRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/phone', (ctx) =>
    world.pages.show(ctx, {
      page: 'phone',
      people: world.people.all().map(simPerson),
      current: cookiePerson(world, ctx)?.name ?? null,
      scan: ctx.state.params.get('scan'),
      siteOrigins: world.options.siteOrigins,
    }),
  )
  router.get('/', (ctx) => ctx.redirect('/phone'))

  router.post('/sim/phone/person', (ctx) => {
    const name = controlInput(ctx, ['name']).nullableText('name', null)
    const person = name === null ? null : world.people.find(name)
    if (name !== null && !person)
      throw new ControlError(`name ${JSON.stringify(name)} is nobody here: see GET /sim/people`)
    rememberPhone(ctx, person)
    ctx.body = { person: person && simPerson(person) }
  })

  return router
}
