// What the tests of `scene` begin with: Official Accounts that push, codes on pages, and people who scan them.
import { expect, onTestFinished } from 'vitest'
import type { Openid, Platform, WechatApp } from '#server/core/ports.js'
import { createPhone } from './phone.js'
import { APPS, createWorld, type WorldOptions } from './world.js'

const MP: WechatApp = { ...APPS.mp, notify: { token: 'token', aesKey: null } }
export const OTHER: WechatApp = { ...MP, key: 'mp2', appid: 'wx-mp2' }
export const QUICK: WechatApp = { ...MP, key: 'quick', appid: 'wx-quick', scene: 'at_once' }
export const SOLO: WechatApp = { ...APPS.solo, notify: MP.notify }

/** A server that offers `scene`. */
export async function start(options: WorldOptions = {}) {
  const apps = [MP, OTHER, QUICK, SOLO, APPS.pc]
  const world = await createWorld({ methods: ['website', 'relay', 'scene'], apps, ...options })
  onTestFinished(() => world.login.handOver())
  const begin = (app = MP) =>
    world.login.begin({ method: 'scene', appKey: app.key, secret: world.browser, language: 'zh' })
  return {
    ...world,
    begin,
    /** A ticket whose code is on the page, and the number beside it. */
    async shown(app = MP) {
      const { ticket, matchNumber } = begin(app)
      await world.attach(ticket.id)
      return { id: ticket.id, number: matchNumber ?? '' }
    },
    scan: (id: string, who: string, app = MP) =>
      world.login.handleScan({ app, openid: `${who}-${app.key}` as Openid, scene: id }),
    ticket: async (id: string) => (await world.store.read.tickets.find(id)) ?? expect.fail('no such ticket'),
  }
}

export type Scene = Awaited<ReturnType<typeof start>>

/** An account of this name that the Official Account's scans are known by. */
export async function known(world: Scene, name: string) {
  const { id, number } = await world.shown()
  const phone = createPhone(world, world.anotherSecret())
  await world.scan(id, name)
  await phone.scan(id, { openid: `${name}-mp` })
  await phone.consent(id, { openid: `${name}-mp`, unionid: name, nickname: name })
  await phone.confirm(id, number)
  return (await world.redeem(id)).account
}

/** From now on codes come when they are let go. */
export function heldCodes(platform: { createSceneCode: Platform['createSceneCode'] }) {
  const { createSceneCode } = platform
  const waiting: (() => void)[] = []
  let open = false
  let under = 0
  let most = 0
  platform.createSceneCode = async (...asked) => {
    under += 1
    most = Math.max(most, under)
    if (!open) await new Promise<void>((resolve) => void waiting.push(resolve))
    under -= 1
    return createSceneCode(...asked)
  }
  return {
    under: () => under,
    most: () => most,
    all() {
      open = true
      for (const go of waiting.splice(0)) go()
    },
  }
}
