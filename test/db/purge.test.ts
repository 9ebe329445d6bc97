import { join } from 'node:path'
import { expect, test } from 'vitest'
import { account, callback, session, ticket } from '../contract/records.js'
import { temporaryDirectory, testStore } from './temp.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = 1_900_000_000_000

async function migrated() {
  const store = await testStore(join(temporaryDirectory(), 'store.sqlite'))
  await store.migrate()
  return store
}

test('tickets and callbacks go a day after their end, sessions thirty days after theirs', async () => {
  const store = await migrated()
  const owner = account()
  const tickets = {
    gone: ticket({ expiresAt: NOW - DAY - 1 }),
    redeemedLong: ticket({ expiresAt: NOW - 2 * DAY, redeemedAt: NOW - 2 * DAY, status: 'redeemed' }),
    redeemedLately: ticket({ expiresAt: NOW - 2 * DAY, redeemedAt: NOW - DAY, status: 'redeemed' }),
    stays: ticket({ expiresAt: NOW - DAY }),
  }
  const callbacks = { gone: callback({ startedAt: NOW - DAY - 1 }), stays: callback({ startedAt: NOW - DAY }) }
  const sessions = {
    expired: session(owner.id, { expiresAt: NOW - 30 * DAY - 1 }),
    ended: session(owner.id, { expiresAt: NOW + DAY }),
    endedLately: session(owner.id, { expiresAt: NOW + DAY }),
    living: session(owner.id, { createdAt: NOW - DAY, lastSeenAt: NOW - DAY, expiresAt: NOW + DAY }),
  }
  await store.write(async (tx) => {
    await tx.accounts.insert(owner)
    for (const record of Object.values(tickets)) await tx.tickets.insert(record)
    for (const record of Object.values(callbacks)) await tx.callbacks.claim(record)
    for (const record of Object.values(sessions)) await tx.sessions.insert(record)
    await tx.sessions.end(sessions.ended.id, NOW - 30 * DAY - 1)
    await tx.sessions.end(sessions.endedLately.id, NOW - 30 * DAY)
  })

  expect(await store.purge(NOW)).toEqual({ tickets: 2, callbacks: 1, sessions: 2, pushes: 0, vault: 0 })

  const left = await store.read.tickets.findMany(Object.values(tickets).map(({ id }) => id))
  expect(left.map(({ id }) => id).toSorted()).toEqual([tickets.redeemedLately.id, tickets.stays.id].toSorted())
  expect(await store.read.callbacks.find(callbacks.gone.stateHash)).toBeNull()
  expect(await store.read.callbacks.find(callbacks.stays.stateHash)).toEqual(callbacks.stays)
  expect(await store.read.sessions.ofAccount(owner.id, NOW)).toEqual([sessions.living])
  // The row of a session that ended lately is still there: its hash cannot be used again.
  expect(await store.write((tx) => tx.sessions.insert(sessions.endedLately))).toBe(false)
  expect(await store.purge(NOW)).toEqual({ tickets: 0, callbacks: 0, sessions: 0, pushes: 0, vault: 0 })
})

test('logins pass between the batches of a large purge', async () => {
  const store = await migrated()
  await store.write(async (tx) => {
    for (let index = 0; index < 1600; index++) await tx.callbacks.claim(callback({ startedAt: NOW - 2 * DAY }))
  })
  let purged = false
  const purging = store.purge(NOW).then((counts) => {
    purged = true
    return counts
  })
  await store.write((tx) => tx.tickets.insert(ticket({ expiresAt: NOW })))
  expect(purged).toBe(false)
  expect(await purging).toEqual({ tickets: 0, callbacks: 1600, sessions: 0, pushes: 0, vault: 0 })
})
