// Everything that can be refused is refused before WeChat is asked: a code that is not sent is not spent.
import { describe, expect, test } from 'vitest'
import { createPhone, showCode } from './phone.js'
import { APPS, createWorld, refusal, type World } from './world.js'

/** Fails unless the callback was refused with `code`, WeChat was not asked, and no use of a state was stored. */
async function expectRefused(world: World, arrive: () => Promise<unknown>, code: string) {
  const before = await world.count('callbacks', 'accounts')
  expect(await refusal(arrive())).toBe(code)
  expect(world.wechat.calls.exchanges).toEqual([])
  expect(await world.count('callbacks', 'accounts')).toEqual(before)
}

describe('a website callback is refused before WeChat is asked', () => {
  test('login CSRF: in another browser than the one that began', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    for (const browserSecret of [world.anotherSecret(), null]) {
      await expectRefused(world, () => world.arrive({ state, code: 'c1', browserSecret }), 'state_invalid')
    }
    // The victim's phone cookie opens nothing either: a website state belongs to the PC.
    const swapped = { browserSecret: null, phoneSecret: world.browser }
    await expectRefused(world, () => world.arrive({ state, code: 'c1', ...swapped }), 'state_invalid')
    expect(await world.count('tickets')).toEqual([0])
  })

  test('app mix-up: at the path of another app than the one its ticket was made for', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite('pc')
    for (const app of [APPS.pc2, APPS.mp, APPS.mini]) {
      await expectRefused(world, () => world.arrive({ state, code: 'c1', app }), 'state_invalid')
    }
  })

  test('state tampering: with any other state', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    const forged = [state.slice(0, -1) + (state.endsWith('0') ? '1' : '0'), `02${state.slice(2)}`, state.toUpperCase()]
    for (const other of [...forged, '', 'state', '0'.repeat(108)]) {
      await expectRefused(world, () => world.arrive({ state: other, code: 'c1' }), 'state_invalid')
    }
  })

  test('history replay: ten minutes after the ticket was made', async () => {
    const world = await createWorld()
    const { state } = world.beginWebsite()
    world.time.advance(600_000)
    await expectRefused(world, () => world.arrive({ state, code: 'c1' }), 'state_expired')
    expect(await world.count('tickets')).toEqual([0])
  })

  test('code injection: with a code that another login has used', async () => {
    const world = await createWorld()
    const [mine, other] = [world.beginWebsite(), world.beginWebsite()]
    world.wechat.says('c1', { openid: 'alice-pc', unionid: 'alice' })
    expect(await world.arrive({ state: mine.state, code: 'c1' })).toMatchObject({ status: 'confirmed' })
    expect(await refusal(world.arrive({ state: other.state, code: 'c1' }))).toBe('code_used')
    expect(world.wechat.calls.exchanges).toEqual(['pc:c1'])
    expect((await world.attach(other.id))?.ticket.status).toBe('pending')
  })

  test('after the page gave the ticket up: the outcome says so and the code is not spent', async () => {
    const world = await createWorld()
    const { id, state } = world.beginWebsite()
    await world.cancel(id)
    const outcome = await world.arrive({ state, code: 'c1' })
    expect(outcome).toMatchObject({ status: 'expired', reason: 'cancelled', ticketId: id })
    expect(world.wechat.calls.exchanges).toEqual([])
  })
})

describe('a relay callback is refused before WeChat is asked', () => {
  test('login CSRF: in another phone than the one that opened the code', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const state = await createPhone(world).stateFrom(id)
    for (const phoneSecret of [world.anotherSecret(), null]) {
      const arrival = () => world.arrive({ state, code: 'c1', app: APPS.mp, browserSecret: world.browser, phoneSecret })
      await expectRefused(world, arrival, 'state_invalid')
    }
  })

  test('app mix-up: at the path of another official app', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const state = await createPhone(world).stateFrom(id)
    const arrival = () => world.arrive({ state, code: 'c1', app: APPS.solo, phoneSecret: world.phone })
    await expectRefused(world, arrival, 'state_invalid')
  })

  test('once another phone has scanned: the second phone’s code is not spent', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const [first, second] = [createPhone(world), createPhone(world, world.anotherSecret())]
    const late = await second.stateFrom(id)
    await first.scan(id, { openid: 'alice-mp', unionid: 'alice' })
    expect(await refusal(second.arrive(late, { openid: 'mallory-mp' }))).toBe('scanned_elsewhere')
    expect(world.wechat.calls.exchanges).toHaveLength(1)
  })

  test('when the ticket has expired meanwhile: the outcome says so and the code is not spent', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const phone = createPhone(world)
    const state = await phone.stateFrom(id)
    world.time.advance(90_000)
    expect(await phone.arrive(state, { openid: 'alice-mp' })).toMatchObject({ status: 'expired' })
    expect(world.wechat.calls.exchanges).toEqual([])
  })

  test('a consent that comes for a ticket nobody scanned spends nothing', async () => {
    const world = await createWorld()
    const { id, number } = await showCode(world)
    const phone = createPhone(world)
    await phone.scan(id, { openid: 'alice-mp' })
    const state = world.stateOf((await phone.question(id)).needsExplicit)
    await phone.deny(id)
    expect(await phone.arrive(state, { openid: 'alice-mp' })).toMatchObject({ status: 'denied' })
    expect(world.wechat.calls.exchanges).toHaveLength(1)
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_over')
  })
})

test('holdsCookieFor: tells which cookie a state asks for, so that an iframe without it exchanges nothing', async () => {
  const world = await createWorld()
  const { state } = world.beginWebsite()
  const relay = await createPhone(world).stateFrom((await showCode(world)).id)
  const { browser: browserSecret, phone: phoneSecret } = world
  const holds = (one: string, secrets: { browserSecret: string | null; phoneSecret: string | null }) =>
    world.login.holdsCookieFor({ state: one, ...secrets })
  expect(holds(state, { browserSecret, phoneSecret: null })).toBe(true)
  expect(holds(state, { browserSecret: null, phoneSecret })).toBe(false)
  expect(holds(relay, { browserSecret: null, phoneSecret })).toBe(true)
  expect(holds(relay, { browserSecret, phoneSecret: null })).toBe(false)
  expect(holds('junk', { browserSecret, phoneSecret })).toBe(false)
})
