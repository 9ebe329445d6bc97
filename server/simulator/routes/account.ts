// An official account on the phone: its page, following and unfollowing, its chat, and what is opened from there.
import Router from '@koa/router'
import type { Chat, ChatMessage } from '../page-data.js'
import type { App } from '../state/apps.js'
import type { Person } from '../state/people.js'
import type { SimContext, SimState } from '../wire/context.js'
import { ControlError } from '../wire/control-input.js'
import { follow, unfollow } from '../wire/follower-events.js'
import { enterChat } from '../wire/in-chat.js'
import { messageParts } from '../wire/message-text.js'
import { phoneOwner, simPerson } from '../wire/phone-owner.js'
import type { World } from '../world.js'

const PATH = '/phone/account/:key'

/** Everything under `/phone/account/:key`, and `GET /sim/phone/chat?app=`. */
export function accountRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  const accountOf = (key: string) => world.apps.all().find((app) => app.key === key && app.kind === 'official') ?? null
  const visit = (ctx: SimContext, key: string) => ({ app: accountOf(key), person: phoneOwner(world, ctx) })

  router.get(PATH, async (ctx) => {
    const { app, person } = visit(ctx, ctx.params.key ?? '')
    if (!app) return
    if (!person) return ctx.redirect('/phone')
    await world.pages.show(ctx, {
      page: 'account',
      key: app.key,
      name: app.name,
      person: simPerson(person),
      follows: world.followers.find(app, person) !== null,
      code: scannedCode(world, app, ctx.state.params.get('code'))?.id ?? null,
      messages: messagesOf(world, app, person),
      expecting: world.chats.isExpecting(app, person),
      siteOrigins: world.options.siteOrigins,
    })
  })

  router.post(`${PATH}/follow`, (ctx) => {
    const { app, person } = visit(ctx, ctx.params.key ?? '')
    if (!app) return
    const code = scannedCode(world, app, ctx.state.params.get('code'))
    if (person && !world.followers.find(app, person)) void follow(world, app, person, code)
    seeOther(ctx, person ? `/phone/account/${encodeURIComponent(app.key)}` : '/phone')
  })

  router.post(`${PATH}/unfollow`, (ctx) => {
    const { app, person } = visit(ctx, ctx.params.key ?? '')
    if (!app) return
    if (person && world.followers.find(app, person)) void unfollow(world, app, person)
    seeOther(ctx, '/phone')
  })

  // A link in a message, or an item of the menu.
  router.get(`${PATH}/open`, (ctx) => {
    const { app } = visit(ctx, ctx.params.key ?? '')
    const to = ctx.state.params.get('to') ?? ''
    if (!app || !URL.canParse(to) || !world.options.siteOrigins.includes(new URL(to).origin)) return
    enterChat(ctx, app)
    ctx.set('cache-control', 'no-store')
    seeOther(ctx, to)
  })

  router.get('/sim/phone/chat', async (ctx) => {
    const { app, person } = visit(ctx, ctx.state.params.get('app') ?? '')
    if (!app || !person) throw new ControlError('app must be an official account, and the phone somebody’s')
    await world.chats.settled(app, person)
    const chat: Chat = { messages: messagesOf(world, app, person) }
    ctx.body = chat
  })

  return router
}

/** The code that led here. It counts although it may have expired since it was scanned. */
function scannedCode({ scenes }: World, app: App, id: string | null) {
  const code = scenes.find(id ?? '')
  return code?.appid === app.appid ? code : null
}

function messagesOf({ chats }: World, app: App, person: Person): readonly ChatMessage[] {
  return chats.messages(app, person).map(({ at, text }) => ({ at, parts: text === null ? null : messageParts(text) }))
}

function seeOther(ctx: SimContext, address: string): void {
  ctx.redirect(address)
  ctx.status = 303
}
