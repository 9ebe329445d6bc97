// What the tests of `sdk` begin with: a mobile app that WeChat lets log in by scan, and a desktop program.
import { expect, onTestFinished } from 'vitest'
import type { WechatApp } from '#server/core/ports.js'
import { APPS, createWorld, type WorldOptions } from './world.js'

const METHODS = ['website', 'sdk', 'scene'] as const
const APP: WechatApp = { ...APPS.mp, key: 'app', appid: 'wx-app', kind: 'mobile' }

/** A server that offers `sdk`. */
export async function start(options: WorldOptions = {}) {
  const world = await createWorld({ methods: METHODS, apps: [...Object.values(APPS), APP], ...options })
  onTestFinished(() => world.login.handOver())
  return world
}
export type Start = Awaited<ReturnType<typeof start>>

/** A ticket that a desktop program has begun: its id. */
export const begin = ({ login, browser }: Start) =>
  login.begin({ method: 'sdk', secret: browser, language: 'zh', native: true }).ticket.id

/** The machine may be busy with other tests. */
const PATIENT = { timeout: 10_000 }

/** The ticket once it is as it should be. */
export async function until(world: Start, id: string, wanted: object): Promise<void> {
  await expect.poll(async () => await world.store.read.tickets.find(id), PATIENT).toMatchObject(wanted)
}
