// On PostgreSQL what makes one account of two is one statement: how often a login then waits, and that it does what the steps do.
import { expect, onTestFinished, test } from 'vitest'
import type { Store, Tx } from '#server/core/ports.js'
import { session } from '../contract/records.js'
import { createDesk } from '../core/identity/people.js'
import { movableClock, openServerScratch, TABLES } from '../core/scratch-store.js'
import { seededRandom } from '../core/seeded-random.js'
import { startPostgresWire } from '../world/postgres-wire.js'
import { describeOn, POSTGRES, scratchDatabase } from './servers.js'

/** The same store, whose transactions merge in steps. */
function inSteps(store: Store): Store {
  const stepwise = (tx: Tx): Tx => ({ ...tx, identities: { ...tx.identities, mergeAtOnce: null } })
  return { ...store, write: (work, foreseen) => store.write((tx) => work(stepwise(tx)), foreseen) }
}

describeOn(POSTGRES, 'a merge', () => {
  async function start(as: (store: Store) => Store = (store) => store) {
    const database = await scratchDatabase(POSTGRES)
    const wire = await startPostgresWire(database.url)
    onTestFinished(async () => {
      await database.drop()
      await wire.close()
    })
    const time = movableClock()
    const open: typeof database.open = (options) => database.open({ ...options, url: wire.url })
    const scratch = await openServerScratch({ ...database, open }, time.clock)
    const store = as(scratch.store)
    return { ...scratch, ...createDesk({ store }, time, seededRandom('merge')), store, time, wire }
  }

  /** Two accounts of one person, the younger with a tombstone, a name and sessions; then the visit that shows it. */
  async function joined(desk: Awaited<ReturnType<typeof start>>) {
    const { enter, put, tie, store, time, wire } = desk
    const older = await enter('mp', 'alice-mp')
    await enter('far', 'alice-far', 'alice-elsewhere')
    await tie(older, 'solo', 'alice-solo')
    const younger = await enter('pc', 'alice-pc', 'alice', {
      nickname: 'Alice\u0000 "爱丽丝"',
      avatarUrl: 'https://a/1',
    })
    await tie(younger, 'far', 'alice-far-too', 'alice-far')
    await put('acc_before', { status: 'merged', mergedInto: younger })
    const now = time.clock()
    const times = { createdAt: now, lastSeenAt: now, expiresAt: now + 60_000 }
    for (const [id, accountId, more] of [
      ['ses_kept', older, {}],
      ['ses_moved', younger, {}],
      ['ses_over', younger, { expiresAt: now + 500 }],
    ] as const) {
      const record = session(accountId, { hash: `hash ${id}`, id, ...times, ...more })
      await store.write((tx) => tx.sessions.insert(record))
    }
    wire.taken()
    expect(await enter('mp', 'alice-mp', 'alice')).toBe(older)
    return { older, younger, trips: wire.taken() }
  }

  test('is one trip, of the 29 of a login with two namespaces, and not 17 of 45', async () => {
    const { trips } = await joined(await start())
    const held = trips.findLastIndex((text) => text.includes('FOR UPDATE'))
    const writes = trips
      .slice(held)
      .filter((text) => /\b(UPDATE|INSERT|DELETE)\b/.test(text) && !text.includes('FOR UPDATE'))
    expect(writes.map((text) => text.trim().split(/\s+/).slice(0, 3).join(' '))).toEqual([
      'WITH buried AS',
      'INSERT INTO audit',
      'INSERT INTO audit',
    ])
    expect(trips).toHaveLength(29)
    expect((await joined(await start(inSteps))).trips).toHaveLength(45)
  })

  test('leaves the same rows as it does in steps', async () => {
    const desks = [await start(), await start(inSteps)]
    const left = await Promise.all(
      desks.map(async (desk) => {
        await joined(desk)
        const tables = await desk.dump()
        const [merge] = await desk.store.read.identities.merges()
        const identities = merge?.identities.toSorted((a, b) => a.appid.localeCompare(b.appid))
        return { ...tables, merges: { ...merge, identities } }
      }),
    )
    expect(left[0]).toEqual(left[1])
    expect(left[0]?.merges).toMatchObject({ sessions: ['ses_moved'], kept: { sessions: ['ses_kept'] } })
    expect(left[0]?.merges.kept?.identities).toHaveLength(2)
    expect(left[0]?.merges.unionids).toHaveLength(2)
    expect(Object.keys(left[0] ?? {}).toSorted()).toEqual(TABLES.toSorted())
  })

  test('into an account that is gone, or of one that is, leaves everything as it was', async () => {
    const desk = await start()
    const { older, younger } = await joined(desk)
    const before = await desk.dump()
    const cause = (await desk.store.read.identities.merges())[0]?.cause ?? expect.fail('no merge')
    const order = { id: 'mrg_2', at: desk.time.clock(), platform: 'main', profile: null, cause }
    for (const [survivorId, loserId] of [
      [younger, older],
      [older, younger],
      [older, older],
    ] as const) {
      const merging = desk.store.write(async (tx) => tx.identities.mergeAtOnce?.({ ...order, survivorId, loserId }))
      await expect(merging).rejects.toThrow('Only a living account')
    }
    expect(await desk.dump()).toEqual(before)
  })
})
