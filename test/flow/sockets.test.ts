// Sockets that are refused, and the harm that they do not do to others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LiveClient, openSocket, UpgradeRefused } from '../world/socket.js'
import { startWorld, type World } from '../world.js'

let world: World
let bystander: LiveClient
beforeAll(async () => {
  world = await startWorld()
  const pc = world.pc()
  const { ticket } = await pc.begin('website')
  bystander = await pc.watch(ticket.id)
  await bystander.until('pending')
})
afterAll(async () => {
  bystander.close()
  expect(await bystander.closed).toMatchObject({ code: 1005 })
  await world.close()
})

describe('a page of another site is not given a socket', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://evil.localhost',
    'http://localhost',
    'https://localhost',
    'http://127.0.0.1',
  ])('Origin %s → 403 before the upgrade, even with the visitor’s cookies', async (origin) => {
    const pc = world.pc()
    await pc.begin('relay')
    await expect(pc.socket({ origin })).rejects.toEqual(new UpgradeRefused(403))
  })

  test('our own Origin with something behind it → 403', async () => {
    for (const tail of ['.evil.example', '/', '@evil.example', '0']) {
      await expect(world.pc().socket({ origin: world.publicUrl + tail })).rejects.toEqual(new UpgradeRefused(403))
    }
  })

  test('no Origin → 403', async () => {
    await expect(world.pc().socket({ origin: '' })).rejects.toEqual(new UpgradeRefused(403))
  })
})

test('a socket without the cookie is told no more than one that watches what nobody made: 4401', async () => {
  const { id } = await world.confirmed('relay', await world.wechat.newPerson())
  for (const ticket of [id, `tkt_${'x'.repeat(60)}`]) {
    const live = await openSocket(world, '')
    live.send({ type: 'watch', ticket })
    expect(await live.closed).toEqual({ code: 4401, reason: 'not yours' })
    expect(live.received).toEqual([])
  }
})

describe('what is no message of the protocol ends the socket', () => {
  test.each([
    ['no JSON', '{"type":'],
    ['no object', '[]'],
    ['no type', '{}'],
    ['another type', '{"type":"redeem","ticket":"tkt_x"}'],
    ['a further field', '{"type":"session","admin":true}'],
    ['a ticket that is no text', '{"type":"watch","ticket":{"$ne":null}}'],
    ['a ticket that is too long', `{"type":"watch","ticket":"${'t'.repeat(81)}"}`],
    ['a prototype', '{"type":"watch","ticket":"tkt_x","__proto__":{"type":"session"}}'],
    ['an empty text', ''],
  ])('%s → 4400', async (_, text) => {
    const live = await world.pc().socket()
    live.raw(text)
    expect(await live.closed).toEqual({ code: 4400, reason: 'bad message' })
  })

  test('bytes instead of text → 4400', async () => {
    const live = await world.pc().socket()
    live.raw(Buffer.from('{"type":"session"}'))
    expect(await live.closed).toMatchObject({ code: 4400 })
  })

  test('more than 4 KiB → 1009', async () => {
    const live = await world.pc().socket()
    live.raw(JSON.stringify({ type: 'watch', ticket: 't'.repeat(4_096) }))
    expect(await live.closed).toMatchObject({ code: 1009 })
  })

  test('more than 20 messages a minute → 4429', async () => {
    const pc = world.pc()
    const { ticket } = await pc.begin('website')
    const live = await pc.socket()
    for (let count = 0; count < 21; count += 1) live.send({ type: 'watch', ticket: ticket.id })
    expect(await live.closed).toMatchObject({ code: 4429 })
  })
})
