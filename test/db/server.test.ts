// What a server can do to a store that a file cannot: cut connections, hold locks for others, refuse to answer.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeDatabase, serverAddress } from '#server/db/address.js'
import type { Migration } from '#server/db/migrate.js'
import { MIGRATIONS } from '#server/db/migrations/index.js'
import { openPool, REQUEST_LIMITS } from '#server/db/server-pool.js'
import { type DatabaseStore, openStore } from '#server/db/store.js'
import { account, callback, identity, openid, session, ticket } from '../contract/records.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from './servers.js'
import { eventLog } from './temp.js'

test.each(['pg', 'mariadb'])('without the package %s the message says how to install it', async (name) => {
  const url = name === 'pg' ? 'postgres://me:secret@127.0.0.1/x' : 'mysql://me:secret@127.0.0.1/x'
  const missing = () =>
    Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }))
  const opening = openPool(serverAddress(url), REQUEST_LIMITS, missing)
  await expect(opening).rejects.toThrow(`the driver is not installed: npm install ${name}`)
})

test.each(['postgres', 'mariadb'])('%s that does not answer is named without its password', async (scheme) => {
  const url = `${scheme}://me:c4n4ry@127.0.0.1:1/saoma`
  const error: unknown = await openStore({ url, clock: Date.now, log: eventLog() }).catch((thrown: unknown) => thrown)
  expect(String(error)).toMatch(`Cannot open ${scheme}://127.0.0.1:1/saoma: `)
  expect(error instanceof Error && `${error.message}${error.stack}${error.cause}`).not.toContain('c4n4ry')
})

test('an address is taken apart once, and shown without its secrets', () => {
  expect(serverAddress('mysql://a%40b:p%2Fw@[::1]:3307/my%20db?ssl=true')).toEqual({
    ...{ kind: 'mariadb', host: '::1', port: 3307, database: 'my db', user: 'a@b', password: 'p/w', tls: true },
  })
  expect(describeDatabase('mysql://a%40b:p%2Fw@[::1]:3307/my%20db?ssl=true')).toBe('mariadb://[::1]:3307/my%20db')
  expect(describeDatabase('sqlite:./x.sqlite')).toBe('sqlite:./x.sqlite')
})

for (const server of SERVERS) {
  describeOn(server, 'the store', () => {
    let database: ScratchDatabase
    let store: DatabaseStore
    beforeAll(async () => {
      database = await scratchDatabase(server)
      store = await database.open()
      await store.migrate()
    })
    afterAll(() => database.drop())

    const stored = async () => {
      const record = ticket()
      await store.write((tx) => tx.tickets.insert(record))
      return record
    }
    const details = (why: string) => ({ code: 'busy', details: { why } })

    test('connections that are cut while nobody uses them are noticed by nobody', async () => {
      const record = await stored()
      for (let round = 0; round < 3; round++) {
        await Promise.all(Array.from({ length: 10 }, () => store.read.tickets.find(record.id)))
        await database.cut()
        const reads = Array.from({ length: 20 }, () => store.read.tickets.find(record.id))
        const writes = Array.from({ length: 20 }, stored)
        expect((await Promise.all(reads)).every((read) => read?.id === record.id)).toBe(true)
        await Promise.all(writes)
        expect(await store.troubles()).toEqual([])
      }
    })

    test('a transaction whose connection is cut is done again as a whole', async () => {
      const [first, second] = [ticket(), ticket()]
      let rounds = 0
      await store.write(async (tx) => {
        rounds += 1
        await tx.tickets.insert(first)
        if (rounds === 1) await database.cut()
        await tx.tickets.insert(second)
      })
      expect(rounds).toBe(2)
      expect(await store.read.tickets.findMany([first.id, second.id])).toHaveLength(2)
    })

    test('a COMMIT without an answer is busy, not a success, and not tried again', async () => {
      const record = ticket()
      let rounds = 0
      const write = store.write(async (tx) => {
        rounds += 1
        await tx.tickets.insert(record)
        await database.cut()
      })
      await expect(write).rejects.toMatchObject(details('not_committed'))
      expect(rounds).toBe(1)
      expect(await store.read.tickets.find(record.id)).toBeNull()
      expect(await store.troubles()).toEqual([])
    })

    test('two that need each other’s rows both succeed: the one that was given up starts again', async () => {
      const [one, two] = [await stored(), await stored()]
      const meeting = rendezvous(2)
      let rounds = 0
      const both = (first: string, second: string) => {
        let met = false
        return store.write(async (tx) => {
          rounds += 1
          await tx.tickets.move(first, { status: ['pending'] }, {})
          if (!met) await meeting()
          met = true
          await tx.tickets.move(second, { status: ['pending'] }, {})
        })
      }
      await Promise.all([both(one.id, two.id), both(two.id, one.id)])
      expect(rounds).toBeGreaterThan(2)
      for (const { id } of [one, two]) expect((await store.read.tickets.find(id))?.version).toBe(3)
    })

    test('a row that somebody holds for long makes a write busy, within its time, and no read wait', async () => {
      const record = await stored()
      const impatient = await database.open({ deadlineMs: 1000 })
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      const holder = store.write(async (tx) => {
        await tx.tickets.move(record.id, { status: ['pending'] }, {})
        await released
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
      const startedAt = performance.now()
      const writes = Array.from({ length: 12 }, () =>
        impatient.write((tx) => tx.tickets.move(record.id, { status: ['pending'] }, {})),
      )
      expect(await impatient.read.tickets.find(record.id)).toEqual(record)
      expect(performance.now() - startedAt).toBeLessThan(1000)
      const results = await Promise.allSettled(writes)
      release()
      await holder
      for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy' } })
      expect(performance.now() - startedAt).toBeLessThan(6000)
      expect(await impatient.write((tx) => tx.tickets.move(record.id, { status: ['pending'] }, {}))).not.toBeNull()
    })

    test('what waits is bounded, and what was accepted is finished before the end', async () => {
      const small = await database.open({ queueLimit: 3 })
      const record = await stored()
      const slow = () =>
        small.write(async (tx) => {
          await tx.tickets.find(record.id)
          await new Promise((resolve) => setTimeout(resolve, 100))
          return 'done'
        })
      const results = Promise.allSettled(Array.from({ length: 14 }, slow))
      const closed = small.close()
      await expect(small.write(async () => undefined)).rejects.toMatchObject(details('closed'))
      await closed
      const settled = await results
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(11)
      for (const result of settled.slice(11)) expect(result).toMatchObject({ reason: details('queue_full') })
      expect(await small.troubles()).not.toEqual([])
    })

    test('values that do not fit are refused, and so are numbers that no double holds', async () => {
      const tooLong = ticket({ id: 'x'.repeat(129) })
      await expect(store.write((tx) => tx.tickets.insert(tooLong))).rejects.toThrow()
      const record = await stored()
      await database.query(`UPDATE tickets SET created_at = 9007199254740993 WHERE id = '${record.id}'`)
      await expect(store.read.tickets.find(record.id)).rejects.toThrow('tickets.created_at holds a value')
    })

    test('a merge misses no identity and no session that somebody adds to the loser meanwhile', async () => {
      const [loser, survivor] = [account(), account()]
      await store.write(async (tx) => {
        await tx.accounts.insert(loser)
        await tx.accounts.insert(survivor)
      })
      const late = identity(loser.id, { openid: openid() })
      const newcomer = session(loser.id)
      const meeting = rendezvous(2)
      const add = store.write(async (tx) => {
        await tx.accounts.lock([loser.id])
        await meeting()
        await new Promise((resolve) => setTimeout(resolve, 50))
        await tx.identities.insert(late)
        await tx.sessions.insert(newcomer)
      })
      const merge = store.write(async (tx) => {
        await meeting()
        await tx.accounts.lock([survivor.id, loser.id])
        await tx.identities.moveAll(loser.id, survivor.id)
        await tx.accounts.bury(loser.id, survivor.id)
      })
      await Promise.all([add, merge])
      expect((await store.read.identities.find(late.appid, late.openid))?.accountId).toBe(survivor.id)
      const sessions = await store.read.sessions.ofAccount(survivor.id, newcomer.createdAt)
      expect(sessions.map(({ id }) => id)).toEqual([newcomer.id])
    })

    test('purge deletes what is old in batches, on two nodes at once', async () => {
      const day = 24 * 3_600_000
      const now = 2_000_000_000_000
      const other = await database.open()
      await store.write(async (tx) => {
        for (let index = 0; index < 1200; index++) await tx.callbacks.claim(callback({ startedAt: now - 2 * day }))
      })
      const [one, two] = await Promise.all([store.purge(now), other.purge(now)])
      const rest = await store.purge(now)
      expect(one.callbacks + two.callbacks + rest.callbacks).toBeGreaterThanOrEqual(1200)
      expect(await database.query('SELECT state_hash FROM callbacks')).toEqual([])
    })

    test('several nodes share it, and none owns it', async () => {
      const other = await database.open()
      expect([store.exclusive, other.exclusive]).toEqual([false, false])
      const record = await stored()
      expect(await other.read.tickets.find(record.id)).toEqual(record)
    })
  })

  describeOn(server, 'migrations', () => {
    let database: ScratchDatabase
    beforeAll(async () => {
      database = await scratchDatabase(server)
    })
    afterAll(() => database.drop())

    test('of four nodes that start at once one runs each migration, and all find them done', async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => database.open()))
      expect(await stores[0]?.troubles()).not.toEqual([])
      const ran = await Promise.all(stores.map((store) => store.migrate()))
      expect(ran.flat().toSorted()).toEqual(MIGRATIONS.map(({ name }) => name))
      for (const store of stores) {
        expect(await store.pending()).toEqual([])
        expect(await store.troubles()).toEqual([])
      }
    })

    const two = (second: Migration['up']): Migration[] => [
      ...MIGRATIONS.map(({ name }) => ({ name, up: async () => undefined })),
      { name: '0098-more', up: second },
    ]

    test('a migration that broke off half done is finished by the next start', async () => {
      const whole: Migration['up'] = async (sql) => {
        await sql.run('CREATE TABLE half (id INTEGER)')
        await sql.run('CREATE INDEX half_id ON half (id)')
        await sql.run('CREATE TABLE whole (id INTEGER)')
      }
      const broken = await database.open({
        migrations: two(async (sql) => {
          await sql.run('CREATE TABLE half (id INTEGER)')
          await sql.run('CREATE INDEX half_id ON half (id)')
          throw new Error('power cut')
        }),
      })
      await expect(broken.migrate()).rejects.toThrow('power cut')
      expect(await broken.pending()).toEqual(['0098-more'])
      const healed = await database.open({ migrations: two(whole) })
      expect(await healed.migrate()).toEqual(['0098-more'])
      expect(await database.query('SELECT id FROM whole')).toEqual([])
    })

    test('a table of somebody else’s in the same database is not taken for ours', async () => {
      await database.query('CREATE TABLE theirs (id INTEGER)')
      const migrations = [
        ...two(async () => undefined),
        { name: '0099-theirs', up: async (sql) => void (await sql.run('CREATE TABLE theirs (id INTEGER)')) },
      ] satisfies Migration[]
      const store = await database.open({ migrations })
      await expect(store.migrate()).rejects.toThrow('theirs')
    })
  })
}

/** A function that resolves once `size` callers have called it. */
function rendezvous(size: number): () => Promise<void> {
  const resolvers: (() => void)[] = []
  return () =>
    new Promise((resolve) => {
      resolvers.push(resolve)
      if (resolvers.length === size) for (const each of resolvers) each()
    })
}
