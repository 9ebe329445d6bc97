// An account that an operator disables signs in nowhere: not by any door, not by what was under way, not by what it has.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disableAccount, enableAccount } from '#server/core/account/operate.js'
import { rows } from '../world/database.js'
import { DOOR_NAMES, EVERY_DOOR } from '../world/doors.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** Somebody who has come by every door. */
async function everywhere() {
  const person = await world.wechat.newPerson()
  const id = (await world.signedIn('website', person)).redeemed.account.id
  for (const door of DOOR_NAMES)
    expect(await EVERY_DOOR[door](world, world.wechat, person)).toMatchObject({ account: id })
  return { person, id }
}
const disable = (id: string) => disableAccount(world.node().store, id, world.now())

test('every door is shut, and opens again', async () => {
  const { person, id } = await everywhere()
  const accounts = (await rows(world.file, 'SELECT id FROM accounts')).length
  await disable(id)
  for (const door of DOOR_NAMES) {
    expect([door, await EVERY_DOOR[door](world, world.wechat, person)]).toEqual([door, { refused: 'account_disabled' }])
  }
  expect(await rows(world.file, `SELECT id FROM sessions WHERE account_id = '${id}' AND ended_at IS NULL`)).toEqual([])
  expect(await rows(world.file, 'SELECT id FROM accounts')).toHaveLength(accounts)
  await enableAccount(world.node().store, id, world.now())
  for (const door of DOOR_NAMES)
    expect(await EVERY_DOOR[door](world, world.wechat, person)).toMatchObject({ account: id })
}, 30_000)

test('what was confirmed or scanned before is worth nothing after', async () => {
  const { person, id } = await everywhere()
  const confirmed = [await world.confirmed('website', person), await world.confirmed('relay', person)]
  const pc = world.pc()
  const begun = await pc.begin('relay')
  await pc.ticket(begun.ticket.id)
  const phone = world.phone(person)
  await phone.scan(begun.ticket.id)
  await disable(id)
  for (const ready of confirmed) {
    expect(await ready.pc.redeem(ready.id)).toMatchObject({ status: 409, code: 'ticket_over' })
  }
  expect(await phone.confirm(begun.ticket.id, begun.matchNumber)).toMatchObject({ code: 'login_failed' })
  expect((await pc.ticket(begun.ticket.id)).ticket).toMatchObject({ status: 'failed', reason: 'account_disabled' })
})

test('cookies, tokens and sockets end, and nothing of the account can be read or taken along by them', async () => {
  const { person, id } = await everywhere()
  const { pc } = await world.signedIn('website', person)
  const app = await logInByApp(world, person)
  const live = await app.socket()
  live.send({ type: 'session' })
  // The socket knows its session once this has been answered.
  expect((await app.get('/api/session')).status).toBe(200)
  await disable(id)
  for (const path of ['/api/session', '/api/account', '/api/account/export']) {
    expect(await app.get(path)).toMatchObject({ status: 401, code: 'signed_out' })
    expect(await pc.browser.get(path)).toMatchObject({ status: 401, code: 'signed_out' })
  }
  expect(await app.delete('/api/account')).toMatchObject({ status: 401, code: 'signed_out' })
  expect(await live.next(5_000)).toMatchObject({ type: 'session.ended' })
})
