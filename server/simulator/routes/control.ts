// The control API: what a test or an operator can ask of the simulator that nobody could ask of WeChat.
import { isIP } from 'node:net'
import Router from '@koa/router'
import { APP_KINDS, type App, newApp, PUSH_FORMATS, PUSH_MODES, type PushSettings, unionidFor } from '../state/apps.js'
import { openidOf } from '../state/ids.js'
import { ordinaryPerson, type Person } from '../state/people.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ControlError, type ControlInput, controlInput } from '../wire/control-input.js'
import type { World } from '../world.js'
import { readFault } from './control-fault.js'

/** Everything under `/sim/`, JSON in and out. */
export function controlRoutes(world: World): Router<SimState> {
  const { apps, people, clock, faults, calls } = world
  const router = new Router<SimState>({ prefix: '/sim' })

  router.get('/health', (ctx) => {
    ctx.body = { ok: true, simulator: 'saoma', url: world.options.baseUrl(), now: clock.now() }
  })

  router.get('/people', (ctx) => {
    ctx.body = { people: people.all().map((person) => describePerson(world, person)) }
  })
  router.post('/people', (ctx) => {
    const person = readPerson(world, ctx)
    people.put(person)
    ctx.body = { person: describePerson(world, person) }
  })

  router.get('/apps', (ctx) => {
    ctx.body = { apps: apps.all().map(describeApp) }
  })
  router.post('/apps', (ctx) => {
    const app = readApp(world, ctx)
    apps.put(app)
    ctx.body = { app: describeApp(app) }
  })

  router.post('/clock', (ctx) => {
    clock.advance(controlInput(ctx, ['advanceMs']).integer('advanceMs', 0))
    ctx.body = { now: clock.now() }
  })

  router.post('/code', (ctx) => {
    ctx.body = { code: issueCode(world, ctx) }
  })

  router.get('/faults', (ctx) => {
    ctx.body = { faults: faults.all() }
  })
  router.post('/faults', (ctx) => {
    faults.add(readFault(ctx))
    ctx.body = { faults: faults.all() }
  })
  router.delete('/faults', (ctx) => {
    faults.clear()
    ctx.status = 204
  })

  router.get('/calls', (ctx) => {
    ctx.body = calls.report()
  })
  router.delete('/calls', (ctx) => {
    calls.clear()
    ctx.status = 204
  })

  return router
}

/** A person, and what each app would be told about them. */
function describePerson({ apps }: World, person: Person): object {
  const { seed, ...shown } = person
  return {
    ...shown,
    openids: Object.fromEntries(apps.all().map((app) => [app.key, openidOf(seed, app.appid)])),
    unionids: Object.fromEntries(
      apps.all().flatMap((app) => {
        const unionid = unionidFor(app, person, 'snsapi_userinfo')
        return unionid === null ? [] : [[app.key, unionid]]
      }),
    ),
  }
}

/** Exactly what a site has to know to use the app. */
function describeApp({ key, kind, appid, secret, openPlatform, notify }: App): object {
  return { key, kind, appid, secret, openPlatform, notify }
}

/** A new person, or changes to a known one. */
function readPerson({ people }: World, ctx: SimContext): Person {
  const input = controlInput(ctx, ['name', 'nickname', 'avatarUrl', 'seed', 'refuses', 'noUnionid', 'blocked'])
  const name = input.text('name')
  if (!/^[\w-]{1,40}$/.test(name)) throw new ControlError('name must be 1 to 40 of A-Z, a-z, 0-9, _ and -')
  const before = people.find(name) ?? ordinaryPerson(name)
  return {
    ...before,
    nickname: input.optionalText('nickname', before.nickname),
    avatarUrl: input.optionalText('avatarUrl', before.avatarUrl),
    seed: input.optionalText('seed', before.seed),
    refuses: input.flag('refuses', before.refuses),
    noUnionid: input.flag('noUnionid', before.noUnionid),
    blocked: input.flag('blocked', before.blocked),
  }
}

/** A new app, or changes to a known one. */
function readApp({ apps }: World, ctx: SimContext): App {
  const input = controlInput(ctx, [
    'key',
    'kind',
    'name',
    'appid',
    'secret',
    'openPlatform',
    'callbackDomains',
    'scopes',
    'ipWhitelist',
    'push',
  ])
  const push = input.part('push', ['url', 'mode', 'format'])
  const key = input.text('key')
  const known = apps.named(key)
  const before = known?.key === key && !input.has('kind') ? known : newApp(key, input.choice('kind', APP_KINDS))
  return {
    ...before,
    name: input.optionalText('name', before.name),
    appid: input.optionalText('appid', before.appid),
    secret: input.optionalText('secret', before.secret),
    openPlatform: input.nullableText('openPlatform', before.openPlatform),
    callbackDomains: input.texts('callbackDomains', before.callbackDomains),
    scopes: input.texts('scopes', before.scopes),
    ipWhitelist: readAddresses(input, before.ipWhitelist),
    push: push ? readPush(push, before.push) : before.push,
  }
}

/** Null: every address. A name or a range would quietly match nobody. */
function readAddresses(input: ControlInput, before: App['ipWhitelist']): App['ipWhitelist'] {
  if (input.isNull('ipWhitelist')) return null
  const addresses = input.texts('ipWhitelist', before)
  const wrong = addresses?.find((address) => isIP(address) === 0)
  if (wrong !== undefined) throw new ControlError(`ipWhitelist: ${JSON.stringify(wrong)} is not an IP address`)
  return addresses
}

/** Only what is given changes; a null `url` is the site's own address again. */
function readPush(input: ControlInput, before: PushSettings): PushSettings {
  const url = input.nullableText('url', before.url)
  if (url !== null && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw new ControlError(`url ${JSON.stringify(url)} is not an http(s) address`)
  }
  return {
    url,
    mode: input.has('mode') ? input.choice('mode', PUSH_MODES) : before.mode,
    format: input.has('format') ? input.choice('format', PUSH_FORMATS) : before.format,
  }
}

/** What an app or a mini program would get from WeChat on the phone. */
function issueCode({ apps, people, codes }: World, ctx: SimContext): string {
  const input = controlInput(ctx, ['app', 'person', 'scope'])
  const app = apps.named(input.text('app'))
  if (!app) throw new ControlError('app is none of the registered ones: see GET /sim/apps')
  const person = people.find(input.text('person'))
  if (!person) throw new ControlError('person is nobody here: see GET /sim/people')
  const scope = input.optionalText('scope', app.scopes.at(-1) ?? '')
  const scopes = scope === '' ? [] : scope.split(',')
  if ((scope === '') !== (app.scopes.length === 0) || !scopes.every((part) => app.scopes.includes(part))) {
    throw new ControlError(
      `scope ${JSON.stringify(scope)} is not granted to this app: it has ${app.scopes.join(', ') || 'none'}`,
    )
  }
  return codes.issue(app, { person, scope, snapshot: false })
}
