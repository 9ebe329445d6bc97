// The whole login over the real store: two browsers' worth of secrets, a WeChat that does as it is told, a clock moved
// by hand. One world a test; `node` adds another server on the same database.
import { createKeyring } from '#server/core/keyring.js'
import type { CallbackInput } from '#server/core/login/callback.js'
import { createLogin } from '#server/core/login/login.js'
import type { Bus, Hint, Log, WechatApp } from '#server/core/ports.js'
import { mintSecret } from '#server/core/secrets.js'
import { SESSION_LIMITS } from '#server/core/session/session.js'
import type { Method } from '#shared/ticket.js'
import { type MovableClock, movableClock, openScratchStore, type ScratchStore } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'
import { createFakePlatform } from './fake-platform.js'

const app = (key: string, kind: WechatApp['kind'], platform = 'main'): WechatApp => ({
  key,
  kind,
  appid: `wx-${key}`,
  secret: 'app secret',
  platform,
  bound: platform === 'main',
  notify: null,
  strangers: 'ask',
  scene: 'confirm',
})
export const APPS = {
  pc: app('pc', 'website'),
  pc2: app('pc2', 'website'),
  mp: app('mp', 'official'),
  solo: app('solo', 'official', 'app:solo'),
  mini: app('mini', 'miniprogram'),
}
export const PUBLIC_URL = 'https://id.example.cn'
export const PC = { browser: 'Firefox', os: 'Windows', address: '203.0.113.7', place: 'Shanghai' }

export interface WorldOptions {
  readonly methods?: readonly Method[]
  readonly apps?: readonly WechatApp[]
  /** Another server's clock and its way into the same database. */
  readonly time?: MovableClock
  readonly scratch?: ScratchStore
  readonly agreementVersion?: string
  /** Of chance: two servers never mint the same ids. */
  readonly seed?: string
}

/** A server, a PC's browser and a phone. `keys`: newest first. */
export async function createWorld(options: WorldOptions = {}) {
  const { methods = ['website', 'relay'], apps = Object.values(APPS), time = movableClock() } = options
  const scratch = options.scratch ?? (await openScratchStore(time.clock))
  const wechat = createFakePlatform()
  const random = seededRandom(options.seed ?? 'login world')
  const hints: Hint[] = []
  const lines: { level: string; event: string; data: Record<string, unknown> }[] = []
  const line =
    (level: string): Log['info'] =>
    (event, data = {}) => {
      lines.push({ level, event, data })
    }
  const listeners = new Set<(hint: Hint) => void>()
  const bus: Bus = {
    publish(hint) {
      hints.push(hint)
      for (const listener of listeners) listener(hint)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const waiting = { times: 0, during: async () => {} }
  const node = (...keys: string[]) =>
    createLogin({
      store: scratch.store,
      bus,
      platform: wechat.platform,
      clock: time.clock,
      random,
      keyring: createKeyring(keys),
      log: { info: line('info'), warn: line('warn'), error: line('error') },
      sleep: async () => {
        waiting.times++
        await waiting.during()
        await new Promise((resolve) => setTimeout(resolve, 1))
      },
      sessionLimits: SESSION_LIMITS,
      apps,
      methods,
      publicUrl: PUBLIC_URL,
      avatarLink: (url) => url,
      agreementVersion: options.agreementVersion ?? null,
      siteName: 'Example',
    })

  const login = node('key one')
  const browser = mintSecret(random)
  const phone = mintSecret(random)
  const stateOf = (url: string | null) => new URL(url ?? '').searchParams.get('state') ?? ''

  return {
    ...scratch,
    time,
    wechat,
    hints,
    lines,
    /** Counts how often a late arrival waited; `during` runs each time. */
    waiting,
    node,
    login,
    browser,
    phone,
    anotherSecret: () => mintSecret(random),
    stateOf,

    /** A `website` ticket of the PC's browser, without a row. */
    beginWebsite(appKey = 'pc') {
      const begun = login.begin({ method: 'website', appKey, secret: browser, language: 'zh' })
      return { id: begun.ticket.id, state: stateOf(begun.redirectUrl) }
    },
    /** WeChat's answer arrives in the PC's browser, unless told otherwise. */
    arrive(input: Partial<CallbackInput> & { state: string }) {
      const secrets = { browserSecret: browser, phoneSecret: null }
      const rest = { app: APPS.pc, code: null, device: PC, returnToOf: () => '/' }
      return login.callback({ ...secrets, ...rest, ...input })
    },
    attach: (ticketId: string, secret: string | null = browser) =>
      login.attach({ ticketId, secret, device: PC, returnTo: '/home' }),
    cancel: (ticketId: string, secret: string | null = browser) =>
      login.cancel({ ticketId, secret, device: PC, returnTo: '/home' }),
    redeem(ticketId: string, options: Partial<Parameters<typeof login.redeem>[0]> = {}) {
      const input = { secret: browser, attempt: 'attempt-0123456789', device: PC, previousSession: null }
      return login.redeem({ ticketId, kind: 'browser', ...input, ...options })
    },
    /** A website login of this person, confirmed and waiting to be redeemed. Its ticket's id. */
    async confirmedWebsite(person: string): Promise<string> {
      const { id, state } = this.beginWebsite()
      wechat.says(`code-of-${id}`, { openid: `${person}-pc`, unionid: person, nickname: person })
      await this.arrive({ state, code: `code-of-${id}` })
      return id
    },
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** The code of the AppError that a promise rejects with, or what else came of it. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    return `no refusal: ${JSON.stringify(await promise)}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
