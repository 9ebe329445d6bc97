// Reading everything that is watched, when it is much.
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemSchedule } from '#server/push/schedule.js'
import { createTicketWatches } from '#server/push/ticket-watches.js'
import { createTruth, SILENT, ticketOf } from './world.js'

test('two thousand tickets are looked at a portion at a time, so that nobody is held up for as long as all of them take', async () => {
  const { truth, backend } = createTruth()
  let looked = 0
  const lookedBefore: number[] = []
  const watches = createTicketWatches<string>({
    backend: {
      ...backend,
      views(ids) {
        lookedBefore.push(looked)
        return backend.views(ids)
      },
    },
    schedule: systemSchedule,
    // Each ticket's end is held against the clock once a reading.
    clock() {
      looked += 1
      return Date.now()
    },
    log: SILENT,
    horizonMs: 0,
  })
  const told: string[] = []
  for (let n = 0; n < 2_000; n += 1) {
    const { id } = truth.put('ann', ticketOf(`tkt_${n}`))
    watches.watch(id, 'ann', { tell: (ticket) => void told.push(`${ticket.id} ${ticket.version}`), refuse: () => {} })
  }
  await turn()
  expect(told).toHaveLength(2_000)
  truth.move('tkt_0', {})
  truth.move('tkt_1999', {})
  looked = 0
  await watches.readAll()
  expect(told.slice(2_000)).toEqual(['tkt_0 2', 'tkt_1999 2'])
  expect(truth.asked.views.map(({ length }) => length)).toEqual([500, 500, 500, 500])
  // News reckons with the clock, too.
  expect(lookedBefore.map((count) => Math.floor(count / 500))).toEqual([1, 2, 3, 4])
})
