// The answer on the phone: by the phone that scanned, with the number on the screen, once.
import { describe, expect, test } from 'vitest'
import { Confirmation } from '#shared/api.js'
import { createPhone, showCode, wrong } from './phone.js'
import { createWorld, PC, refusal } from './world.js'

const ALICE = { openid: 'alice-mp', unionid: 'alice', nickname: 'Alice' }

async function scanned() {
  const world = await createWorld()
  const ticket = await showCode(world)
  const phone = createPhone(world)
  world.time.advance(10_000)
  await phone.scan(ticket.id, ALICE)
  world.hints.length = 0
  return { world, ...ticket, phone, seen: async () => (await world.attach(ticket.id))?.ticket }
}

describe('the question', () => {
  test('says which browser, where and since when, and never the number', async () => {
    const { world, id, number, phone } = await scanned()
    const question = await phone.question(id)
    expect(question).toMatchObject({ status: 'scanned', device: PC, requestedAt: world.time.clock() - 10_000 })
    expect(Object.keys(question).sort()).toEqual(
      Object.keys(Confirmation.shape)
        .filter((key) => key !== 'site')
        .sort(),
    )
    expect(Object.values(question)).not.toContain(number)
    expect(Object.keys(question)).not.toContain('matchNumber')
  })

  test('is answered to nobody else: no cookie, another phone, the PC itself, or before the scan', async () => {
    const { world, id } = await scanned()
    for (const secret of [null, world.anotherSecret(), world.browser, '']) {
      expect(await refusal(world.login.readQuestion(id, secret))).toBe('ticket_unknown')
    }
    const unscanned = await showCode(world)
    expect(await refusal(world.login.readQuestion(unscanned.id, world.phone))).toBe('ticket_unknown')
    expect(await refusal(world.login.readQuestion('tkt_junk', world.phone))).toBe('ticket_unknown')
  })

  test('says expired when two minutes have passed', async () => {
    const { world, id, number, phone } = await scanned()
    world.time.advance(120_000)
    expect(await phone.question(id)).toMatchObject({ status: 'expired', needsExplicit: null })
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_expired')
    expect(await refusal(phone.deny(id))).toBe('ticket_expired')
    expect(await world.count('accounts')).toEqual([0])
  })
})

describe('confirm', () => {
  test('with the right number makes the account and confirms, in one step that the page is told of', async () => {
    const { world, id, number, phone, seen } = await scanned()
    expect(await phone.confirm(id, number)).toBe('confirmed')
    expect(await seen()).toMatchObject({ status: 'confirmed', version: 3, reason: null })
    expect(world.hints).toEqual([{ topic: 'ticket', id, version: 3 }])
    expect(await world.count('accounts', 'identities', 'unionids')).toEqual([1, 1, 1])
  })

  test('again, by an impatient finger, is harmless: fifty at once make one account', async () => {
    const { world, id, number, phone, seen } = await scanned()
    const answers = await Promise.all(Array.from({ length: 50 }, () => phone.confirm(id, number)))
    expect(new Set(answers)).toEqual(new Set(['confirmed']))
    expect((await seen())?.version).toBe(3)
    expect(await world.count('accounts')).toEqual([1])
    await world.redeem(id)
    expect(await phone.confirm(id, number)).toBe('redeemed')
  })

  test('forgets the proof: once confirmed, the ticket’s row holds no openid', async () => {
    const { world, id, number, phone } = await scanned()
    expect(JSON.stringify(await world.rows('tickets'))).toContain('alice-mp')
    await phone.confirm(id, number)
    expect(JSON.stringify(await world.rows('tickets'))).not.toContain('alice-mp')
  })

  test('by anybody else is refused and changes nothing', async () => {
    const { world, id, number, seen } = await scanned()
    const answer = { decision: 'confirm', matchNumber: number } as const
    for (const [secret, code] of [
      [null, 'ticket_unknown'],
      [world.anotherSecret(), 'scanned_elsewhere'],
      [world.browser, 'scanned_elsewhere'],
    ] as const) {
      expect(await refusal(world.login.decideOnPhone(id, secret, answer))).toBe(code)
    }
    expect(await seen()).toMatchObject({ status: 'scanned', version: 2 })
  })

  test('of a ticket that the page gave up makes no account', async () => {
    const { world, id, number, phone } = await scanned()
    await world.cancel(id)
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_expired')
    expect(await world.count('accounts')).toEqual([0])
  })

  test('at the same time as the page cancels ends one way or the other, never both', async () => {
    for (const first of ['confirm', 'cancel'] as const) {
      const { world, id, number, phone, seen } = await scanned()
      const confirm = () => refusal(phone.confirm(id, number))
      const cancel = () => world.cancel(id)
      await Promise.all(first === 'confirm' ? [confirm(), cancel()] : [cancel(), confirm()])
      const status = (await seen())?.status
      expect(['confirmed', 'expired']).toContain(status)
      expect(await world.count('accounts')).toEqual([status === 'confirmed' ? 1 : 0])
    }
  })

  test('by a person whose openid is tied to another unionid fails and says so to both ends', async () => {
    const { world, id, number, phone } = await scanned()
    await phone.confirm(id, number)
    const again = await showCode(world)
    await phone.scan(again.id, { ...ALICE, unionid: 'bob' })
    expect(await refusal(phone.confirm(again.id, again.number))).toBe('login_failed')
    expect((await world.attach(again.id))?.ticket).toMatchObject({ status: 'failed', reason: 'needs_attention' })
    expect(await world.count('accounts', 'unionids')).toEqual([1, 1])
  })
})

test('promise 1: a new person who confirms on the phone and on WeChat’s page at the same time has one account', async () => {
  const { world, id, number, phone } = await scanned()
  const { state } = world.beginWebsite()
  world.wechat.says('c1', { openid: 'alice-pc', unionid: 'alice' })
  const [status, outcome] = await Promise.all([phone.confirm(id, number), world.arrive({ state, code: 'c1' })])
  expect([status, outcome.status]).toEqual(['confirmed', 'confirmed'])
  expect(await world.count('accounts', 'identities', 'unionids', 'merges')).toEqual([1, 2, 1, 0])
})

describe('deny', () => {
  test('ends the login and leaves no account; again is harmless', async () => {
    const { world, id, number, phone, seen } = await scanned()
    expect(await phone.deny(id)).toBe('denied')
    expect(await phone.deny(id)).toBe('denied')
    expect(await seen()).toMatchObject({ status: 'denied', reason: 'refused_on_phone', version: 3 })
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_over')
    expect(await world.count('accounts', 'identities')).toEqual([0, 0])
    expect(JSON.stringify(await world.rows('tickets'))).not.toContain('alice-mp')
  })

  test('needs no number and no consent: refusing is as easy as can be', async () => {
    const world = await createWorld()
    const { id } = await showCode(world)
    const phone = createPhone(world)
    await phone.scan(id, { openid: 'alice-mp' })
    expect(await phone.deny(id)).toBe('denied')
  })

  test('after confirming is too late', async () => {
    const { id, number, phone, seen } = await scanned()
    await phone.confirm(id, number)
    expect(await refusal(phone.deny(id))).toBe('ticket_over')
    expect((await seen())?.status).toBe('confirmed')
  })
})

describe('number guessing', () => {
  test('two wrong numbers are forgiven', async () => {
    const { id, number, phone, seen } = await scanned()
    expect(await refusal(phone.confirm(id, wrong(number)))).toBe('match_number_wrong')
    expect(await refusal(phone.confirm(id, undefined))).toBe('match_number_wrong')
    expect((await seen())?.status).toBe('scanned')
    expect(await phone.confirm(id, number)).toBe('confirmed')
  })

  test('the third ends the ticket, and then the right number is no use', async () => {
    const { world, id, number, phone, seen } = await scanned()
    for (const typed of [wrong(number), '', undefined]) {
      expect(await refusal(phone.confirm(id, typed))).toBe('match_number_wrong')
    }
    expect(await seen()).toMatchObject({ status: 'failed', reason: 'match_number_wrong' })
    expect(await refusal(phone.confirm(id, number))).toBe('ticket_over')
    expect(await world.count('accounts')).toEqual([0])
  })

  test('all hundred numbers sent at once are three guesses, not a hundred', async () => {
    const { world, id, number, phone, seen } = await scanned()
    const guesses = Array.from({ length: 100 }, (_, guess) => String(guess).padStart(2, '0'))
    const wrongOnes = guesses.filter((guess) => guess !== number).slice(0, 49)
    // The right one comes last of fifty: by then the ticket has ended.
    const answers = await Promise.all([...wrongOnes, number].map((guess) => refusal(phone.confirm(id, guess))))
    expect(answers.filter((code) => code === 'match_number_wrong')).toHaveLength(3)
    expect(answers.filter((code) => code === 'ticket_over')).toHaveLength(47)
    expect(await seen()).toMatchObject({ status: 'failed', reason: 'match_number_wrong' })
    expect(await world.count('accounts')).toEqual([0])
  })

  test('scanning again does not give new tries', async () => {
    const world = await createWorld()
    const { id, number } = await showCode(world)
    const phone = createPhone(world)
    const [one, other] = [await phone.stateFrom(id), await phone.stateFrom(id)]
    await phone.arrive(one, { ...ALICE, scopes: ['snsapi_base'] })
    await refusal(phone.confirm(id, wrong(number)))
    await refusal(phone.confirm(id, wrong(number)))
    await phone.arrive(other, { ...ALICE, scopes: ['snsapi_base'] })
    expect(await refusal(phone.confirm(id, wrong(number)))).toBe('match_number_wrong')
    expect((await world.attach(id))?.ticket).toMatchObject({ status: 'failed', reason: 'match_number_wrong' })
  })
})
