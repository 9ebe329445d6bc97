// An operator takes an app away while pages wait for it: whoever can no longer be answered is told so, and nobody else is.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TicketBegun } from '#shared/ticket.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
let configured = true
beforeAll(async () => {
  world = await startWorld({
    config: (config) => ({
      ...config,
      methods: ['website', 'relay', 'scene', 'sdk'],
      apps: configured ? config.apps : config.apps.filter(({ kind }) => kind === 'miniprogram'),
    }),
  })
})
afterAll(() => world.close())
beforeEach(() => restart(true))

async function restart(withApps: boolean): Promise<void> {
  configured = withApps
  await world.restart()
}
async function begin(pc: Pc, method: string): Promise<string> {
  return (await pc.browser.post('/api/tickets', { method })).json<TicketBegun>().ticket.id
}

describe.each(['website', 'relay', 'scene', 'sdk'])('%s', (method) => {
  test.each(['that has waited before', 'that had not come yet'])(
    'a page %s is told on its socket, at once',
    async (which) => {
      const pc = world.pc()
      const id = await begin(pc, method)
      if (which === 'that has waited before') await (await pc.watch(id)).next()
      await restart(false)
      const live = await pc.watch(id)
      expect(await Promise.race([live.closed, sleep(3_000)])).toEqual({ code: 4401, reason: 'not yours' })
      expect(live.received).toEqual([])
      expect(await pc.read(id)).toMatchObject({ status: 404, code: 'ticket_unknown' })
    },
  )
})

test('what was given up is told as that', async () => {
  const pc = world.pc()
  const id = await begin(pc, 'website')
  await pc.cancel(id)
  await restart(false)
  expect(await (await pc.watch(id)).next()).toMatchObject({ ticket: { status: 'expired', reason: 'cancelled' } })
})

test('a person who has scanned may still confirm', async () => {
  const pc = world.pc()
  const begun = await pc.begin('relay')
  await pc.ticket(begun.ticket.id)
  const phone = world.phone(await world.wechat.newPerson())
  await phone.scan(begun.ticket.id)
  await restart(false)
  const live = await pc.watch(begun.ticket.id)
  expect(await live.next()).toMatchObject({ ticket: { status: 'scanned' } })
  await phone.confirm(begun.ticket.id, begun.matchNumber)
  await live.until('confirmed')
  await pc.signIn(begun.ticket.id)
})

test.each(['website', 'relay'] as const)(
  'promise 2: a confirmed login is not lost with its app (%s)',
  async (method) => {
    const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
    await restart(false)
    expect(await (await pc.watch(id)).next()).toMatchObject({ ticket: { status: 'confirmed' } })
    await pc.signIn(id)
  },
)
