import { afterEach, describe, expect, test } from 'vitest'
import { createWorld, pause, ticketOf, until, type World } from './world.js'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

async function world(...options: Parameters<typeof createWorld>) {
  const made = await createWorld(...options)
  worlds.push(made)
  return made
}

describe('a socket is closed', () => {
  test('with 4408 when it watches nothing in time', async () => {
    const { client, live } = await world({ timing: { watchWithin: 80 } })
    const page = await client()
    expect(await page.closed).toEqual({ code: 4408, reason: 'nothing watched' })
    expect(live.size()).toBe(0)
  })

  test('with 1000 some time after a final status, unless it watches anew', async () => {
    const { truth, client, hint } = await world({ timing: { watchWithin: 60, lingerAfterEnd: 120 } })
    truth.put('ann', ticketOf('tkt_1'))
    truth.put('ann', ticketOf('tkt_2'))
    const [renews, leaves] = [await client('ann'), await client('ann')]
    for (const page of [renews, leaves]) {
      page.watch('tkt_1')
      await page.next()
    }
    hint(truth.move('tkt_1', { status: 'expired' }))
    await Promise.all([renews.next(), leaves.next()])
    renews.watch('tkt_2')
    expect((await leaves.closed).code).toBe(1000)
    await pause(50)
    expect(renews.ws.readyState).toBe(renews.ws.OPEN)
    expect((await renews.ticket()).id).toBe('tkt_2')
  })

  test('with 4429 at the twenty-first message of a minute', async () => {
    const { truth, client } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    for (let i = 0; i < 20; i += 1) page.watch('tkt_1')
    await until(() => truth.asked.attach.length === 20)
    expect(page.ws.readyState).toBe(page.ws.OPEN)
    page.watch('tkt_1')
    expect((await page.closed).code).toBe(4429)
    expect(truth.asked.attach).toHaveLength(20)
  })

  test.each([
    ['no JSON', '{"type":"watch"'],
    ['an empty text', ''],
    ['a list', '["watch","tkt_1"]'],
    ['a bare string', '"watch"'],
    ['null', 'null'],
    ['an unknown type', '{"type":"redeem","ticket":"tkt_1"}'],
    ['no type', '{"ticket":"tkt_1"}'],
    ['no ticket', '{"type":"watch"}'],
    ['an empty ticket', '{"type":"watch","ticket":""}'],
    ['an overlong ticket', `{"type":"watch","ticket":"${'t'.repeat(81)}"}`],
    ['a list of tickets', '{"type":"watch","ticket":["tkt_1"]}'],
    ['a key too many', '{"type":"watch","ticket":"tkt_1","admin":true}'],
    ['a prototype', '{"type":"watch","ticket":"tkt_1","__proto__":{"admin":true}}'],
    ['a constructor', '{"type":"session","constructor":{"prototype":{}}}'],
    ['deep nesting', `{"type":"watch","ticket":${'['.repeat(1_500)}${']'.repeat(1_500)}}`],
  ])('with 4400 after a message that is %s', async (_name, message) => {
    const { truth, client } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.send(message)
    page.watch('tkt_1')
    expect(await page.closed).toEqual({ code: 4400, reason: 'bad message' })
    expect(truth.asked.attach).toEqual([])
  })
})
