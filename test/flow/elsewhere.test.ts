// A computer in another part of the world: the phone says so before anything is confirmed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Confirmation } from '#shared/api.js'
import type { TicketBegun } from '#shared/ticket.js'
import { writeMmdb } from '../world/mmdb.js'
import { startWorld, type World } from '../world.js'

const FAR = { 'x-forwarded-for': '192.0.2.1' }
const folder = mkdtempSync(join(tmpdir(), 'saoma-geo-'))
const geoipFile = join(folder, 'places.mmdb')
let world: World

beforeAll(async () => {
  const named = (name: string) => ({ names: { 'zh-CN': name } })
  writeFileSync(
    geoipFile,
    writeMmdb({
      '127.0.0.0/8': { country: named('中国'), subdivisions: [named('浙江')], city: named('杭州') },
      '192.0.2.0/24': { country: named('法国'), city: named('巴黎') },
    }),
  )
  world = await startWorld({ config: (config) => ({ ...config, geoipFile, trustedProxies: 1 }) })
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

/** What the phone of `person` is asked about a computer that is where these headers say. */
async function asked(person: string, headers: Record<string, string>): Promise<Confirmation> {
  const pc = world.pc()
  const begun = await pc.browser.post('/api/tickets', { method: 'relay' }, { headers })
  const { id } = begun.json<TicketBegun>().ticket
  await pc.browser.get(`/api/tickets/${id}`, { headers })
  return world.phone(person).scan(id)
}

test('a place stands beside the address, and a computer elsewhere than three logins before is warned of', async () => {
  expect(await asked('alice', FAR)).toMatchObject({ elsewhere: false, device: { place: '法国 · 巴黎' } })
  for (const _ of ['one', 'two', 'three']) await world.signedIn('relay', 'alice')
  expect(await asked('alice', FAR)).toMatchObject({ elsewhere: true, device: { address: '192.0.2.1' } })
  expect(await asked('alice', {})).toMatchObject({ elsewhere: false, device: { place: '中国 · 浙江 · 杭州' } })
})

test('nothing is known of others: a stranger and a newcomer are not warned', async () => {
  expect(await asked('bob', FAR)).toMatchObject({ elsewhere: false })
  await world.signedIn('relay', 'bob')
  expect(await asked('bob', FAR)).toMatchObject({ elsewhere: false })
})
