// Waiting for news over channels that fail.
import { describe, expect, test } from 'vitest'
import { CLOSE } from '#shared/live.js'
import { ada, fails, loginWorld, says } from './login-world.js'
import { ticket } from './world.js'

const found = () => ({ ticket: ticket(), qr: null, matchNumber: null })
const scannedBy = { nickname: 'Ada', avatarUrl: '' }

describe('the socket', () => {
  test('is asked for the ticket as soon as it opens, and shows who scanned', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().opens()
    expect(world.sockets.last().said).toEqual([{ type: 'watch', ticket: 'tkt_1' }])
    world.sockets.last().hears({ type: 'ticket', ticket: ticket({ status: 'scanned', version: 2, scannedBy }) })
    expect(world.machine.state().phase).toMatchObject({ shown: { ticket: { status: 'scanned', scannedBy } } })
    world.machine.stop()
  })

  test('comes back after growing pauses while there is none', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().ends(1006)
    await world.timers.advance(499)
    expect(world.sockets.all).toHaveLength(1)
    await world.timers.advance(1)
    expect(world.sockets.all).toHaveLength(2)
    world.sockets.last().ends(1006)
    await world.timers.advance(7_999)
    expect(world.sockets.all).toHaveLength(2)
    await world.timers.advance(1)
    expect(world.sockets.all).toHaveLength(3)
    world.machine.stop()
  })

  test('that is lost comes back at any moment of six seconds; until then the ticket is read', async () => {
    const world = loginWorld({}, { random: 1 })
    await world.timers.advance(0)
    world.sockets.last().opens()
    world.sockets.last().hears({ type: 'ticket', ticket: ticket() })
    world.sockets.last().ends(CLOSE.drain)
    await world.timers.advance(5_999)
    expect(world.sockets.all).toHaveLength(1)
    expect(world.calls.filter((call) => call === 'read tkt_1')).toHaveLength(2)
    await world.timers.advance(1)
    expect(world.sockets.all).toHaveLength(2)
    world.machine.stop()
  })

  test('does not sit out its long pause once the server can be read again', async () => {
    const world = loginWorld({ read: (nth) => (nth <= 2 ? fails('network') : says(found())) }, { socketDead: true })
    await world.timers.advance(0)
    await world.timers.advance(501)
    expect(world.sockets.all).toHaveLength(2)
    // Read at 0.5 s and 2.9 s in vain, at 5.3 s with an answer.
    await world.timers.advance(4_800)
    expect(world.sockets.all).toHaveLength(2)
    await world.timers.advance(6_000)
    expect(world.sockets.all).toHaveLength(3)
    world.machine.stop()
  })

  test('comes back at once when the visitor does', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().ends(1006)
    world.waking.wake()
    expect(world.sockets.all).toHaveLength(2)
    world.machine.stop()
  })

  test('has to prove that it lives when the visitor comes back, and is replaced if it cannot', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    const [first] = world.sockets.all
    first?.opens()
    first?.hears({ type: 'ticket', ticket: ticket() })
    world.waking.wake()
    world.waking.wake()
    expect(first?.said).toHaveLength(2)
    first?.hears({ type: 'ticket', ticket: ticket() })
    await world.timers.advance(3_000)
    expect(world.sockets.all).toHaveLength(1)
    world.waking.wake()
    await world.timers.advance(2_500)
    expect(first?.closed).toBe(true)
    expect(world.sockets.all).toHaveLength(2)
    world.machine.stop()
  })

  test('is not asked for proof more often than the server bears', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().opens()
    for (let n = 0; n < 50; n += 1) {
      world.sockets.last().hears({ type: 'ticket', ticket: ticket() })
      world.waking.wake()
      await world.timers.advance(100)
    }
    expect(world.sockets.last().said.length).toBeLessThan(10)
    world.machine.stop()
  })

  test('that opens and stays dumb is given up', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().opens()
    await world.timers.advance(7000)
    expect(world.sockets.all[0]?.closed).toBe(true)
    expect(world.sockets.all.length).toBeGreaterThan(1)
    world.machine.stop()
  })

  test('brings the code of a method whose code comes late', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().hears({ type: 'ticket', ticket: ticket(), qr: { content: 'late', svg: '<svg/>' } })
    expect(world.machine.state().phase).toMatchObject({ shown: { qr: { content: 'late' } } })
    world.machine.stop()
  })
})

test('a reading that hangs since before the sleep is not waited for', async () => {
  const asleep = new Promise<never>(() => {})
  const world = loginWorld({ read: (nth) => (nth === 1 ? asleep : says(found())) })
  await world.timers.advance(0)
  world.waking.wake()
  await world.timers.advance(0)
  world.waking.wake()
  await world.timers.advance(0)
  expect(world.calls.filter((call) => call === 'read tkt_1')).toHaveLength(2)
  expect(world.machine.state().phase).toMatchObject({ link: 'polling' })
  world.machine.stop()
})

test('a login that could not be collected for want of a network is collected when the network is back', async () => {
  const confirmed = ticket({ status: 'confirmed', version: 3 })
  const world = loginWorld({
    redeem: (nth) => (nth <= 5 ? fails('network') : says({ account: ada.account, returnTo: '/home' })),
  })
  await world.timers.advance(0)
  world.sockets.last().hears({ type: 'ticket', ticket: confirmed })
  await world.timers.advance(14_000)
  expect(world.phase()).toBe('redeeming')
  world.waking.wake()
  await world.timers.advance(0)
  expect(world.phase()).toBe('signedIn')
  world.machine.stop()
})

describe('the server does not know the ticket', () => {
  test('4401 begins a new one, once; then the page says that cookies are off', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().ends(CLOSE.notYours)
    await world.timers.advance(0)
    expect(world.phase()).toBe('watching')
    world.sockets.last().ends(CLOSE.notYours)
    await world.timers.advance(60_000)
    expect(world.machine.state().phase).toMatchObject({ name: 'over', end: { kind: 'cookies' } })
    expect(world.calls.filter((call) => call.startsWith('begin'))).toHaveLength(2)
  })
})

describe('polling', () => {
  test('two sockets in a row that do not open make the page poll, and the story ends all the same', async () => {
    const world = loginWorld(
      {
        read: (nth) =>
          says({
            ticket: nth < 4 ? ticket() : ticket({ status: 'confirmed', version: 3 }),
            qr: null,
            matchNumber: null,
          }),
      },
      { socketDead: true },
    )
    await world.timers.advance(20_000)
    expect(world.left).toEqual(['/home'])
    expect(world.calls.filter((call) => call.startsWith('read'))).toHaveLength(4)
  })

  test('goes on trying a socket now and then', async () => {
    const world = loginWorld({}, { socketDead: true })
    await world.timers.advance(60_000)
    expect(world.sockets.all.length).toBeGreaterThanOrEqual(5)
    expect(world.sockets.all.length).toBeLessThanOrEqual(12)
    world.machine.stop()
  })

  test('is all that is left after 4400, which is our own mistake', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().ends(CLOSE.badMessage)
    await world.timers.advance(30_000)
    expect(world.sockets.all).toHaveLength(1)
    expect(world.calls.filter((call) => call.startsWith('read')).length).toBeGreaterThan(8)
    world.machine.stop()
  })

  test('being cut off from everything is said, and does not take the code away', async () => {
    const world = loginWorld({ read: () => fails('network') }, { socketDead: true })
    await world.timers.advance(5000)
    expect(world.machine.state().phase).toMatchObject({
      name: 'watching',
      link: 'offline',
      shown: { qr: { svg: '<svg/>' } },
    })
    world.machine.stop()
  })

  test('a live socket is not believed for ever: the ticket is read now and then', async () => {
    const world = loginWorld()
    await world.timers.advance(0)
    world.sockets.last().opens()
    world.sockets.last().hears({ type: 'ticket', ticket: ticket() })
    await world.timers.advance(85_000)
    expect(world.calls.filter((call) => call === 'read tkt_1')).toHaveLength(2)
    world.machine.stop()
  })
})

test('a page that has ended leaves no timer, socket or listener behind', async () => {
  const world = loginWorld()
  await world.timers.advance(0)
  world.machine.stop()
  expect(world.timers.waiting()).toEqual([])
  expect(world.waking.count()).toBe(0)
  expect(world.sockets.last().closed).toBe(true)
})
