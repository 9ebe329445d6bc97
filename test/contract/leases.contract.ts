import { expect, test } from 'vitest'
import type { Store, TicketRecord } from '#server/core/ports.js'
import { MINUTE, NOW, ticket, unique } from './records.js'

/** Which node speaks with WeChat about a ticket, and which tickets wait for one. */
export function leaseContract(store: () => Store): void {
  const stored = async (overrides: Partial<TicketRecord> = {}) => {
    const record = ticket({ method: 'sdk', ...overrides })
    await store().write((tx) => tx.tickets.insert(record))
    return record
  }
  const lease = (id: string, holder: string, now: number, until: number) =>
    store().write((tx) => tx.tickets.lease(id, holder, now, until))
  const unattended = async (method: TicketRecord['method'], now: number, among: readonly TicketRecord[]) => {
    const found = (await store().read.tickets.unattended(method, now)).map(({ id }) => id)
    return among.map(({ id }) => id).filter((id) => found.includes(id))
  }
  const code = { content: 'https://open.weixin.qq.com/connect/confirm?uuid=x', ref: 'x' }

  test('a free ticket is leased, and to nobody else until the end', async () => {
    const { id } = await stored()
    const [here, there] = [unique('node'), unique('node')]
    expect(await lease(id, here, NOW, NOW + 1000)).toBe(true)
    expect(await lease(id, there, NOW + 999, NOW + 2000)).toBe(false)
    expect(await lease(id, there, NOW + 1000, NOW + 2000)).toBe(true)
    expect(await lease(id, here, NOW + 1000, NOW + 3000)).toBe(false)
  })

  test('its holder renews it at any time, to the same end too', async () => {
    const { id } = await stored()
    const here = unique('node')
    for (const until of [1000, 1000, 1000, 2000]) expect(await lease(id, here, NOW, NOW + until)).toBe(true)
    expect(await lease(id, unique('node'), NOW + 1999, NOW + 9000)).toBe(false)
  })

  test('holders that differ in case are different nodes', async () => {
    const { id } = await stored()
    const here = unique('nodeAbC')
    await lease(id, here, NOW, NOW + 1000)
    expect(await lease(id, here.toLowerCase(), NOW, NOW + 1000)).toBe(false)
  })

  test('of fifty nodes exactly one gets it', async () => {
    const { id } = await stored()
    const won = await Promise.all(Array.from({ length: 50 }, () => lease(id, unique('node'), NOW, NOW + 1000)))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('a lease is no change of the ticket, and there is none of a ticket that is not there', async () => {
    const record = await stored()
    await lease(record.id, unique('node'), NOW, NOW + 1000)
    expect(await store().read.tickets.find(record.id)).toEqual(record)
    expect(await lease('tkt_unknown', unique('node'), NOW, NOW + 1000)).toBe(false)
  })

  test('a holder that gives back gives back all of its own, and nothing of others', async () => {
    const [one, two, other] = [await stored(), await stored(), await stored()]
    const [here, there, next] = [unique('node'), unique('node'), unique('node')]
    for (const { id } of [one, two]) await lease(id, here, NOW, NOW + 1000)
    await lease(other.id, there, NOW, NOW + 1000)
    await store().write((tx) => tx.tickets.releaseLeases(here))
    for (const { id } of [one, two]) expect(await lease(id, next, NOW, NOW + 1000)).toBe(true)
    expect(await lease(other.id, next, NOW, NOW + 1000)).toBe(false)
    await store().write((tx) => tx.tickets.releaseLeases(null))
    for (const { id } of [one, two, other]) expect(await lease(id, here, NOW, NOW + 1000)).toBe(true)
  })

  test('unattended are those that live, are not decided, and have nobody', async () => {
    const wanted = [await stored(), await stored({ code }), await stored({ status: 'scanned', code })]
    const others = [
      await stored({ status: 'confirmed', code }),
      await stored({ status: 'failed' }),
      await stored({ expiresAt: NOW }),
      await stored({ method: 'relay' }),
    ]
    const ids = wanted.map(({ id }) => id)
    expect(await unattended('sdk', NOW, [...wanted, ...others])).toEqual(ids)
    for (const id of ids) await lease(id, unique('node'), NOW, NOW + 1000)
    expect(await unattended('sdk', NOW + 999, wanted)).toEqual([])
    expect(await unattended('sdk', NOW + 1000, wanted)).toEqual(ids)
  })

  test('in scene a code is all that a node is needed for', async () => {
    const [without, having] = [await stored({ method: 'scene' }), await stored({ method: 'scene', code })]
    expect(await unattended('scene', NOW, [without, having])).toEqual([without.id])
  })

  test('of too many the hundred that end first, so that none waits for ever', async () => {
    const method = 'sdk'
    const later = NOW + 60 * MINUTE
    const many = Array.from({ length: 130 }, (_, index) => ticket({ method, expiresAt: later + MINUTE - index }))
    await store().write(async (tx) => {
      for (const record of many) await tx.tickets.insert(record)
    })
    const found = await store().read.tickets.unattended(method, later - 130)
    expect(found.map(({ id }) => id)).toEqual(
      many
        .slice(30)
        .toReversed()
        .map(({ id }) => id),
    )
  })

  test('WeChat’s code comes back as it was given, and a move sets it', async () => {
    const record = await stored()
    expect((await store().read.tickets.find(record.id))?.code).toBeNull()
    for (const given of [code, { content: 'http://weixin.qq.com/q/02\u0020"\'', ref: null }]) {
      const moved = await store().write((tx) => tx.tickets.move(record.id, { status: ['pending'] }, { code: given }))
      expect(moved?.code).toEqual(given)
      expect((await store().read.tickets.find(record.id))?.code).toEqual(given)
    }
  })

  test('who scanned is forgotten with the account, on its tickets alone', async () => {
    const [mine, another] = [unique('acc'), unique('acc')]
    const scannedBy = { nickname: 'Alice', avatarUrl: '' }
    const [own, other] = [await stored({ accountId: mine, scannedBy }), await stored({ accountId: another, scannedBy })]
    await store().write((tx) => tx.tickets.forgetScanner([mine]))
    expect((await store().read.tickets.find(own.id))?.scannedBy).toBeNull()
    expect((await store().read.tickets.find(other.id))?.scannedBy).toEqual(scannedBy)
  })
}
