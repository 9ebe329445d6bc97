// A notice has its effect once: what a person does afterwards is not undone by its second delivery.
import { expect, test } from 'vitest'
import { takeNotice } from '#server/core/notice/notice.js'
import type { Hint, Openid, ReadPush } from '#server/core/ports.js'
import { session, ticket } from '../../contract/records.js'
import { createDesk } from '../identity/people.js'
import { APPS } from '../login/world.js'
import { movableClock, openScratchStore, SILENT } from '../scratch-store.js'
import { seededRandom } from '../seeded-random.js'

test('replayed notice: the same push again, after the person came back, erases and ends nothing', async () => {
  const time = movableClock()
  const { store } = await openScratchStore(time.clock)
  const desk = createDesk({ store }, time, seededRandom('notice'))
  const id = await desk.enter('pc', 'alice-pc', 'alice', { nickname: 'Alice', avatarUrl: '' })
  const hints: Hint[] = []
  const bus = { publish: (hint: Hint) => void hints.push(hint), subscribe: () => () => {} }
  const app = { ...APPS.pc, appid: 'wx-pc' }
  const notice = (delivery: string): ReadPush => ({
    id: delivery,
    push: { kind: 'revoked', subject: { openid: 'alice-pc' as Openid, unionid: null }, what: ['301'] },
    reply: () => ({ body: '', type: '' }),
  })
  const take = (delivery: string) => takeNotice({ store, bus, clock: time.clock, log: SILENT }, app, notice(delivery))
  const nickname = async () => (await store.read.accounts.find(id))?.nickname

  await take('first')
  expect(await nickname()).toBe('')
  await desk.enter('pc', 'alice-pc', 'alice', { nickname: 'Alice', avatarUrl: '' })
  await take('first')
  expect(await nickname()).toBe('Alice')
  await take('second')
  expect(await nickname()).toBe('')
})

test('a person who is gone: pages that wait for their login, and open ones, are told once it is committed', async () => {
  const time = movableClock()
  const { store } = await openScratchStore(time.clock)
  const desk = createDesk({ store }, time, seededRandom('notice'))
  const id = await desk.enter('pc', 'bob-pc', 'bob')
  const later = time.clock() + 3_600_000
  await store.write(async (tx) => {
    await tx.tickets.insert(ticket({ id: 'tkt_bob', status: 'confirmed', accountId: id, expiresAt: later }))
    await tx.sessions.insert(session(id, { id: 'ses_bob', createdAt: time.clock(), expiresAt: later }))
  })
  const seen: unknown[] = []
  const bus = {
    publish: (hint: Hint) => void seen.push(store.read.tickets.find('tkt_bob').then((now) => [hint, now?.reason])),
    subscribe: () => () => {},
  }
  await takeNotice(
    { store, bus, clock: time.clock, log: SILENT },
    { ...APPS.pc, appid: 'wx-pc' },
    {
      id: 'gone',
      push: { kind: 'cancelled', subject: { openid: 'bob-pc' as Openid, unionid: null } },
      reply: () => ({ body: '', type: '' }),
    },
  )
  expect(await Promise.all(seen)).toEqual([
    [{ topic: 'session', id: 'ses_bob' }, 'account_changed'],
    [{ topic: 'ticket', id: 'tkt_bob', version: 2 }, 'account_changed'],
  ])
})
