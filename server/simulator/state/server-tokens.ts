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
  /** The ticket that SDK requests are signed with, `type` 2; any other `type` gives one that signs nothing here. */
  ticket(app: App, type: string): IssuedToken
  /** The tickets that SDK requests may be signed with now: two for a few minutes, or none. */
  sdkTickets(app: App): readonly string[]
}

interface Ticket {
  readonly token: string
  readonly expiresAt: number
}

interface Entry extends Ticket {
  readonly appid: string
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
  const tickets = new Map<string, readonly Ticket[]>()

  const issue = (name: string, appid: string): IssuedToken => {
    const entry: Entry = { appid, token: newServerToken(random), expiresAt: now() + LIFE_MS, retiredAt: null }
    all.set(entry.token, entry)
    latest.set(name, entry)
    return { token: entry.token, expiresIn: LIFE_MS / 1000 }
  }
  const isLasting = ({ expiresAt }: { readonly expiresAt: number }) => expiresAt > now() + GRACE_MS
  const rest = ({ token, expiresAt }: Ticket): IssuedToken => ({
    token,
    expiresIn: Math.floor((expiresAt - now()) / 1000),
  })
  const livingTickets = (name: string) => (tickets.get(name) ?? []).filter(({ expiresAt }) => expiresAt > now())
  const retire = (entry: Entry | undefined, at: number) => {
    if (entry) entry.retiredAt = at
  }

  return {
    renew({ appid }) {
      retire(latest.get(`token ${appid}`), now() + GRACE_MS)
      return issue(`token ${appid}`, appid)
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
      } else if (present && isLasting(present)) {
        return rest(present)
      }
      return issue(name, appid)
    },
    find(token) {
      const entry = all.get(token)
      if (!entry) return null
      if (entry.retiredAt !== null && now() >= entry.retiredAt) return { appid: entry.appid, state: 'retired' }
      return { appid: entry.appid, state: now() >= entry.expiresAt ? 'expired' : 'good' }
    },
    ticket({ appid }, type) {
      const name = `${type === '2' ? 'sdk' : 'jsapi'} ${appid}`
      const living = livingTickets(name)
      const present = living.find(isLasting)
      if (present) return rest(present)
      const made = { token: newServerToken(random).slice(0, 86), expiresAt: now() + LIFE_MS }
      tickets.set(name, [...living, made])
      return { token: made.token, expiresIn: LIFE_MS / 1000 }
    },
    sdkTickets: ({ appid }) => livingTickets(`sdk ${appid}`).map(({ token }) => token),
  }
}
