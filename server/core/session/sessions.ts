// Sessions, as the edges call them once a login has made them.
import type { Device, SessionRecord } from '../ports.js'
import type { SessionContext } from './context.js'
import { deleteOwnAccount, endOtherSessions, endOwnSession, logOut, noteExport, ownerOf, ownSessions } from './own.js'
import { type ClaimedSession, findClaimed, useSession } from './use.js'

export type Sessions = ReturnType<typeof createSessions>

/** Wires them to the world. Every function is documented where it is written. */
export function createSessions(context: SessionContext) {
  return {
    limits: context.limits,
    find: (claimed: ClaimedSession) => findClaimed(context, claimed),
    use: (claimed: ClaimedSession) => useSession(context, claimed),
    ownerOf: (session: SessionRecord) => ownerOf(context, session),
    own: (current: SessionRecord) => ownSessions(context, current),
    logOut: (current: SessionRecord, from: Device) => logOut(context, current, from),
    endOne: (current: SessionRecord, id: string, from: Device) => endOwnSession(context, current, id, from),
    endOthers: (current: SessionRecord, from: Device) => endOtherSessions(context, current, from),
    noteExport: (current: SessionRecord, from: Device) => noteExport(context, current, from),
    deleteAccount: (current: SessionRecord, from: Device) => deleteOwnAccount(context, current, from),
  }
}
