import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RowError } from '#server/db/rows.js'
import { account, ticket } from '../contract/records.js'
import { stranger, temporaryDirectory, testStore } from './temp.js'

/** What the store remembers of its file it holds against it four times a second. */
const NOTICED_MS = 300

test.each([
  ["status = 'dreaming'", 'tickets.status'],
  ["method = 'sms'", 'tickets.method'],
  ["reason = 'because'", 'tickets.reason'],
  ["device = '{'", 'tickets.device'],
  [`device = '{"browser":1}'`, 'tickets.device'],
  [`proof = '{"openid":"o"}'`, 'tickets.proof'],
  ['expires_at = 9007199254740993', 'tickets.expires_at'],
])('a ticket row with %s throws an error that names the column and not the value', async (change, column) => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path)
  await store.migrate()
  const record = ticket()
  await store.write((tx) => tx.tickets.insert(record))
  await stranger(path).exec(`UPDATE tickets SET ${change}`)
  await sleep(NOTICED_MS)
  const error: unknown = await store.read.tickets.find(record.id).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RowError)
  expect(error).toMatchObject({ message: `${column} holds a value that does not fit` })
})

test('an account row of an unknown status throws instead of passing as active', async () => {
  const path = join(temporaryDirectory(), 'store.sqlite')
  const store = await testStore(path)
  await store.migrate()
  const record = account()
  await store.write((tx) => tx.accounts.insert(record))
  await stranger(path).exec("UPDATE accounts SET status = 'ACTIVE'")
  await sleep(NOTICED_MS)
  await expect(store.read.accounts.find(record.id)).rejects.toThrow(RowError)
})
