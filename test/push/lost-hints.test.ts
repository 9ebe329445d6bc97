// A bus that says that hints may have been missed: what is watched is read again at once, and once.
import { expect, test } from 'vitest'
import type { Bus } from '#server/core/ports.js'
import { createLive } from '#server/push/live.js'
import { createLocalBus } from '#server/push/local-bus.js'
import { systemSchedule } from '#server/push/schedule.js'
import { createTruth, pause, SILENT, ticketOf, until } from './world.js'

function openLive() {
  const local = createLocalBus(SILENT)
  const losses: (() => void)[] = []
  const bus: Bus = {
    publish: local.publish,
    subscribe(listener, lost) {
      if (lost) losses.push(lost)
      return local.subscribe(listener)
    },
  }
  const { truth, backend } = createTruth()
  const live = createLive({
    ...{ backend, bus, clock: Date.now, schedule: systemSchedule, random: () => 0.5, log: SILENT },
    // The net itself would not find anything in the time of a test.
    timing: { safetyNet: 60_000, watchWithin: 60_000 },
  })
  const heard: string[] = []
  const socket = { send: (text: string) => heard.push(text), close() {}, terminate() {}, bufferedAmount: 0 }
  const page = live.opened(socket, 'ann')
  const lose = () => {
    for (const lost of losses) lost()
  }
  return { truth, live, page, heard, lose }
}

test('a ticket and a session that moved meanwhile are told without any hint, by one query each', async () => {
  const { truth, live, page, heard, lose } = openLive()
  truth.put('ann', ticketOf('tkt_1'))
  truth.sessions.set('ses_1', 'ann')
  page.message('{"type":"watch","ticket":"tkt_1"}')
  page.message('{"type":"session"}')
  await until(() => heard.length === 1)
  truth.move('tkt_1', { status: 'scanned' })
  truth.sessions.delete('ses_1')
  await pause(50)
  expect(heard).toHaveLength(1)
  lose()
  await until(() => heard.length === 3)
  expect([truth.asked.views, truth.asked.sessionsAlive]).toEqual([[['tkt_1']], [['ses_1']]])
  live.stop()
})

test('what is lost while it is being read is read once more, however often it is lost', async () => {
  const { truth, live, page, heard, lose } = openLive()
  truth.put('ann', ticketOf('tkt_1'))
  page.message('{"type":"watch","ticket":"tkt_1"}')
  await until(() => heard.length === 1)
  for (let n = 0; n < 100; n += 1) lose()
  await pause(50)
  expect(truth.asked.views).toHaveLength(2)
  live.stop()
})

test('nothing is read while nothing is watched', async () => {
  const { truth, live, lose } = openLive()
  lose()
  await pause(20)
  expect([truth.asked.views, truth.asked.sessionsAlive]).toEqual([[], []])
  live.stop()
})
