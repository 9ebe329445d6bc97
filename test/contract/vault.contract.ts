import { expect, test } from 'vitest'
import type { Store, VaultRecord } from '#server/core/ports.js'
import { MINUTE, NOW, unique } from './records.js'

export function vaultContract(store: () => Store): void {
  const secret = (overrides: Partial<VaultRecord> = {}): VaultRecord => ({
    name: unique('token:wx'),
    sealed: unique('sealed'),
    expiresAt: NOW + MINUTE,
    ...overrides,
  })
  const put = (record: VaultRecord) => store().write((tx) => tx.vault.put(record))
  const find = (name: string) => store().read.vault.find(name)

  test('a secret is found by its name, in and after its transaction', async () => {
    const record = secret()
    const within = await store().write(async (tx) => {
      await tx.vault.put(record)
      return tx.vault.find(record.name)
    })
    expect(within).toEqual(record)
    expect(await find(record.name)).toEqual(record)
    expect(await find('unknown')).toBeNull()
  })

  test('a newer one takes its place, the same one again too', async () => {
    const old = secret()
    const newer = secret({ name: old.name, expiresAt: NOW + 2 * MINUTE })
    for (const record of [old, newer, newer]) await put(record)
    expect(await find(old.name)).toEqual(newer)
  })

  test('names that differ in case or in a trailing space are different secrets', async () => {
    const name = unique('sdk-ticket:wxAb')
    const records = [name, name.toLowerCase(), `${name} `].map((variant) => secret({ name: variant }))
    for (const record of records) await put(record)
    for (const record of records) expect(await find(record.name)).toEqual(record)
  })

  test('a sealed token of the longest kind comes back whole', async () => {
    const record = secret({ sealed: 'Az-_09'.repeat(1_000) })
    await put(record)
    expect(await find(record.name)).toEqual(record)
  })

  test('of fifty nodes that put one at the same time one stays, whole', async () => {
    const name = unique('token:wx')
    const records = Array.from({ length: 50 }, (_, index) => secret({ name, expiresAt: NOW + index }))
    await Promise.all(records.map(put))
    expect(records).toContainEqual(await find(name))
  })

  test('of fifty who take a free name one has it, and only who knows what is there takes its place', async () => {
    const name = unique('lease:token:wx')
    const swap = (sealed: string, from: string | null) =>
      store().write((tx) => tx.vault.swap(secret({ name, sealed }), from))
    const racers = Array.from({ length: 50 }, (_, racer) => `racer-${racer}`)
    const won = await Promise.all(racers.map((racer) => swap(racer, null)))
    expect(won.filter(Boolean)).toHaveLength(1)
    const first = racers[won.indexOf(true)] ?? ''
    expect(await find(name)).toMatchObject({ sealed: first })
    expect(await swap('next', 'somebody-else')).toBe(false)
    const successors = await Promise.all(racers.map((racer) => swap(`${racer}-again`, first)))
    expect(successors.filter(Boolean)).toHaveLength(1)
    const second = `${racers[successors.indexOf(true)]}-again`
    expect(await find(name)).toMatchObject({ sealed: second })
    await store().write((tx) => tx.vault.drop(name, first))
    expect(await find(name)).toMatchObject({ sealed: second })
    await store().write((tx) => tx.vault.drop(name, second))
    expect(await find(name)).toBeNull()
    expect(await swap('late', second)).toBe(false)
  })

  test('what is rolled back was never put', async () => {
    const record = secret()
    const failing = store().write(async (tx) => {
      await tx.vault.put(record)
      throw new Error('on second thoughts')
    })
    await expect(failing).rejects.toThrow('on second thoughts')
    expect(await find(record.name)).toBeNull()
  })
}
