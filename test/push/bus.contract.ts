// What every bus promises, whatever carries it.
import { expect, test } from 'vitest'
import type { Bus, Hint } from '#server/core/ports.js'

const TICKET: Hint = { topic: 'ticket', id: `tkt_${'a'.repeat(60)}`, version: 2 }
const SESSION: Hint = { topic: 'session', id: 'ses_3q2-7wAAAAAAAAAAAAAAAA' }

/** @param open a new bus, and what its log was told as errors */
export function busContract(open: () => Promise<{ bus: Bus; errors: () => readonly string[] }>): void {
  test('every subscriber hears every hint once, before `publish` returns, until it leaves; each subscription by itself', async () => {
    const { bus } = await open()
    const heard: string[] = []
    const listener = (hint: Hint) => heard.push(hint.id)
    const leaves = [bus.subscribe(listener), bus.subscribe(listener)]
    bus.publish(TICKET)
    expect(heard).toEqual([TICKET.id, TICKET.id])
    leaves[0]?.()
    leaves[0]?.()
    bus.publish(SESSION)
    leaves[1]?.()
    bus.publish(TICKET)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard).toEqual([TICKET.id, TICKET.id, SESSION.id])
  })

  test('a listener that throws harms neither the publisher nor the next listener', async () => {
    const { bus, errors } = await open()
    const heard: Hint[] = []
    bus.subscribe(() => {
      throw new Error('no')
    })
    bus.subscribe((hint) => heard.push(hint))
    bus.publish(TICKET)
    expect(heard).toEqual([TICKET])
    expect(errors()).toEqual(['bus.listener_failed'])
  })
}
