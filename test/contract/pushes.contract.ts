import { expect, test } from 'vitest'
import type { Store } from '#server/core/ports.js'
import { NOW, unique } from './records.js'

export function pushContract(store: () => Store): void {
  const claim = (id: string, at = NOW) => store().write((tx) => tx.pushes.claim(id, at))

  test('the first delivery is worked on, later ones are not', async () => {
    const id = unique('push')
    expect(await claim(id)).toBe(true)
    expect(await claim(id)).toBe(false)
    expect(await claim(id, NOW + 5_000)).toBe(false)
    expect(await claim(unique('push'))).toBe(true)
  })

  test('of fifty deliveries at the same time exactly one is the first', async () => {
    const id = unique('push')
    const won = await Promise.all(Array.from({ length: 50 }, () => claim(id)))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('one whose work failed may be delivered again', async () => {
    const id = unique('push')
    const failing = store().write(async (tx) => {
      await tx.pushes.claim(id, NOW)
      throw new Error('not done')
    })
    await expect(failing).rejects.toThrow('not done')
    expect(await claim(id)).toBe(true)
  })

  test('ids that differ in case are different pushes', async () => {
    const id = unique('pushA')
    expect(await claim(id)).toBe(true)
    expect(await claim(id.toUpperCase())).toBe(true)
  })
}
