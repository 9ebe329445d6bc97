// What is forgotten when, on whatever database: everything that ends by time goes in its time, and nothing sooner.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WECHAT } from '#server/core/audit.js'
import { KEPT } from '#server/db/purge.js'
import type { DatabaseStore } from '#server/db/store.js'
import { account, callback, session, ticket } from '../contract/records.js'

const DAY = 24 * 3_600_000
const NOW = 1_900_000_000_000
const NOTHING = { tickets: 0, callbacks: 0, sessions: 0, pushes: 0, vault: 0, audit: 0 }

/** Registers the stories. `open` gives a migrated, empty store. */
export function purgeOn(open: () => Promise<{ readonly store: DatabaseStore; close(): Promise<unknown> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  test('a day after their end tickets, callbacks and pushes go; sessions thirty days after theirs', async () => {
    const { store } = opened
    const owner = account()
    const tickets = {
      gone: ticket({ expiresAt: NOW - DAY - 1 }),
      redeemedLong: ticket({ expiresAt: NOW - 2 * DAY, redeemedAt: NOW - 2 * DAY, status: 'redeemed' }),
      redeemedLately: ticket({ expiresAt: NOW - 2 * DAY, redeemedAt: NOW - DAY, status: 'redeemed' }),
      stays: ticket({ expiresAt: NOW - DAY }),
    }
    const callbacks = { gone: callback({ startedAt: NOW - DAY - 1 }), stays: callback({ startedAt: NOW - DAY }) }
    const living = { createdAt: NOW - DAY, lastSeenAt: NOW - DAY, expiresAt: NOW + DAY }
    const sessions = {
      expired: session(owner.id, { expiresAt: NOW - 30 * DAY - 1 }),
      ended: session(owner.id, living),
      endedLately: session(owner.id, living),
      living: session(owner.id, living),
    }
    await store.write(async (tx) => {
      await tx.accounts.insert(owner)
      for (const record of Object.values(tickets)) await tx.tickets.insert(record)
      for (const record of Object.values(callbacks)) await tx.callbacks.claim(record)
      for (const record of Object.values(sessions)) await tx.sessions.insert(record)
      await tx.sessions.end(sessions.ended.id, NOW - 30 * DAY - 1)
      await tx.sessions.end(sessions.endedLately.id, NOW - 30 * DAY)
      await tx.pushes.claim('push-gone', NOW - DAY - 1)
      await tx.pushes.claim('push-stays', NOW - DAY)
    })

    expect(await store.purge(NOW)).toEqual({ ...NOTHING, tickets: 2, callbacks: 1, sessions: 2, pushes: 1 })

    const left = await store.read.tickets.findMany(Object.values(tickets).map(({ id }) => id))
    expect(left.map(({ id }) => id).toSorted()).toEqual([tickets.redeemedLately.id, tickets.stays.id].toSorted())
    expect(await store.read.callbacks.find(callbacks.gone.stateHash)).toBeNull()
    expect(await store.read.callbacks.find(callbacks.stays.stateHash)).toEqual(callbacks.stays)
    expect(await store.read.sessions.ofAccount(owner.id, NOW)).toEqual([sessions.living])
    // The row of a session that ended lately is still there: its hash cannot be used again.
    expect(await store.write((tx) => tx.sessions.insert(sessions.endedLately))).toBe(false)
    // A push that is still remembered is not worked on again.
    expect(await store.write((tx) => tx.pushes.claim('push-stays', NOW))).toBe(false)
    expect(await store.purge(NOW)).toEqual(NOTHING)
  })

  test('a sealed secret goes with its end', async () => {
    const { store } = opened
    const secret = (name: string, expiresAt: number) => ({ name, sealed: 'x', expiresAt })
    await store.write(async (tx) => {
      await tx.vault.put(secret('gone', NOW - 1))
      await tx.vault.put(secret('stays', NOW))
    })
    expect(await store.purge(NOW)).toEqual({ ...NOTHING, vault: 1 })
    expect([await store.read.vault.find('gone'), await store.read.vault.find('stays')]).toEqual([
      null,
      secret('stays', NOW),
    ])
  })

  test('the audit trail stays for as long as the operator has decided: 180 days unless they say otherwise', async () => {
    const { store } = opened
    const ages = [KEPT.auditMs + 1, KEPT.auditMs, 8 * DAY, 7 * DAY]
    await store.write(async (tx) => {
      for (const age of ages) await tx.audit.append({ act: 'enabled', at: NOW - age, who: WECHAT, accountId: 'acc_a' })
    })
    const left = async () => (await store.read.audit.ofAccounts(['acc_a'], 9)).map(({ at }) => NOW - at)
    expect(KEPT.auditMs).toBe(180 * DAY)
    expect(await store.purge(NOW)).toEqual({ ...NOTHING, audit: 1 })
    expect(await left()).toEqual([7 * DAY, 8 * DAY, 180 * DAY])
    expect(await store.purge(NOW, { auditMs: 7 * DAY })).toEqual({ ...NOTHING, audit: 2 })
    expect(await left()).toEqual([7 * DAY])
  })

  test('a large purge holds nobody up: logins are committed between its batches', async () => {
    const { store } = opened
    const old = 2_600
    await store.write(async (tx) => {
      for (let index = 0; index < old; index++) {
        await tx.audit.append({ act: 'enabled', at: NOW - KEPT.auditMs - 1, who: WECHAT })
      }
    })
    let purged = false
    const purging = store.purge(NOW).then((counts) => {
      purged = true
      return counts
    })
    let passed = 0
    while (passed < 3) {
      await store.write((tx) => tx.tickets.insert(ticket({ expiresAt: NOW })))
      if (purged) break
      passed += 1
    }
    expect(passed).toBe(3)
    expect(await purging).toEqual({ ...NOTHING, audit: old })
  })
}
