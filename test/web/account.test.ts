// The account page: who is here, until the session ends.
import { expect, test } from 'vitest'
import { createAccount } from '../../web/account/machine.js'
import type { Answer } from '../../web/http.js'
import { ada, fails, says, site } from './login-world.js'
import { heldSockets, manualTimers, wakes } from './world.js'

function page(
  session: (nth: number) => Answer<typeof ada> = () => says(ada),
  logOut: () => Answer<void> = () => says(undefined),
) {
  const timers = manualTimers()
  const sockets = heldSockets()
  const waking = wakes()
  const left: string[] = []
  let asked = 0
  const machine = createAccount({
    timers,
    openSocket: sockets.open,
    onWake: waking.on,
    session: async () => session(++asked),
    config: async () => says(site),
    logOut: async () => logOut(),
    leave: (to) => left.push(to),
  })
  return { machine, timers, sockets, waking, left }
}

test('shows who is signed in and watches the session', async () => {
  const { machine, timers, sockets } = page()
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'here', me: ada })
  sockets.last().opens()
  expect(sockets.last().said).toEqual([{ type: 'session' }])
  await timers.advance(60_000)
  expect(sockets.all).toHaveLength(1)
  machine.stop()
  expect(timers.waiting()).toEqual([])
})

test('nobody signed in: to the login page', async () => {
  const { timers, left } = page(() => fails('signed_out'))
  await timers.advance(10)
  expect(left).toEqual(['/login'])
})

test('a session ended elsewhere is said, and then the login page follows', async () => {
  const { machine, timers, sockets, left } = page()
  await timers.advance(0)
  sockets.last().hears({ type: 'session.ended', reason: 'ended' })
  expect(machine.state().name).toBe('ended')
  expect(left).toEqual([])
  await timers.advance(5000)
  expect(left).toEqual(['/login'])
})

test('a session that ended while the laptop slept is noticed on waking', async () => {
  const { machine, timers, waking } = page((nth) => (nth === 1 ? says(ada) : fails('signed_out')))
  await timers.advance(0)
  waking.wake()
  await timers.advance(0)
  expect(machine.state().name).toBe('ended')
  machine.stop()
})

test('a network that fails on waking logs nobody out', async () => {
  const { machine, timers, waking } = page((nth) => (nth === 1 ? says(ada) : fails('network')))
  await timers.advance(0)
  waking.wake()
  await timers.advance(0)
  expect(machine.state().name).toBe('here')
  machine.stop()
})

test('logging out leads to the login page', async () => {
  const { machine, timers, left } = page()
  await timers.advance(0)
  machine.send({ type: 'logOut' })
  await timers.advance(10)
  expect(left).toEqual(['/login'])
})

test('a logout that fails is said, and can be tried again', async () => {
  let down = true
  const { machine, timers, left } = page(undefined, () => (down ? fails('network') : says(undefined)))
  await timers.advance(0)
  machine.send({ type: 'logOut' })
  await timers.advance(10_000)
  expect(machine.state()).toMatchObject({ name: 'here', leaving: false, problem: 'network' })
  down = false
  machine.send({ type: 'logOut' })
  await timers.advance(10)
  expect(left).toEqual(['/login'])
})
