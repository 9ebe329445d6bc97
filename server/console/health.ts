// How the WeChat apps do, as this node has seen it since its start: it listens to the node's own log, which tells of every
// call that failed and every notice, and remembers the last few for each app.
import { isIP } from 'node:net'
import type { Clock, Log, WechatApp } from '#server/core/ports.js'
import type { AppAlarm, AppHealth, WechatFailure } from '#shared/admin.js'

const MOST_FAILURES = 20

export interface Health {
  /** The same log, listened to. */
  readonly log: Log
  /** @param site under which address WeChat's pages lead back to us */
  of(app: WechatApp, site: { readonly publicUrl: string; readonly simulated: boolean }): Omit<AppHealth, 'token'>
}

interface Memory {
  readonly failures: WechatFailure[]
  readonly alarms: Map<AppAlarm, { readonly at: number; readonly about: string | null }>
  lastNotice: AppHealth['lastNotice']
}

/** @param apps by their keys: of others nothing is remembered, so that it cannot grow */
export function createHealth(log: Log, apps: readonly Pick<WechatApp, 'key'>[], clock: Clock): Health {
  const memories = new Map<unknown, Memory>(
    apps.map(({ key }) => [key, { failures: [], alarms: new Map(), lastNotice: null }]),
  )

  const hear = (event: string, data: Record<string, unknown> | undefined): void => {
    const memory = data && memories.get(data.app)
    if (!memory) return
    const at = clock()
    if (event === 'wechat.call_failed') {
      memory.failures.unshift(failureOf(data, at))
      memory.failures.length = Math.min(memory.failures.length, MOST_FAILURES)
    } else if (event === 'identity.unionid_missing') memory.alarms.set('unionid_missing', { at, about: null })
    else if (event === 'wechat.address_not_allowed') {
      memory.alarms.set('address_not_allowed', { at, about: textOf(data.seen) })
    } else if (event === 'notice.taken') memory.lastNotice = { at, notice: textOf(data.notice) ?? '' }
  }
  const told =
    (level: keyof Log): Log[keyof Log] =>
    (event, data) => {
      hear(event, data)
      log[level](event, data)
    }

  return {
    log: { info: told('info'), warn: told('warn'), error: told('error') },
    of(app, { publicUrl, simulated }) {
      const { key, kind, appid, platform, bound } = app
      const memory = memories.get(key)
      return {
        ...{ key, kind, appid, openPlatform: bound ? platform : null },
        lastNotice: memory?.lastNotice ?? null,
        alarms: [
          ...(simulated ? [] : standingAlarms(app, publicUrl)).map((alarm) => ({ alarm, at: null, about: null })),
          ...[...(memory?.alarms ?? [])].map(([alarm, { at, about }]) => ({ alarm, at, about })),
        ],
        failures: [...(memory?.failures ?? [])],
      }
    },
  }
}

/** What follows from the configuration alone. WeChat leads back to a bare host name: no port, no address. */
export function standingAlarms({ kind, notify }: Pick<WechatApp, 'kind' | 'notify'>, publicUrl: string): AppAlarm[] {
  const { port, hostname } = new URL(publicUrl)
  const ledBack = kind === 'website' || kind === 'official'
  return [
    ...(ledBack && port !== '' ? (['address_port'] as const) : []),
    ...(ledBack && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ? (['address_ip'] as const) : []),
    ...(notify !== null && notify.aesKey === null ? (['plain_pushes'] as const) : []),
  ]
}

function failureOf(data: Record<string, unknown>, at: number): WechatFailure {
  const { path, kind, errcode, rid, why } = data
  return {
    at,
    path: textOf(path) ?? '',
    kind: textOf(kind) ?? '',
    errcode: typeof errcode === 'number' ? errcode : null,
    rid: textOf(rid),
    why: textOf(why) ?? '',
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 128) : null
}
