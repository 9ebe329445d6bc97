import { describe, expect, test } from 'vitest'
import { createLocalBus } from '#server/push/local-bus.js'
import { busContract } from './bus.contract.js'
import { SILENT } from './world.js'

describe('the bus of one process', () => {
  busContract(async () => {
    const errors: string[] = []
    return { bus: createLocalBus({ ...SILENT, error: (event) => errors.push(event) }), errors: () => errors }
  })

  test('never loses a hint, and so never says that it has', () => {
    const bus = createLocalBus(SILENT)
    let lost = 0
    bus.subscribe(
      () => {},
      () => {
        lost += 1
      },
    )
    bus.publish({ topic: 'ticket', id: 'tkt_1', version: 2 })
    expect(lost).toBe(0)
  })
})
