// What happens between a person and an official account, and how the account's site is told.
import type { App } from '../state/apps.js'
import { newSceneTicket, openidOf } from '../state/ids.js'
import type { Person } from '../state/people.js'
import type { World } from '../world.js'
import { type Push, type Pushed, type PushOptions, pushTo, usualOptions } from './push.js'

/** The code that was scanned, as far as the event tells. */
export interface ScannedScene {
  readonly scene: string | number
  readonly ticket: string
}

/** A scene without a code of its own, as somebody might make one up. */
export function sceneOnly({ options }: World, scene: string): ScannedScene {
  return { scene, ticket: newSceneTicket(options.random) }
}

/** The person follows, through a code or without one: `subscribe`. The answer appears in their chat. */
export function follow(world: World, app: App, person: Person, by: ScannedScene | null, options?: PushOptions) {
  world.followers.follow(app, person, by?.scene ?? null)
  const key = by === null ? { EventKey: '' } : { EventKey: `qrscene_${by.scene}`, Ticket: by.ticket }
  return talk(world, app, person, eventOf(world, app, person, 'subscribe', key), options)
}

/** A follower scans one of the account's codes: `SCAN`. The answer appears in their chat. */
export function scanAsFollower(world: World, app: App, person: Person, by: ScannedScene, options?: PushOptions) {
  const key = { EventKey: String(by.scene), Ticket: by.ticket }
  return talk(world, app, person, eventOf(world, app, person, 'SCAN', key), options)
}

/** The person unfollows: `unsubscribe`. Their chat is gone. */
export function unfollow(world: World, app: App, person: Person, options?: PushOptions): Promise<Pushed> {
  world.followers.unfollow(app, person)
  world.chats.forget(app, person)
  return pushTo(world, app, eventOf(world, app, person, 'unsubscribe', {}), options ?? usualOptions(app))
}

function talk(world: World, app: App, person: Person, push: Push, options?: PushOptions): Promise<Pushed> {
  const pushed = pushTo(world, app, push, options ?? usualOptions(app))
  world.chats.expect(
    app,
    person,
    pushed.then(({ outcome, reply }) => (outcome === 'trouble' ? null : (reply ?? undefined))),
  )
  return pushed
}

function eventOf({ clock }: World, app: App, person: Person, event: string, more: Record<string, string>): Push {
  const openid = openidOf(person.seed, app.appid)
  const fields = {
    ToUserName: app.originalId,
    FromUserName: openid,
    CreateTime: Math.floor(clock.now() / 1000),
    MsgType: 'event',
    Event: event,
    ...more,
  }
  return { fields, openid, replyTo: openid }
}
