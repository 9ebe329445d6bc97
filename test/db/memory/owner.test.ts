// A store that remembers is not alone with its file, and its groups do not always fit: what it then does.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseError } from '#server/db/sql.js'
import { openStore } from '#server/db/store.js'
import { account, callback, identity, NOW, session, ticket } from '../../contract/records.js'
import { eventLog, temporaryDirectory } from '../temp.js'

async function owner() {
  const url = `sqlite:${join(temporaryDirectory(), 'owned.sqlite')}`
  const options = { url, clock: () => NOW, log: eventLog(), synchronous: 'NORMAL' } as const
  const store = await openStore(options)
  await store.migrate()
  onTestFinished(() => store.close())
  const guest = async () => {
    const visitor = await openStore({ ...options, guest: true })
    onTestFinished(() => visitor.close())
    return visitor
  }
  return { store, guest }
}

test('what another process writes is what the next transaction finds, and the next read within a moment', async () => {
  const { store, guest } = await owner()
  const person = account()
  await store.write((tx) => tx.accounts.insert(person))
  expect((await store.read.accounts.find(person.id))?.status).toBe('active')
  const operator = await guest()
  await operator.write((tx) => tx.accounts.setStatus(person.id, 'disabled'))
  expect(await store.write(async (tx) => (await tx.accounts.find(person.id))?.status)).toBe('disabled')
  await operator.write((tx) => tx.accounts.setStatus(person.id, 'active'))
  await sleep(300)
  expect((await store.read.accounts.find(person.id))?.status).toBe('active')
})

test('a transaction whose rows break a rule fails by itself, and its whole group is written all the same', async () => {
  const { store } = await owner()
  const nobody = identity('acc_nobody')
  const good = [ticket(), ticket(), ticket()]
  const [first, second, third] = good.map(
    (record) => (tx: Parameters<Parameters<typeof store.write>[0]>[0]) => tx.tickets.insert(record),
  )
  if (!first || !second || !third) throw new Error('three')
  const results = await Promise.allSettled([
    store.write(first),
    store.write((tx) => tx.identities.insert(nobody)),
    store.write(second),
    store.write(third),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(results[1]).toHaveProperty('reason', expect.any(DatabaseError))
  expect(await store.read.tickets.findMany(good.map(({ id }) => id))).toHaveLength(3)
  expect(await store.write((tx) => tx.identities.find(nobody.appid, nobody.openid))).toBeNull()
})

test('an account id that chance makes twice fails by itself, and the account that has it keeps everything', async () => {
  const { store, guest } = await owner()
  const person = account()
  // Written by somebody else: the store that makes it again has never seen it.
  await (await guest()).write((tx) => tx.accounts.insert({ ...person, nickname: 'first' }))
  const other = ticket()
  const results = await Promise.allSettled([
    store.write((tx) => tx.tickets.insert(other)),
    store.write((tx) => tx.accounts.insert({ ...person, nickname: 'second' })),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(results[1]).toHaveProperty('reason', expect.any(DatabaseError))
  const { read } = await guest()
  expect([await read.tickets.find(other.id), await read.accounts.find(person.id)]).toMatchObject([
    { id: other.id },
    { nickname: 'first' },
  ])
})

test('groups are written as before when the very first one was rolled back', async () => {
  const { store, guest } = await owner()
  const first = store.write((tx) => tx.identities.insert(identity('acc_nobody')))
  await expect(first).rejects.toBeInstanceOf(DatabaseError)
  const record = ticket()
  await store.write((tx) => tx.tickets.insert(record))
  expect(await (await guest()).read.tickets.find(record.id)).toMatchObject({ id: record.id })
})

test('a ticket that has just begun is known to have no row, until somebody gives it one', async () => {
  const { store, guest } = await owner()
  const [ours, theirs] = [ticket(), ticket()]
  for (const { id } of [ours, theirs]) store.begun(id)
  expect(await store.read.tickets.find(ours.id)).toBeNull()
  await store.write((tx) => tx.tickets.insert(ours))
  expect(await store.read.tickets.find(ours.id)).toMatchObject({ id: ours.id })
  await (await guest()).write((tx) => tx.tickets.insert(theirs))
  expect(await store.write((tx) => tx.tickets.find(theirs.id))).toMatchObject({ id: theirs.id })
})

test('a transaction that is taken back leaves nothing in memory, whatever it had written down by then', async () => {
  const { store, guest } = await owner()
  const [person, kept, lost] = [account(), ticket(), ticket()]
  await Promise.allSettled([
    store.write((tx) => tx.tickets.insert(kept)),
    store.write(async (tx) => {
      await tx.accounts.insert(person)
      await tx.tickets.insert(lost)
      await tx.tickets.move(kept.id, { status: ['pending'] }, { status: 'failed' })
      // A statement: what came before it is in the database now, behind a savepoint.
      await tx.vault.find('none')
      throw new Error('taken back')
    }),
  ])
  // Whoever remembers nothing sees what is in the file.
  for (const { read } of [store, await guest()]) {
    expect(await read.accounts.find(person.id)).toBeNull()
    expect(await read.tickets.find(lost.id)).toBeNull()
    expect(await read.tickets.find(kept.id)).toMatchObject({ status: 'pending', version: 1 })
  }
  expect(await store.write((tx) => tx.tickets.find(kept.id))).toMatchObject({ status: 'pending', version: 1 })
})

test('a read that was under way when its row changed does not bring the old row back', async () => {
  const { store } = await owner()
  const records = Array.from({ length: 40 }, () => ticket())
  await Promise.all(
    records.map(async (record) => {
      const reading = store.read.tickets.find(record.id)
      const writing = store.write((tx) => tx.tickets.insert(record))
      await Promise.all([reading, writing])
    }),
  )
  for (const record of records) expect(await store.read.tickets.find(record.id)).toMatchObject({ id: record.id })
})

test('what was not foreseen is found: a code that another state has used, the tenth callback of a ticket', async () => {
  const { store, guest } = await owner()
  const before = callback()
  await (await guest()).write((tx) => tx.callbacks.claim(before))
  const again = callback({ codeHash: before.codeHash, ticketId: before.ticketId })
  expect(await store.write((tx) => tx.callbacks.claim(again))).toBe(false)
  expect(await store.write((tx) => tx.callbacks.claim(again), { callback: again })).toBe(false)
  expect(await store.write((tx) => tx.callbacks.count(before.ticketId), { callback: again })).toBe(1)
})

test('an ended session is ended for whoever remembers it living', async () => {
  const { store } = await owner()
  const person = account()
  const record = session(person.id)
  await store.write(async (tx) => {
    await tx.accounts.insert(person)
    await tx.sessions.insert(record)
  })
  expect(await store.read.sessions.find(record.hash, NOW)).toMatchObject({ id: record.id })
  await store.write((tx) => tx.sessions.end(record.id, NOW))
  expect(await store.read.sessions.find(record.hash, NOW)).toBeNull()
  expect(await store.write((tx) => tx.sessions.insert(record))).toBe(false)
})

test('a call that was not awaited reaches nothing once its transaction is over', async () => {
  const { store } = await owner()
  const record = ticket()
  const late = await store.write(async (tx) => () => tx.tickets.insert(record))
  await expect(late()).rejects.toThrow('This transaction is over')
  expect(await store.read.tickets.find(record.id)).toBeNull()
})
