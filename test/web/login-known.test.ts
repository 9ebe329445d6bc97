// The login page opened by somebody who is signed in already, sent by a site that wants them back.
import { expect, test } from 'vitest'
import { ada, fails, loginWorld, says, site } from './login-world.js'
import { ticket } from './world.js'

const asked = { returnTo: '/orders' }
const known = { ...ada, returnTo: '/orders' }

test('goes nowhere by itself: the visitor says that they go on as who they are', async () => {
  const world = loginWorld({ session: () => says(known) }, { asked })
  await world.timers.advance(5000)
  expect(world.machine.state().phase).toMatchObject({ name: 'known', account: ada.account, returnTo: '/orders' })
  expect(world.left).toEqual([])
  expect(world.calls).toEqual(['session'])
  world.machine.send({ type: 'goOn' })
  await world.timers.advance(0)
  expect(world.left).toEqual(['/orders'])
})

test('shows the code to whoever wants another account, and asks no more', async () => {
  const world = loginWorld({ session: () => says(known) }, { asked })
  await world.timers.advance(0)
  world.machine.send({ type: 'somebodyElse' })
  await world.timers.advance(0)
  expect(world.phase()).toBe('watching')
  world.machine.send({ type: 'choose', method: 'website' })
  await world.timers.advance(0)
  expect(world.phase()).toBe('watching')
  expect(world.calls).toEqual(['session', 'begin relay', 'abandon tkt_1', 'begin website'])
  world.machine.stop()
})

test('shows the code without waiting for the answer, and keeps that code for whoever wants another account', async () => {
  let answer = (): void => {}
  const late = new Promise<void>((resolve) => {
    answer = resolve
  })
  const world = loginWorld({ session: () => late.then(() => says(known)) }, { asked })
  await world.timers.advance(0)
  expect(world.phase()).toBe('watching')
  answer()
  await world.timers.advance(0)
  expect(world.phase()).toBe('known')
  world.machine.send({ type: 'somebodyElse' })
  expect(world.machine.state().phase).toMatchObject({ name: 'watching', shown: { ticket: { id: 'tkt_1' } } })
  expect(world.calls).toEqual(['session', 'begin relay'])
  world.machine.stop()
})

test('a tab chosen instead gives up the code that nobody will scan', async () => {
  let answer = (): void => {}
  const late = new Promise<void>((resolve) => {
    answer = resolve
  })
  const world = loginWorld({ session: () => late.then(() => says(known)) }, { asked })
  await world.timers.advance(0)
  answer()
  await world.timers.advance(0)
  world.machine.send({ type: 'choose', method: 'website' })
  await world.timers.advance(0)
  expect(world.calls).toEqual(['session', 'begin relay', 'abandon tkt_1', 'begin website'])
  world.machine.stop()
})

test.each(['scanned', 'confirmed'] as const)(
  'a login that is %s when the answer comes is not interrupted',
  async (status) => {
    const kept = { ticketId: 'tkt_old', method: 'relay' as const, attempt: 'attempt-old', returnTo: '/orders' }
    const read = () => says({ ticket: ticket({ id: 'tkt_old', status }), qr: null, matchNumber: '12' })
    const world = loginWorld({ session: () => says(known), read }, { asked, kept })
    await world.timers.advance(0)
    expect(world.phase()).toBe(status === 'scanned' ? 'watching' : 'signedIn')
    world.machine.stop()
  },
)

test('a phone that can do nothing itself may go on as well', async () => {
  const official = () => says({ ...site, methods: ['official' as const] })
  const onPhone = { ...asked, onPhone: true }
  const world = loginWorld({ session: () => says(known), config: official }, { asked: onPhone })
  await world.timers.advance(0)
  expect(world.phase()).toBe('known')
  world.machine.send({ type: 'somebodyElse' })
  expect(world.phase()).toBe('inWechat')
})

test.each([
  ['nobody is signed in', () => fails('signed_out')],
  ['the server does not allow the address', () => fails('return_to_refused')],
  ['the server says nothing of the address', () => says(ada)],
  ['the question fails', () => fails('network')],
])('if %s, the page is the one it always was', async (_, session) => {
  const world = loginWorld({ session }, { asked })
  await world.timers.advance(5000)
  expect(world.phase()).toBe('watching')
  expect(world.left).toEqual([])
  world.machine.stop()
})

test.each([
  ['a method', { method: 'relay' }],
  ['a ticket that comes back from WeChat', { ticket: 'tkt_w' }],
])('an address that names %s asks nobody who they are', async (_, more) => {
  const world = loginWorld({ session: () => says(known) }, { asked: { ...asked, ...more } })
  await world.timers.advance(0)
  expect(world.calls).not.toContain('session')
  expect(world.phase()).toBe('watching')
  world.machine.stop()
})
