// A mini program and a native app that log in at the site: their page, and the part of it that is no page's business.
import Router from '@koa/router'
import type { AppLoginResult } from '../page-data.js'
import type { App } from '../state/apps.js'
import type { Person } from '../state/people.js'
import type { SimState } from '../wire/context.js'
import { ControlError, controlInput } from '../wire/control-input.js'
import { phoneOwner, simPerson } from '../wire/phone-owner.js'
import { callSite, siteServer } from '../wire/site-call.js'
import type { World } from '../world.js'

/** Where an app of each kind brings its code, and what it calls itself. */
const CALLS = {
  mobile: {
    path: '/api/login/mobile',
    agent: 'SimulatedApp/1.0 (iPhone; iOS 18.5; Scale/3.00)',
  },
  miniprogram: {
    path: '/api/login/mini-program',
    agent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60 MiniProgramEnv/iOS',
  },
} as const

/** `GET /phone/app/:key` and `POST /sim/phone/login`. */
export function appLoginRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()

  router.get('/phone/app/:key', async (ctx) => {
    const app = world.apps.all().find(({ key }) => key === ctx.params.key)
    const kind = app && callingKind(app)
    if (!app || !kind) return
    const person = phoneOwner(world, ctx)
    if (!person) return ctx.redirect('/phone')
    await world.pages.show(ctx, { page: 'app', key: app.key, name: app.name, kind, person: simPerson(person) })
  })

  router.post('/sim/phone/login', async (ctx) => {
    const input = controlInput(ctx, ['app', 'allow'])
    const app = world.apps.named(input.text('app'))
    const kind = app && callingKind(app)
    if (!app || !kind) throw new ControlError('app must be a mobile app or a mini program: see GET /sim/apps')
    const person = phoneOwner(world, ctx)
    if (!person) throw new ControlError('this phone is nobody’s: see POST /sim/phone/person')
    const allowed = input.flag('allow', true) && !person.refuses
    // A mini program's code is given without a question.
    if (kind === 'mobile' && !allowed) ctx.body = { result: 'refused' } satisfies AppLoginResult
    else ctx.body = await logIn(world, app, kind, person)
  })

  return router
}

function callingKind({ kind }: App): keyof typeof CALLS | null {
  return kind === 'mobile' || kind === 'miniprogram' ? kind : null
}

/** As the app would: it gets a code, and brings it to the site. No browser is involved, so there is no Origin. */
async function logIn(world: World, app: App, kind: keyof typeof CALLS, person: Person): Promise<AppLoginResult> {
  const site = siteServer(world)
  if (site === null) return { result: 'unreadable', why: 'no site is known: see --site' }
  const code = world.codes.issue(app, { person, scope: app.scopes.at(-1) ?? '', snapshot: false })
  const answer = await callSite(world, site + CALLS[kind].path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': CALLS[kind].agent },
    body: JSON.stringify({ app: app.key, code }),
  })
  return typeof answer === 'string' ? { result: 'unreadable', why: answer } : readLogin(answer)
}

function readLogin({ status, body }: { readonly status: number; readonly body: string }): AppLoginResult {
  const answer = parse(body)
  const [id, nickname] = [textAt(answer, 'account', 'id'), textAt(answer, 'account', 'nickname')]
  if (status === 200 && id && nickname !== null && textAt(answer, 'token')) {
    const expiresAt = at(answer, 'expiresAt')
    return {
      result: 'signed-in',
      account: { id, nickname, avatarUrl: textAt(answer, 'account', 'avatarUrl') ?? '' },
      expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
    }
  }
  const code = textAt(answer, 'error', 'code')
  if (code === null) return { result: 'unreadable', why: `status ${status}, and nothing that an app could read` }
  return { result: 'error', status, code, message: textAt(answer, 'error', 'message') ?? '' }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : null
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, name) : undefined),
    value,
  )
}
