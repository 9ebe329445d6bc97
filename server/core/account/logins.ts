// A person's own logins, out of the audit trail: when, by which door, on which machine.
import type { LoginView } from '#shared/api.js'
import type { AccountRecord, AuditEntry, PlaceOf, Reads, SessionRecord } from '../ports.js'
import { familyOf } from './account.js'
import { mayBeAnothers } from './parted.js'

/** What somebody reads through who looks for a login that was not theirs. */
const MOST_SHOWN = 30

/** Those of the account and of what was merged into it, newest first, without any that may have been somebody else's. */
export async function ownLogins(
  read: Pick<Reads, 'accounts' | 'audit' | 'identities'>,
  accountId: string,
  limit: number,
): Promise<AuditEntry[]> {
  const family = await familyOf(read, accountId)
  const anothers = await mayBeAnothers(read, family)
  return (await read.audit.loginsOf(family, limit)).filter((entry) => !anothers(entry))
}

/** The same as their person sees them. @param current the session that asks */
export async function loginsOf(
  read: Pick<Reads, 'accounts' | 'audit' | 'identities' | 'sessions'>,
  { id }: AccountRecord,
  current: Pick<SessionRecord, 'id'>,
  now: number,
  placeOf: PlaceOf,
): Promise<LoginView[]> {
  const entries = await ownLogins(read, id, MOST_SHOWN)
  const begun = entries.flatMap(({ subject }) => subject ?? [])
  const alive = new Set(await read.sessions.aliveAmong(begun, now))
  return entries.map((entry) => presentLogin(entry, alive, current.id, placeOf))
}

function presentLogin(
  { at, method, appKey, subject, address, browser, os }: AuditEntry,
  alive: ReadonlySet<string>,
  current: string,
  placeOf: PlaceOf,
): LoginView {
  const device = { browser: browser ?? '', os: os ?? '', address: address ?? '', place: placeOf(address ?? '') }
  const open = subject !== null && alive.has(subject)
  return { at, method, app: appKey, device, session: subject, open, current: open && subject === current }
}
