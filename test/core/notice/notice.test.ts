// A notice has its effect once: what a person does afterwards is not undone by its second delivery.
import { expect, test } from 'vitest'
import { takeNotice } from '#server/core/notice/notice.js'
import type { Hint, Openid, ReadPush } from '#server/core/ports.js'
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
