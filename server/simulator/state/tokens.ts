// Access and refresh tokens of /sns: what a code is exchanged for, and what a profile is read with.
import { createExpiringMap } from './expiring-map.js'
import { newToken, type Random } from './ids.js'
import type { Person } from './people.js'

/** Who a token speaks of, as the code exchange told the site. */
export interface Grant {
  readonly appid: string
  readonly person: Person['name']
  readonly openid: string
  readonly unionid: string | null
  readonly scope: string
  readonly snapshot: boolean
}

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly grant: Grant
}

export interface Tokens {
  issue(grant: Grant): TokenPair
  /** The grant behind an access token, whether it still lives, or null when there never was one. */
  find(accessToken: string): { readonly grant: Grant; readonly expired: boolean } | null
  /** The same pair living on, a new access token when the old one has expired, or why not. */
  refresh(appid: string, refreshToken: string): TokenPair | 'unknown' | 'expired'
}

export const ACCESS_TOKEN_LIFE_S = 7200
const REFRESH_TOKEN_LIFE_MS = 30 * 24 * 3_600_000
/** Expired ones are told apart from unknown ones for a while. */
const KEEP_MS = 2 * REFRESH_TOKEN_LIFE_MS

/** No tokens yet. */
export function createTokens(deps: { now: () => number; random: Random }): Tokens {
  const access = createExpiringMap<{ grant: Grant; expiresAt: number }>(deps.now, KEEP_MS)
  const refresh = createExpiringMap<{ pair: TokenPair; expiresAt: number }>(deps.now, KEEP_MS)

  const prolong = (pair: TokenPair) =>
    access.set(pair.accessToken, { grant: pair.grant, expiresAt: deps.now() + ACCESS_TOKEN_LIFE_S * 1000 })
  const isExpired = (entry: { expiresAt: number } | undefined) => !entry || deps.now() >= entry.expiresAt

  return {
    issue(grant) {
      const pair = { accessToken: newToken(deps.random), refreshToken: newToken(deps.random), grant }
      prolong(pair)
      refresh.set(pair.refreshToken, { pair, expiresAt: deps.now() + REFRESH_TOKEN_LIFE_MS })
      return pair
    },
    find(accessToken) {
      const entry = access.get(accessToken)
      return entry ? { grant: entry.grant, expired: isExpired(entry) } : null
    },
    refresh(appid, refreshToken) {
      const entry = refresh.get(refreshToken)
      if (!entry || entry.pair.grant.appid !== appid) return 'unknown'
      if (isExpired(entry)) return 'expired'
      if (isExpired(access.get(entry.pair.accessToken))) {
        entry.pair = { ...entry.pair, accessToken: newToken(deps.random) }
      }
      prolong(entry.pair)
      return entry.pair
    },
  }
}
