// Codes: what a browser or an app carries back to the site. Each is bound to one app and exchanged successfully once.
import { type App, CODE_LIFE_S } from './apps.js'
import { createExpiringMap } from './expiring-map.js'
import { newCode, type Random } from './ids.js'
import type { Person } from './people.js'

/** What a person agreed to. */
export interface Consent {
  readonly person: Person
  /** Comma-separated; empty for a mini program's code. */
  readonly scope: string
  /** Given on a snapshot page: a virtual person stands in for this one. */
  readonly snapshot: boolean
}

/** Why a code is not taken: `used` only for a short while, then it is as unknown as any other. */
export type CodeVerdict =
  | { readonly ok: true; readonly consent: Consent }
  | { readonly ok: false; readonly used: boolean }

export interface Codes {
  issue(app: App, consent: Consent): string
  /** Whether `app` could exchange the code now. Changes nothing. */
  check(app: App, code: string): CodeVerdict
  /** Marks the code as used. */
  consume(code: string): void
}

interface CodeRecord {
  readonly appid: string
  readonly consent: Consent
  readonly expiresAt: number
  usedAt: number | null
}

/** For how long after its use a code is answered with "been used". */
const REMEMBER_USE_MS = 600_000
const KEEP_MS = 3_600_000

/** No codes yet. */
export function createCodes(deps: { now: () => number; random: Random }): Codes {
  const codes = createExpiringMap<CodeRecord>(deps.now, KEEP_MS)
  return {
    issue(app, consent) {
      const code = newCode(deps.random)
      const expiresAt = deps.now() + CODE_LIFE_S[app.kind] * 1000
      codes.set(code, { appid: app.appid, consent, expiresAt, usedAt: null })
      return code
    },
    check(app, code) {
      const record = codes.get(code)
      if (!record || record.appid !== app.appid) return { ok: false, used: false }
      if (record.usedAt !== null) return { ok: false, used: deps.now() < record.usedAt + REMEMBER_USE_MS }
      if (deps.now() >= record.expiresAt) return { ok: false, used: false }
      return { ok: true, consent: record.consent }
    },
    consume(code) {
      const record = codes.get(code)
      if (record) record.usedAt = deps.now()
    },
  }
}
