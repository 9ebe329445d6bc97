// The page inside WeChat's own browser: /connect/oauth2/authorize, its extra hop, its consent and its ways back.
import Router from '@koa/router'
import type { Person } from '../state/people.js'
import type { SimContext, SimState } from '../wire/context.js'
import { isInChat } from '../wire/in-chat.js'
import { PageError } from '../wire/page-errors.js'
import { cookiePerson, headerPerson, rememberPhone, simPerson } from '../wire/phone-owner.js'
import { callbackUrl } from '../wire/redirect.js'
import type { World } from '../world.js'
import { AUTHORIZE_PATH, type AuthorizeLink, checkAuthorizeLink } from './authorize-link.js'

/** `GET` and `POST /connect/oauth2/authorize`. */
export function authorizeRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get(AUTHORIZE_PATH, async (ctx) => {
    const link = checkAuthorizeLink(world, ctx)
    const atOnce = headerPerson(world, ctx)
    if (atOnce) return finish(world, ctx, link, atOnce, true)
    requireWechat(world, ctx)
    if (!link.hopDone) return hop(world, ctx)
    const person = cookiePerson(world, ctx)
    if (person && isSilent(world, ctx, link, person)) return finish(world, ctx, link, person, true)
    await world.pages.show(ctx, {
      page: 'consent',
      appName: link.app.name,
      kind: 'authorize',
      scope: link.scope,
      uuid: '',
      action: `${ctx.path}?${ctx.querystring}`,
      fields: {},
      people: world.people.all().map(simPerson),
      current: person?.name ?? null,
      asks: link.scope !== 'snsapi_base',
    })
  })

  router.post(AUTHORIZE_PATH, async (ctx) => {
    const link = checkAuthorizeLink(world, ctx)
    const owner = headerPerson(world, ctx) ?? cookiePerson(world, ctx)
    requireWechat(world, ctx)
    const name = ctx.state.params.get('person') ?? ''
    const person = name === '' ? owner : world.people.find(name)
    if (!person) throw new PageError('unknown_person')
    const allow = ctx.state.params.get('allow') ?? (link.scope === 'snsapi_base' ? 'allow' : '')
    if (allow !== 'allow' && allow !== 'deny') throw new PageError('bad_answer')
    if (!owner) rememberPhone(ctx, person)
    await finish(world, ctx, link, person, allow === 'allow')
  })

  return router
}

/** WeChat's browser is known by its user agent; the simulated phone by its cookie or header. */
function requireWechat(world: World, ctx: SimContext): void {
  const agent = ctx.get('user-agent')
  const isWechat = /micromessenger/i.test(agent) && !/wxwork/i.test(agent)
  if (!isWechat && !cookiePerson(world, ctx) && !headerPerson(world, ctx)) throw new PageError('open_in_wechat')
}

/** WeChat first sends the browser to the same link again. This is where the callback may come to be requested twice. */
function hop({ faults }: World, ctx: SimContext): void {
  const double = faults.take(AUTHORIZE_PATH, 'doubleCallback') ? '&sim_double=1' : ''
  ctx.redirect(`${ctx.path}?${ctx.querystring}&connect_redirect=1${double}`)
}

/** Nothing is asked for `snsapi_base`, and nothing of a follower who comes from the account's chat or its menu. */
function isSilent({ followers }: World, ctx: SimContext, { app, scope }: AuthorizeLink, person: Person): boolean {
  return scope === 'snsapi_base' || (isInChat(ctx, app) && followers.find(app, person) !== null)
}

async function finish(world: World, ctx: SimContext, link: AuthorizeLink, person: Person, allow: boolean) {
  const state = link.state + (world.faults.take(AUTHORIZE_PATH, 'mangleState')?.append ?? '')
  if (!allow || (person.refuses && !isSilent(world, ctx, link, person))) return refuse(world, ctx, link, state)

  const comeBack = () => {
    const code = world.codes.issue(link.app, { person, scope: link.scope, snapshot: link.snapshot })
    return callbackUrl(link.redirectUri, { code, state })
  }
  const first = comeBack()
  const doubled =
    ctx.state.params.has('sim_double') || (!link.hopDone && world.faults.take(AUTHORIZE_PATH, 'doubleCallback'))
  if (!doubled) return ctx.redirect(first)
  comeBackTwice(ctx, first, comeBack())
}

function refuse({ faults, pages }: World, ctx: SimContext, link: AuthorizeLink, state: string) {
  switch (faults.take(AUTHORIZE_PATH, 'refusal')?.refusal) {
    case 'authdeny':
      return ctx.redirect(callbackUrl(link.redirectUri, { code: 'authdeny', state }))
    case 'state_only':
      return ctx.redirect(callbackUrl(link.redirectUri, { state }))
    default:
      return pages.show(ctx, { page: 'done', result: 'withheld' })
  }
}

/**
 * One state, two codes. A browser starts the first navigation and is sent on to the second unless the first is over by
 * then, which a delay ordered for the code exchange prevents; a client without screens (`x-sim-person`) follows the
 * first and finds the second in a header.
 */
function comeBackTwice(ctx: SimContext, first: string, second: string): void {
  if (ctx.get('x-sim-person') !== '') {
    ctx.set('x-sim-second-callback', second)
    ctx.redirect(first)
    return
  }
  const urls = JSON.stringify([first, second]).replaceAll('<', '\\u003c')
  ctx.set('content-type', 'text/html; charset=utf-8')
  ctx.set('cache-control', 'no-store')
  ctx.body = `<!doctype html><title>微信模拟器 · WeChat simulator</title>
<p>微信模拟器：回调两次 · This simulator calls back twice</p>
<script>const [first, second] = ${urls}; location.href = first; setTimeout(() => { location.href = second }, 10)</script>
`
}
