// Whatever is worked out in memory is what the statements would have done: the same random transactions, at once and in
// groups, against a store that remembers and one that does not, with the same answers and the same rows at the end.
import { copyFileSync, mkdtempSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Store, Tx } from '#server/core/ports.js'
import { openHandle, READER_PRAGMAS } from '#server/db/sqlite.js'
import { type DatabaseStore, openStore } from '#server/db/store.js'
import { account, callback, identity, MINUTE, NOW, openid, session, ticket, unionid } from '../../contract/records.js'
import { eventLog, temporaryDirectory } from '../temp.js'

const few = fc.integer({ min: 0, max: 2 })
const APPID = 'wx0000000000000001'
const TABLES = {
  tickets: 'id',
  callbacks: 'state_hash',
  accounts: 'id',
  identities: 'openid',
  unionids: 'unionid',
  sessions: 'hash',
  audit: 'id',
}

type Step = (tx: Tx) => Promise<unknown>
const who = { actor: 'person', name: null, device: null } as const

/** One call of a port. Names are few, so that calls meet. */
const step: fc.Arbitrary<readonly [string, Step]> = fc
  .record({ kind: fc.integer({ min: 0, max: 26 }), one: few, two: few, three: few })
  .map(({ kind, one, two, three }) => {
    const [id, state, person, hash] = [`tkt_${one}`, `state_${one}`, `acc_${one}`, `hash_${one}`]
    const other = `acc_${two}`
    const open = openid(`openid_${one}`)
    const union = unionid(`unionid_${two}`)
    const learnt = three === 0 ? null : { platform: 'main', unionid: union }
    const steps: readonly (readonly [string, Step])[] = [
      ['insert a ticket', (tx) => tx.tickets.insert(ticket({ id }))],
      ['find a ticket', (tx) => tx.tickets.find(id)],
      ['move a ticket', (tx) => tx.tickets.move(id, { status: ['pending'], version: two + 1 }, { matchTries: three })],
      ['scan a ticket', (tx) => tx.tickets.move(id, { status: ['pending'], phoneHash: null }, { phoneHash: 'phone' })],
      ['end a ticket', (tx) => tx.tickets.move(id, { status: ['pending'], aliveAt: NOW }, { status: 'failed' })],
      ['lease a ticket', (tx) => tx.tickets.lease(id, 'node', NOW, NOW + MINUTE)],
      [
        'claim a callback',
        (tx) =>
          tx.callbacks.claim(
            callback({ stateHash: state, codeHash: `code_${two}`, phoneHash: null, ticketId: `tkt_${three}` }),
          ),
      ],
      ['finish a callback', (tx) => tx.callbacks.finish(state, { status: 'confirmed', reason: null })],
      ['find a callback', (tx) => tx.callbacks.find(state)],
      ['count callbacks', (tx) => tx.callbacks.count(id)],
      ['beat', (tx) => tx.callbacks.beat([state, `state_${two}`])],
      ['insert an account', (tx) => tx.accounts.insert(account({ id: person }))],
      ['find an account', (tx) => tx.accounts.find(person)],
      ['name an account', (tx) => tx.accounts.setProfile(person, { ...account(), nickname: `n\0${two}\ud800` })],
      ['disable an account', (tx) => tx.accounts.setStatus(person, 'disabled')],
      ['bury an account', (tx) => tx.accounts.bury(person, other)],
      ['insert an identity', (tx) => tx.identities.insert(identity(other, { openid: open }))],
      ['find an identity', (tx) => tx.identities.find(APPID, open)],
      ['touch an identity', (tx) => tx.identities.touch(APPID, open, NOW + two, learnt)],
      ['tie a unionid', (tx) => tx.identities.claimUnionid('main', union, person)],
      [
        'whose unionid',
        async (tx) => [
          await tx.identities.accountOfUnionid('main', union),
          await tx.identities.unionidOfAccount('main', person),
        ],
      ],
      ['move everything', (tx) => tx.identities.moveAll(person, other)],
      ['free unionids', (tx) => tx.identities.releaseUnproven(person)],
      ['insert a session', (tx) => tx.sessions.insert(session(other, { hash, id: `ses_${one}` }))],
      ['find a session', (tx) => tx.sessions.find(hash, NOW + three)],
      ['end a session', (tx) => tx.sessions.end(`ses_${one}`, NOW + two)],
      ['record', (tx) => tx.audit.append({ at: NOW + one, act: 'login', who, accountId: person })],
    ]
    return steps[kind] as readonly [string, Step]
  })

const transaction = fc.record({ steps: fc.array(step, { maxLength: 6 }), fails: fc.integer({ min: 0, max: 5 }) })
type Transaction = { readonly steps: readonly (readonly [string, Step])[]; readonly fails: number }

/** What the steps gave, or that it was taken back. */
async function run(store: Store, { steps, fails }: Transaction): Promise<unknown> {
  try {
    return await store.write(async (tx) => {
      const given: unknown[] = []
      for (const [, work] of steps) given.push((await work(tx)) ?? null)
      if (fails === 0) throw new Error('taken back')
      return given
    })
  } catch {
    return 'taken back'
  }
}

interface Stores {
  readonly remembers: DatabaseStore
  readonly plain: DatabaseStore
  /** What each of them has written. */
  rows(): Promise<unknown[]>
  close(): Promise<void>
}

const options = { clock: () => NOW, log: eventLog(), synchronous: 'NORMAL' } as const

/** A file with all tables and three accounts, to be copied. */
async function emptyFile(): Promise<string> {
  const path = join(temporaryDirectory(), 'empty.sqlite')
  const store = await openStore({ ...options, url: `sqlite:${path}` })
  await store.migrate()
  // Whom a foreign key names is there: in memory a group is only as strict as its end.
  for (const id of ['acc_0', 'acc_1', 'acc_2']) await store.write((tx) => tx.accounts.insert(account({ id })))
  await store.close()
  return path
}

async function stores(empty: string): Promise<Stores> {
  const directory = mkdtempSync(join(dirname(empty), 'run-'))
  const [one, other] = [join(directory, 'one.sqlite'), join(directory, 'other.sqlite')]
  for (const path of [one, other]) copyFileSync(empty, path)
  const remembers = await openStore({ ...options, url: `sqlite:${one}` })
  const plain = await openStore({ ...options, url: `sqlite:${other}`, guest: true })
  const handles = await Promise.all([one, other].map((path) => openHandle(path, READER_PRAGMAS)))
  return {
    remembers,
    plain,
    rows: () =>
      Promise.all(
        handles.map(async ({ sql }) =>
          Promise.all(Object.entries(TABLES).map(([table, key]) => sql.rows(`SELECT * FROM ${table} ORDER BY ${key}`))),
        ),
      ),
    async close() {
      for (const { close } of handles) await close()
      await plain.close()
      await remembers.close()
    },
  }
}

test('random transactions, alone and in groups, end as the same statements would', { timeout: 120_000 }, async () => {
  const empty = await emptyFile()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(transaction, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      async (groups) => {
        const { remembers, plain, rows, close } = await stores(empty)
        try {
          for (const group of groups) {
            const both = [remembers, plain].map((store) => Promise.all(group.map((one) => run(store, one))))
            const [found, expected] = await Promise.all(both)
            const names = group.map(
              ({ steps, fails }) => `${steps.map(([name]) => name).join(', ')}${fails === 0 ? ', fail' : ''}`,
            )
            expect(found, names.join(' | ')).toEqual(expected)
            const ids = ['tkt_0', 'tkt_1', 'tkt_2']
            const read = ({ read }: Store) =>
              Promise.all([
                ...ids.map((id) => read.tickets.find(id)),
                ...[0, 1, 2].flatMap((one) => [
                  read.callbacks.find(`state_${one}`),
                  read.accounts.find(`acc_${one}`),
                  read.sessions.find(`hash_${one}`, NOW),
                ]),
              ])
            expect(await read(remembers), names.join(' | ')).toEqual(await read(plain))
          }
          const [remembered, written] = await rows()
          expect(remembered).toEqual(written)
        } finally {
          await close()
        }
      },
    ),
    { numRuns: 60 },
  )
})
