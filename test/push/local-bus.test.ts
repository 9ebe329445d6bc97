import { expect, test } from 'vitest'
import type { Hint } from '#server/core/ports.js'
import { createLocalBus } from '#server/push/local-bus.js'
import { SILENT } from './world.js'

const HINT: Hint = { topic: 'ticket', id: 'tkt_1', version: 2 }

test('every subscriber hears every hint until it leaves, each subscription by itself', () => {
  const bus = createLocalBus(SILENT)
  const heard: string[] = []
  const listener = (hint: Hint) => heard.push(hint.id)
  const leaves = [bus.subscribe(listener), bus.subscribe(listener)]
  bus.publish(HINT)
  leaves[0]?.()
  leaves[0]?.()
  bus.publish({ topic: 'session', id: 'ses_1' })
  leaves[1]?.()
  bus.publish(HINT)
  expect(heard).toEqual(['tkt_1', 'tkt_1', 'ses_1'])
})

test('a listener that throws harms neither the publisher nor the next listener', () => {
  const errors: string[] = []
  const bus = createLocalBus({ ...SILENT, error: (event) => errors.push(event) })
  const heard: Hint[] = []
  bus.subscribe(() => {
    throw new Error('no')
  })
  bus.subscribe((hint) => heard.push(hint))
  bus.publish(HINT)
  expect(heard).toEqual([HINT])
  expect(errors).toEqual(['bus.listener_failed'])
})
