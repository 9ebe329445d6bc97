// The tokens of /cgi-bin: two kinds that know nothing of each other. The old call makes a new one each time and retires
// the one before; the stable one stays the same until shortly before its end.
import type { App } from './apps.js'
import { createExpiringMap } from './expiring-map.js'
import { newServerToken, type Random } from './ids.js'

export interface IssuedToken {
  readonly token: string
  /** Seconds that are left of it. */
  readonly expiresIn: number
}

export interface ServerTokens {
  /** `/cgi-bin/token`: a new one; the one before is good for five more minutes. */
  renew(app: App): IssuedToken
  /** `/cgi-bin/stable_token`. `force` ends the present one: at most 20 times a day, and not twice in 30 seconds. */
  stable(app: App, force: boolean): IssuedToken | 'daily' | 'minute'
  /** Whose token this is and whether it still counts; null when there never was one. */
  find(token: string): { readonly appid: string; readonly state: 'good' | 'expired' | 'retired' } | null
  /** The ticket that SDK signatures are made with, for the app of a token; another `type` gives a ticket that is no use. */
  ticket(app: App, type: string): IssuedToken
}

interface Entry {
  readonly appid: string
  readonly token: string
  readonly expiresAt: number
  retiredAt: number | null
}

const LIFE_MS = 7_200_000
const GRACE_MS = 300_000
const KEEP_MS = 24 * 3_600_000
const FORCED = { aDay: 20, apartMs: 30_000 } as const

/** No tokens yet. */
export function createServerTokens(deps: { now: () => number; random: Random }): ServerTokens {
  const { now, random } = deps
  const all = createExpiringMap<Entry>(now, KEEP_MS)
  const latest = new Map<string, Entry>()
  const forced = new Map<string, number[]>()
  const tickets = new Map<string, { readonly ticket: string; readonly expiresAt: number }>()

  const issue = (name: string, appid: string): Entry => {
    const entry: Entry = { appid, token: newServerToken(random), expiresAt: now() + LIFE_MS, retiredAt: null }
    all.set(entry.token, entry)
    latest.set(name, entry)
    return entry
  }
  const left = (expiresAt: number): number => Math.floor((expiresAt - now()) / 1000)
  const retire = (entry: Entry | undefined, at: number) => {
    if (entry) entry.retiredAt ??= at
  }

  return {
    renew({ appid }) {
      retire(latest.get(`token ${appid}`), now() + GRACE_MS)
      const { token, expiresAt } = issue(`token ${appid}`, appid)
      return { token, expiresIn: left(expiresAt) }
    },
    stable({ appid }, force) {
      const name = `stable ${appid}`
      const present = latest.get(name)
      if (force) {
        const times = (forced.get(appid) ?? []).filter((at) => at > now() - 24 * 3_600_000)
        if (times.length >= FORCED.aDay) return 'daily'
        if (times.some((at) => at > now() - FORCED.apartMs)) return 'minute'
        forced.set(appid, [...times, now()])
        retire(present, now())
      } else if (present && present.retiredAt === null && present.expiresAt > now() + GRACE_MS) {
        return { token: present.token, expiresIn: left(present.expiresAt) }
      }
      const { token, expiresAt } = issue(name, appid)
      return { token, expiresIn: left(expiresAt) }
    },
    find(token) {
      const entry = all.get(token)
      if (!entry) return null
      if (entry.retiredAt !== null && now() >= entry.retiredAt) return { appid: entry.appid, state: 'retired' }
      return { appid: entry.appid, state: now() >= entry.expiresAt ? 'expired' : 'good' }
    },
    ticket({ appid }, type) {
      const name = `${type} ${appid}`
      const present = tickets.get(name)
      if (present && present.expiresAt > now() + GRACE_MS) {
        return { token: present.ticket, expiresIn: left(present.expiresAt) }
      }
      const made = { ticket: newServerToken(random).slice(0, 86), expiresAt: now() + LIFE_MS }
      tickets.set(name, made)
      return { token: made.ticket, expiresIn: left(made.expiresAt) }
    },
  }
}
