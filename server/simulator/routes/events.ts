// Orders what would otherwise take a phone, or months: a push of any event, and WeChat's check of a push address.
import Router from '@koa/router'
import { type App, PUSH_FORMATS, PUSH_MODES } from '../state/apps.js'
import type { Person } from '../state/people.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ControlError, type ControlInput, controlInput } from '../wire/control-input.js'
import { follow, scanAsFollower, sceneOnly, unfollow } from '../wire/follower-events.js'
import { messageParts } from '../wire/message-text.js'
import { NOTICES, noticeOf } from '../wire/notices.js'
import { type Pushed, type PushOptions, pushTo, pushUrl, usualOptions } from '../wire/push.js'
import { signPush } from '../wire/push-crypto.js'
import { callSite } from '../wire/site-call.js'
import type { World } from '../world.js'

const FOLLOWER_EVENTS = ['subscribe', 'unsubscribe', 'SCAN'] as const
const EVENTS = [...FOLLOWER_EVENTS, ...NOTICES]
type EventName = (typeof EVENTS)[number]

const COMMON = ['app', 'person', 'event', 'mode', 'format', 'repeat', 'omitOpenid', 'spacedKeys']
/** Beside the common ones, the fields of each event. */
const FIELDS: Readonly<Partial<Record<EventName, readonly string[]>>> = {
  subscribe: ['scene'],
  SCAN: ['scene'],
  user_authorization_revoke: ['revokeInfo'],
}

/** `POST /sim/events` and `POST /sim/push-check`. */
export function eventRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>({ prefix: '/sim' })

  router.post('/events', async (ctx) => {
    ctx.body = describePushed(await pushEvent(world, ctx))
  })

  router.post('/push-check', async (ctx) => {
    const app = namedApp(world, controlInput(ctx, ['app']))
    const url = pushUrl(world, app)
    if (url === null) throw new ControlError('no site is known, and the app has no push url: see --site')
    ctx.body = await checkAddress(world, app, url)
  })

  return router
}

/** Every delivery with its answer, and what the person reads of it. */
export function describePushed({ deliveries, outcome, reply }: Pushed): object {
  const links = reply === null ? [] : messageParts(reply).flatMap(({ href }) => href ?? [])
  return { deliveries, outcome, reply: reply === null ? null : { text: reply, links } }
}

/** Carries out the event, as far as it changes who follows whom, and pushes it. */
function pushEvent(world: World, ctx: SimContext): Promise<Pushed> {
  const event = controlInput(ctx, [...COMMON, ...Object.values(FIELDS).flat()]).choice('event', EVENTS)
  const input = controlInput(ctx, [...COMMON, ...(FIELDS[event] ?? [])])
  const app = namedApp(world, input)
  const person = world.people.find(input.text('person'))
  if (!person) throw new ControlError('person is nobody here: see GET /sim/people')
  const options = readOptions(app, input)

  const notice = NOTICES.find((known) => known === event)
  if (notice) {
    const revokeInfo = input.has('revokeInfo') ? input.text('revokeInfo') : null
    const details = { revokeInfo, omitOpenid: options.omitOpenid }
    return pushTo(world, app, noticeOf(world, app, person, notice, details), options)
  }
  if (app.kind !== 'official') throw new ControlError(`${event} happens to official accounts, not to ${app.key}`)
  return followerEvent(world, app, person, event, input, options)
}

function followerEvent(
  world: World,
  app: App,
  person: Person,
  event: EventName,
  input: ControlInput,
  options: PushOptions,
): Promise<Pushed> {
  if (event === 'unsubscribe') return unfollow(world, app, person, options)
  if (event === 'SCAN') {
    // Only followers scan like that: whoever was none is one now, without a push.
    world.followers.follow(app, person, null)
    return scanAsFollower(world, app, person, sceneOnly(world, input.text('scene')), options)
  }
  return follow(world, app, person, input.has('scene') ? sceneOnly(world, input.text('scene')) : null, options)
}

function readOptions(app: App, input: ControlInput): PushOptions {
  const usual = usualOptions(app)
  return {
    mode: input.has('mode') ? input.choice('mode', PUSH_MODES) : usual.mode,
    format: input.has('format') ? input.choice('format', PUSH_FORMATS) : usual.format,
    repeat: input.has('repeat') ? input.integer('repeat', 1) : usual.repeat,
    omitOpenid: input.flag('omitOpenid', usual.omitOpenid),
    spacedKeys: input.flag('spacedKeys', usual.spacedKeys),
  }
}

function namedApp({ apps }: World, input: ControlInput): App {
  const app = apps.named(input.text('app'))
  if (!app) throw new ControlError('app is none of the registered ones: see GET /sim/apps')
  return app
}

/** What WeChat does when an operator saves the address: the site must send the text back. */
async function checkAddress(world: World, { notify }: App, url: string): Promise<object> {
  const timestamp = String(Math.floor(world.clock.now() / 1000))
  const [nonce, echostr] = [newNumber(world), newNumber(world)]
  const signature = signPush(notify.token, timestamp, nonce)
  const query = new URLSearchParams({ signature, echostr, timestamp, nonce })
  const answer = await callSite(world, `${url}${url.includes('?') ? '&' : '?'}${query}`, { method: 'GET' })
  if (typeof answer === 'string') return { ok: false, status: null, body: '', trouble: answer }
  return { ok: answer.status === 200 && answer.body === echostr, ...answer, trouble: null }
}

function newNumber({ options }: World): string {
  return String(options.random(6).readUIntBE(0, 6))
}
