// The console at work, against a server that the test plays.
import { describe, expect, test } from 'vitest'
import type { AdminNumbers, AdminOrdered } from '#shared/admin.js'
import { type AdminPorts, createAdmin, placeOf, readPlace } from '../../web/admin/machine.js'
import { samples } from '../../web/admin/samples.js'
import type { Desk } from '../../web/admin/state.js'
import type { Answer, Failure } from '../../web/http.js'
import { manualTimers, wakes } from './world.js'

const desk = samples.account as Desk
const { me, known } = desk
const seen = desk.seen ?? expect.fail('nobody is seen')
const says = async <T>(value: T | null): Promise<Answer<T>> => ({ ok: true, value: value as T })
const fails = async (code: Failure): Promise<Answer<never>> => ({ ok: false, code })
const numbers = (node: string, at: number): AdminNumbers => ({
  node: { id: node, host: 'h', startedAt: 0, alone: false },
  everyMs: 5_000,
  steps: [{ at, waiting: at, logins: {}, ended: {}, refusals: {}, wechat: {}, push: null }],
  serverTime: 0,
})
const ordered: AdminOrdered = { done: true, why: null, about: null, endedSessions: 1, endedLogins: 0 }

function console(place: string, changes: Partial<AdminPorts> = {}) {
  const timers = manualTimers()
  const waking = wakes()
  const calls: string[] = []
  const noted =
    <A extends unknown[], T>(name: string, answer: (...given: A) => Promise<Answer<T>>) =>
    (...given: A) => {
      calls.push([name, ...given.filter((one) => !(one instanceof AbortSignal))].join(' '))
      return answer(...given)
    }
  const ports: AdminPorts = {
    timers,
    onWake: waking.on,
    me: () => says(me),
    claim: () => says<void>(undefined),
    numbers: () => says(numbers('a', 1)),
    apps: () => says(known.apps),
    jobs: () => says(known.jobs),
    history: () => says(known.history),
    operators: () => says(known.operators),
    config: () => says(known.config),
    find: () => says({ found: [] }),
    see: () => says(seen),
    order: () => says(ordered),
    start: () => says((known.jobs?.jobs ?? [])[0] ?? null),
    place: () => place,
    ...changes,
  }
  const machine = createAdmin({
    ...ports,
    me: noted('me', ports.me),
    numbers: noted('numbers', ports.numbers),
    jobs: noted('jobs', ports.jobs),
    see: noted('see', ports.see),
    order: noted('order', (wanted, signal) => ports.order(wanted, signal)),
  })
  return { machine, timers, waking, calls, state: () => machine.state() as Desk }
}

test('an address leads to its section and its account, and back', () => {
  expect(readPlace('')).toEqual({ section: 'overview', account: null })
  expect(readPlace('history')).toEqual({ section: 'history', account: null })
  expect(readPlace('accounts/acc_1%2F')).toEqual({ section: 'accounts', account: 'acc_1/' })
  expect(readPlace('constructor/x')).toEqual({ section: 'overview', account: null })
  expect(placeOf({ section: 'accounts', seen: null, opening: 'acc_1/' })).toBe('accounts/acc_1%2F')
  expect(placeOf({ section: 'jobs', seen, opening: null })).toBe('jobs')
})

describe('who comes', () => {
  test('and is no operator finds nothing, and is asked nothing more', async () => {
    const { machine, timers } = console('', { me: () => fails('not_found') })
    await timers.advance(60_000)
    expect([machine.state(), timers.waiting()]).toEqual([{ name: 'gone' }, []])
  })

  test('while the server is away is told so, and gets in when they come back', async () => {
    let away = true
    const { machine, timers, waking } = console('', { me: () => (away ? fails('network') : says(me)) })
    await timers.advance(20_000)
    expect(machine.state().name).toBe('unreachable')
    away = false
    waking.wake()
    await timers.advance(0)
    expect(machine.state().name).toBe('desk')
    machine.stop()
  })

  test('as a claimant enters the code: wrong, right, and right though the answer was lost', async () => {
    let role: 'claimant' | 'operator' = 'claimant'
    let answer: () => Promise<Answer<void>> = () => fails('not_found')
    const { machine, timers } = console('', { me: () => says({ ...me, role }), claim: () => answer() })
    await timers.advance(0)
    machine.send({ type: 'claim', code: 'A' })
    await timers.advance(0)
    expect(machine.state()).toMatchObject({ name: 'claim', code: null, problem: 'not_found' })
    role = 'operator'
    answer = () => fails('network')
    machine.send({ type: 'claim', code: 'B' })
    await timers.advance(0)
    expect(machine.state().name).toBe('desk')
    machine.stop()
  })
})

describe('the numbers', () => {
  test('are asked for every five seconds, from the last step known, and at once after a sleep', async () => {
    let at = 0
    const { machine, timers, waking, calls, state } = console('', { numbers: () => says(numbers('a', ++at)) })
    await timers.advance(0)
    await timers.advance(5_000)
    waking.wake()
    await timers.advance(0)
    expect(calls.filter((call) => call.startsWith('numbers'))).toEqual([
      'numbers  0',
      'numbers a 1',
      'numbers a 2',
      'numbers a 3',
    ])
    expect(state().numbers[0]?.steps).toHaveLength(4)
    machine.stop()
    expect(timers.waiting()).toEqual([])
  })

  test('of two nodes behind one address do not mix', async () => {
    let n = 0
    const { machine, timers, state } = console('', { numbers: () => says(numbers(n++ % 2 ? 'b' : 'a', n)) })
    await timers.advance(16_000)
    expect(state().node).toBe('a')
    expect(state().numbers.map(({ node }) => node.id)).toEqual(['a', 'b'])
    machine.send({ type: 'showNode', node: 'b' })
    expect(state().node).toBe('b')
    machine.stop()
  })

  test('stop when the role is gone', async () => {
    let taken = false
    const { machine, timers } = console('', { numbers: () => (taken ? fails('not_found') : says(numbers('a', 1))) })
    await timers.advance(0)
    taken = true
    await timers.advance(5_000)
    expect([machine.state(), timers.waiting()]).toEqual([{ name: 'gone' }, []])
  })

  test('go on after an answer that failed, which is said', async () => {
    let away = true
    const { machine, timers, state } = console('', { numbers: () => (away ? fails('busy') : says(numbers('a', 1))) })
    await timers.advance(0)
    expect(state().problem).toBe('busy')
    away = false
    await timers.advance(5_000)
    expect([state().problem, state().numbers.length]).toEqual([null, 1])
    machine.stop()
  })
})

describe('an order', () => {
  test('is sent once the question was answered, once, and what it changed is read again', async () => {
    const { machine, timers, calls, state } = console(`accounts/${seen.account.id}`)
    await timers.advance(0)
    machine.send({ type: 'ask', wish: { kind: 'order', order: { order: 'endSessions', account: seen.account.id } } })
    await timers.advance(10_000)
    expect(calls.filter((call) => call.startsWith('order'))).toEqual([])
    machine.send({ type: 'carryOut' })
    machine.send({ type: 'carryOut' })
    await timers.advance(0)
    expect(calls.filter((call) => call.startsWith('order'))).toHaveLength(1)
    expect(calls.filter((call) => call.startsWith('see'))).toHaveLength(2)
    expect(state()).toMatchObject({ busy: false, asking: null, outcome: ordered })
    machine.stop()
  })

  test('whose answer was lost is not sent again by itself', async () => {
    const { machine, timers, calls, state } = console('operators', { order: () => fails('network') })
    await timers.advance(0)
    machine.send({ type: 'ask', wish: { kind: 'order', order: { order: 'revoke', account: 'acc_2' } } })
    machine.send({ type: 'carryOut' })
    await timers.advance(60_000)
    expect(calls.filter((call) => call.startsWith('order'))).toHaveLength(1)
    expect(state()).toMatchObject({ busy: false, problem: 'network' })
    expect(state().asking).not.toBeNull()
    machine.stop()
  })
})

test('a role that is taken while an account is looked at closes the page within a quarter of a minute', async () => {
  let taken = false
  const { machine, timers, state } = console('accounts/acc_1', { me: () => (taken ? fails('not_found') : says(me)) })
  await timers.advance(20_000)
  expect(state().seen).toEqual(seen)
  taken = true
  await timers.advance(15_000)
  expect(machine.state().name).toBe('gone')
  expect(timers.waiting()).toEqual([])
})

test('jobs are looked at every two seconds while they are shown, and no more after that', async () => {
  const { machine, timers, calls } = console('jobs')
  await timers.advance(4_500)
  const before = calls.filter((call) => call === 'jobs').length
  machine.send({ type: 'go', section: 'config' })
  await timers.advance(10_000)
  expect([before, calls.filter((call) => call === 'jobs').length]).toEqual([3, 3])
  machine.stop()
})
