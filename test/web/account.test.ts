// The account page: who is here, until the session ends.
import { describe, expect, test } from 'vitest'
import { COOLING_MS } from '../../web/account/machine.js'
import { type Answers, devices, doors, page } from './account-world.js'
import { ada, fails, says, site } from './login-world.js'

test('shows who is signed in and watches the session', async () => {
  const { machine, timers, sockets } = page()
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'here', me: ada, doors, devices })
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
  expect(machine.state()).toMatchObject({ name: 'here', busy: null, problem: 'network' })
  down = false
  machine.send({ type: 'logOut' })
  await timers.advance(10)
  expect(left).toEqual(['/login'])
})

test('the page is shown without its doors when only they cannot be read', async () => {
  const { machine, timers } = page(undefined, undefined, { account: () => fails('internal') })
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'here', me: ada, doors: null })
  machine.stop()
})

test('the page is shown without its devices when only they cannot be read, and with them after the visitor came back', async () => {
  const { machine, timers, waking } = page(undefined, undefined, {
    sessions: (nth) => (nth === 1 ? fails('internal') : says(devices)),
  })
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'here', me: ada, devices: null })
  waking.wake()
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'here', devices })
  machine.stop()
})

describe('taking one’s data along', () => {
  test('saves it as a file, and shows it to browsers that save none', async () => {
    const { machine, timers, files } = page()
    await timers.advance(0)
    machine.send({ type: 'export' })
    await timers.advance(0)
    expect(files.map((text) => JSON.parse(text))).toEqual([{ account: { id: 'acc_1' } }])
    expect(machine.state()).toMatchObject({ name: 'here', busy: null, exported: files[0] })
    machine.stop()
  })

  test('that fails is said, and nothing is saved', async () => {
    const { machine, timers, files } = page(undefined, undefined, { exportData: () => fails('network') })
    await timers.advance(0)
    machine.send({ type: 'export' })
    await timers.advance(10_000)
    expect(machine.state()).toMatchObject({ name: 'here', busy: null, problem: 'network', exported: null })
    expect(files).toEqual([])
    machine.stop()
  })

  test('after the session ended says that instead', async () => {
    const { machine, timers } = page(undefined, undefined, { exportData: () => fails('signed_out') })
    await timers.advance(0)
    machine.send({ type: 'export' })
    await timers.advance(0)
    expect(machine.state().name).toBe('ended')
    machine.stop()
  })
})

describe('deleting the account', () => {
  const asking = async (erase?: Answers['erase']) => {
    const world = page(undefined, undefined, erase ? { erase } : {})
    await world.timers.advance(0)
    world.machine.send({ type: 'askErase' })
    await world.timers.advance(COOLING_MS)
    return world
  }

  test('is never done without the question, and not after a change of mind', async () => {
    const { machine, timers, erased } = page()
    await timers.advance(0)
    machine.send({ type: 'erase' })
    machine.send({ type: 'askErase' })
    machine.send({ type: 'keep' })
    machine.send({ type: 'erase' })
    await timers.advance(1000)
    expect(machine.state()).toMatchObject({ name: 'here', erasing: false, busy: null })
    expect(erased()).toBe(0)
    machine.stop()
  })

  test('is not done in a temper: only once the time to think is over', async () => {
    const { machine, timers, erased } = page()
    await timers.advance(0)
    machine.send({ type: 'askErase' })
    await timers.advance(COOLING_MS - 1)
    machine.send({ type: 'erase' })
    expect(machine.state()).toMatchObject({ erasing: true, cooled: false, busy: null })
    await timers.advance(1)
    machine.send({ type: 'keep' })
    machine.send({ type: 'askErase' })
    machine.send({ type: 'erase' })
    expect(machine.state()).toMatchObject({ erasing: true, cooled: false, busy: null })
    await timers.advance(COOLING_MS)
    machine.send({ type: 'erase' })
    await timers.advance(10)
    expect(erased()).toBe(1)
  })

  test('ends on a page that says so and waits for nothing', async () => {
    const { machine, timers, erased, left, sockets } = await asking()
    machine.send({ type: 'erase' })
    machine.send({ type: 'erase' })
    sockets.last().hears({ type: 'session.ended', reason: 'ended' })
    await timers.advance(10_000)
    expect(machine.state()).toEqual({ name: 'erased', config: site })
    expect([erased(), left]).toEqual([1, []])
    expect(timers.waiting()).toEqual([])
  })

  test('whose answer was lost is known by nobody being signed in any more', async () => {
    const { machine, timers } = await asking((nth) => fails(nth === 1 ? 'network' : 'signed_out'))
    machine.send({ type: 'erase' })
    await timers.advance(10_000)
    expect(machine.state().name).toBe('erased')
  })

  test('is not claimed when the session had ended before', async () => {
    const { machine, timers, left } = await asking(() => fails('signed_out'))
    machine.send({ type: 'erase' })
    await timers.advance(10)
    expect(machine.state().name).toBe('gone')
    expect(left).toEqual(['/login'])
  })

  test('that fails is said, and the question still stands', async () => {
    const { machine, timers } = await asking(() => fails('internal'))
    machine.send({ type: 'erase' })
    await timers.advance(10_000)
    expect(machine.state()).toMatchObject({ name: 'here', erasing: true, busy: null, problem: 'internal' })
    machine.stop()
  })
})
