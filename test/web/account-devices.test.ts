// The devices on the account page: which are shown, and how they are ended.
import { describe, expect, test } from 'vitest'
import type { Ending } from '../../web/account/state.js'
import { type Answers, devices, page } from './account-world.js'
import { fails, says } from './login-world.js'

describe('ending other sessions', () => {
  const asking = async (which: Ending, answers: Answers = {}) => {
    const world = page(undefined, undefined, answers)
    await world.timers.advance(0)
    world.machine.send({ type: 'askEnd', which })
    return world
  }
  const shown = (machine: ReturnType<typeof page>['machine']) => {
    const state = machine.state()
    return state.name === 'here' ? state.devices?.sessions.map(({ id }) => id) : state.name
  }

  test('is never done without the question, and not after a change of mind', async () => {
    const { machine, timers, ended } = page()
    await timers.advance(0)
    machine.send({ type: 'end' })
    machine.send({ type: 'askEnd', which: { id: 'ses_2' } })
    machine.send({ type: 'keep' })
    machine.send({ type: 'end' })
    await timers.advance(1000)
    expect([ended, shown(machine)]).toEqual([[], ['ses_1', 'ses_2', 'ses_3']])
    machine.stop()
  })

  test('one goes from the list, the page watches on, and nothing else is ended', async () => {
    const { machine, timers, ended, sockets } = await asking({ id: 'ses_2' })
    machine.send({ type: 'end' })
    machine.send({ type: 'end' })
    await timers.advance(0)
    expect([ended, shown(machine)]).toEqual([[{ id: 'ses_2' }], ['ses_1', 'ses_3']])
    sockets.last().hears({ type: 'session.ended', reason: 'ended' })
    expect(machine.state().name).toBe('ended')
    machine.stop()
  })

  test('all others go, and this one stays', async () => {
    const { machine, timers, ended } = await asking('others')
    machine.send({ type: 'end' })
    await timers.advance(0)
    expect([ended, shown(machine)]).toEqual([['others'], ['ses_1']])
    machine.stop()
  })

  test('this one is not to be ended here: it logs out', async () => {
    const { machine } = await asking({ id: 'ses_1' })
    expect(machine.state()).toMatchObject({ ending: null })
    machine.stop()
  })

  test('one that is over already is as good as ended', async () => {
    const { machine, timers } = await asking({ id: 'ses_2' }, { endSessions: () => fails('session_unknown') })
    machine.send({ type: 'end' })
    await timers.advance(0)
    expect([machine.state(), shown(machine)]).toMatchObject([{ problem: null }, ['ses_1', 'ses_3']])
    machine.stop()
  })

  test('an answer that was lost is asked for again', async () => {
    const { machine, timers, ended } = await asking('others', {
      endSessions: (nth) => (nth === 1 ? fails('network') : says(undefined)),
    })
    machine.send({ type: 'end' })
    await timers.advance(10_000)
    expect([ended.length, shown(machine)]).toEqual([2, ['ses_1']])
    machine.stop()
  })

  test('that fails is said, and the question still stands', async () => {
    const { machine, timers } = await asking({ id: 'ses_2' }, { endSessions: () => fails('network') })
    machine.send({ type: 'end' })
    await timers.advance(10_000)
    expect(machine.state()).toMatchObject({ busy: null, problem: 'network', ending: { id: 'ses_2' }, devices })
    machine.stop()
  })

  test('after one’s own ended says that instead', async () => {
    const { machine, timers, left } = await asking('others', { endSessions: () => fails('signed_out') })
    machine.send({ type: 'end' })
    await timers.advance(0)
    expect(machine.state().name).toBe('ended')
    await timers.advance(5000)
    expect(left).toEqual(['/login'])
  })

  test('a question about a session that has gone meanwhile is taken back', async () => {
    const fewer = { ...devices, sessions: devices.sessions.slice(0, 1) }
    const answers = { sessions: (nth: number) => says(nth === 1 ? devices : fewer) }
    for (const which of ['others', { id: 'ses_2' }] as const) {
      const { machine, timers, waking } = await asking(which, answers)
      waking.wake()
      await timers.advance(0)
      expect([machine.state(), shown(machine)]).toMatchObject([{ ending: null }, ['ses_1']])
      machine.stop()
    }
  })
})
