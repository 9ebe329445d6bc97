// What a phone opens when it scans a login code, and its answer.
import Router from '@koa/router'
import { type AnswerResult, POLL } from '../state/uuids.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ControlError } from '../wire/control-input.js'
import { PageError } from '../wire/page-errors.js'
import { cookiePerson, headerPerson, simPerson } from '../wire/phone-owner.js'
import type { World } from '../world.js'

const REPLY_PATH = '/connect/confirm_reply'

/** `GET /connect/confirm?uuid=` and `POST /connect/confirm_reply`. */
export function confirmRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/connect/confirm', async (ctx) => {
    const uuid = ctx.state.params.get('uuid') ?? ''
    const login = world.uuids.find(uuid)
    const person = headerPerson(world, ctx) ?? cookiePerson(world, ctx)
    const result = person ? world.uuids.scan(uuid, person.name) : openWithoutPerson(world, uuid)
    if (!login || result !== 'scanned') {
      return world.pages.show(ctx, { page: 'done', result: result === 'taken' ? 'taken' : 'expired' })
    }
    await world.pages.show(ctx, {
      page: 'consent',
      appName: world.apps.find(login.appid)?.name ?? login.appid,
      kind: 'login',
      scope: login.scope === 'snsapi_userinfo' ? login.scope : 'snsapi_login',
      uuid,
      action: REPLY_PATH,
      fields: { uuid, [login.scope]: 'on' },
      people: world.people.all().map(simPerson),
      current: person?.name ?? null,
      asks: true,
    })
  })

  router.post(REPLY_PATH, async (ctx) => {
    const result = reply(world, ctx)
    if (!wantsJson(ctx)) return world.pages.show(ctx, { page: 'done', result })
    ctx.body = { result }
  })

  return router
}

/** Nobody in particular looks at the code: it is scanned only once a person is chosen. */
function openWithoutPerson({ uuids }: World, uuid: string): 'scanned' | 'taken' | 'expired' {
  const { errcode } = uuids.status(uuid)
  if (errcode === POLL.confirmed) return 'taken'
  return errcode === POLL.expired || errcode === POLL.fault ? 'expired' : 'scanned'
}

function reply(world: World, ctx: SimContext): AnswerResult {
  const { params } = ctx.state
  const fail = (code: 'unknown_person' | 'bad_answer', message: string) =>
    wantsJson(ctx) ? new ControlError(message) : new PageError(code)

  const name = params.get('person') ?? ''
  const owner = headerPerson(world, ctx) ?? cookiePerson(world, ctx)
  const person = name === '' ? owner : world.people.find(name)
  if (!person) throw fail('unknown_person', `person ${JSON.stringify(name)} is nobody here: see GET /sim/people`)
  const allow = params.get('allow')
  if (allow !== 'allow' && allow !== 'deny') throw fail('bad_answer', 'allow must be allow or deny')

  const uuid = params.get('uuid') ?? ''
  const login = world.uuids.find(uuid)
  const app = login && world.apps.find(login.appid)
  if (!app) return 'expired'
  // A code belongs to the phone that scanned it; who holds that phone may still hand it to somebody else.
  return world.uuids.answer(uuid, (owner ?? person).name, allow === 'allow' && !person.refuses, () =>
    world.codes.issue(app, { person, scope: login.scope, snapshot: false }),
  )
}

/** JSON only for those who ask for it and not for pages. */
function wantsJson(ctx: SimContext): boolean {
  return ctx.accepts('html', 'json') === 'json'
}
