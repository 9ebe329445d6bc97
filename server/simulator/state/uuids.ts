// Login codes on WeChat's own page: a uuid that a phone scans, and its way from waiting to confirmed.
import { createExpiringMap } from './expiring-map.js'
import { newUuid, type Random } from './ids.js'

/** What the page that shows the code asked for. */
export interface LoginRequest {
  readonly appid: string
  readonly scope: string
}

/** The long poll's numbers, beware: 404 is "scanned", 405 is "confirmed". */
export const POLL = { waiting: 408, scanned: 404, confirmed: 405, cancelled: 403, expired: 402, fault: 500 } as const
export type PollStatus = (typeof POLL)[keyof typeof POLL]

/** How a phone's visit ended. `taken`: somebody else's, or answered already. */
export type ScanResult = 'scanned' | 'expired' | 'taken'
export type AnswerResult = 'allowed' | 'denied' | 'expired' | 'taken'

export interface Uuids {
  create(request: LoginRequest): string
  find(uuid: string): LoginRequest | null
  /** `person` (a name) opens the code on the phone. From then on it is theirs, until they refuse. */
  scan(uuid: string, person: string): ScanResult
  /** Their answer. A refused code may be scanned again, by anyone. `issueCode` runs only when it is allowed. */
  answer(uuid: string, person: string, allow: boolean, issueCode: () => string): AnswerResult
  /** What a poll would be told now, and in how many ms that changes by itself (null: never). */
  status(uuid: string): { readonly errcode: PollStatus; readonly code: string; readonly expiresInMs: number | null }
  /** Calls back after each change of this uuid. Returns the function that unsubscribes. */
  onChange(uuid: string, listener: () => void): () => void
}

interface LoginUuid extends LoginRequest {
  readonly expiresAt: number
  phase: 'waiting' | 'scanned' | 'confirmed' | 'cancelled'
  scanner: string | null
  code: string
  readonly listeners: Set<() => void>
}

const LIFE_MS = 300_000
const KEEP_MS = 3_600_000

/** No uuids yet. */
export function createUuids(deps: { now: () => number; random: Random }): Uuids {
  const uuids = createExpiringMap<LoginUuid>(deps.now, KEEP_MS)
  const isExpired = (login: LoginUuid) => login.phase !== 'confirmed' && deps.now() >= login.expiresAt

  function change(login: LoginUuid, next: Pick<LoginUuid, 'phase' | 'scanner' | 'code'>): void {
    Object.assign(login, next)
    for (const listener of [...login.listeners]) listener()
  }

  function scan(uuid: string, person: string): ScanResult {
    const login = uuids.get(uuid)
    if (!login || isExpired(login)) return 'expired'
    if (login.phase === 'confirmed') return 'taken'
    if (login.phase === 'scanned') return login.scanner === person ? 'scanned' : 'taken'
    change(login, { phase: 'scanned', scanner: person, code: '' })
    return 'scanned'
  }

  return {
    create(request) {
      const uuid = newUuid(deps.random)
      const expiresAt = deps.now() + LIFE_MS
      uuids.set(uuid, { ...request, expiresAt, phase: 'waiting', scanner: null, code: '', listeners: new Set() })
      return uuid
    },
    find: (uuid) => uuids.get(uuid) ?? null,
    scan,
    answer(uuid, person, allow, issueCode) {
      const scanned = scan(uuid, person)
      const login = uuids.get(uuid)
      if (scanned !== 'scanned' || !login) return scanned === 'taken' ? 'taken' : 'expired'
      if (allow) change(login, { phase: 'confirmed', scanner: person, code: issueCode() })
      else change(login, { phase: 'cancelled', scanner: null, code: '' })
      return allow ? 'allowed' : 'denied'
    },
    status(uuid) {
      const login = uuids.get(uuid)
      if (!login) return { errcode: POLL.fault, code: '', expiresInMs: null }
      if (isExpired(login)) return { errcode: POLL.expired, code: '', expiresInMs: null }
      return { errcode: POLL[login.phase], code: login.code, expiresInMs: login.expiresAt - deps.now() }
    },
    onChange(uuid, listener) {
      const login = uuids.get(uuid)
      login?.listeners.add(listener)
      return () => login?.listeners.delete(listener)
    },
  }
}
