// The safest way in: our code, a phone that WeChat vouches for, a number read off the screen. Scan, consent, confirm.
import { describe, expect, test } from 'vitest'
import { platformError } from './fake-platform.js'
import { createPhone, showCode } from './phone.js'
import { APPS, createWorld, PC, refusal, type World } from './world.js'

const ALICE = { openid: 'alice-mp', unionid: 'alice', nickname: 'Alice' }
const STRANGER = { openid: 'alice-mp', nickname: 'Alice' }

async function started() {
  const world = await createWorld()
  return { world, ticket: await showCode(world), phone: createPhone(world) }
}
const seen = async (world: World, id: string) => (await world.attach(id))?.ticket

describe('opening the code', () => {
  test('changes nothing, however often: crawlers open links', async () => {
    const { world, ticket, phone } = await started()
    const before = await world.dump()
    for (let i = 0; i < 5; i++) expect(await phone.open(ticket.id)).toMatchObject({ kind: 'authorize' })
    expect(await createPhone(world, world.anotherSecret()).open(ticket.id)).toMatchObject({ kind: 'authorize' })
    expect(await world.dump()).toEqual(before)
    expect(world.hints).toEqual([])
  })

  test('leads to WeChat’s silent look, with a state of this phone’s own', async () => {
    const { world, ticket, phone } = await started()
    const entry = await phone.open(ticket.id)
    const query = new URL(entry.kind === 'authorize' ? entry.url : '').searchParams
    expect(Object.fromEntries(query)).toMatchObject({ appid: 'wx-mp', scope: 'snsapi_base' })
    expect(query.get('redirectUri')).toBe('https://id.example.cn/wechat/callback/mp')
    const other = await createPhone(world, world.anotherSecret()).stateFrom(ticket.id)
    expect(other).not.toBe(query.get('state'))
  })

  test('says why not: not attached, expired, over, of another method, or no ticket of ours', async () => {
    const { world, ticket, phone } = await started()
    const unattached = world.login.begin({ method: 'relay', secret: world.browser, language: 'zh' }).ticket.id
    expect(await refusal(phone.open(unattached))).toBe('ticket_not_attached')
    expect(await refusal(phone.open(world.beginWebsite().id))).toBe('ticket_unknown')
    expect(await refusal(phone.open('tkt_junk'))).toBe('ticket_unknown')
    world.time.advance(90_000)
    expect(await refusal(phone.open(ticket.id))).toBe('ticket_expired')
    expect(await refusal(phone.open(unattached))).toBe('ticket_expired')
  })

  test('after the phone has scanned leads back to the confirm page, and for any other phone nowhere', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, ALICE)
    expect(await phone.open(ticket.id)).toEqual({ kind: 'confirm' })
    expect(await refusal(createPhone(world, world.anotherSecret()).open(ticket.id))).toBe('scanned_elsewhere')
  })

  test('works after a key rotation, too: the code on the screen stays good', async () => {
    const { world, ticket } = await started()
    const rotated = createPhone({ ...world, login: world.node('key two', 'key one') })
    const state = await rotated.stateFrom(ticket.id)
    world.wechat.says('c1', { ...ALICE, scopes: ['snsapi_base'] })
    const login = world.node('key two', 'key one')
    const secrets = { browserSecret: null, phoneSecret: world.phone }
    const arrival = { app: APPS.mp, state, code: 'c1', ...secrets, device: PC, returnToOf: () => '/' }
    expect(await login.callback(arrival)).toMatchObject({ status: 'scanned', ticketId: ticket.id })
    const answer = { decision: 'confirm', matchNumber: ticket.number } as const
    expect(await login.decideOnPhone(ticket.id, world.phone, answer)).toBe('confirmed')
  })
})

describe('the scan', () => {
  test('shows who scanned, gives the person two minutes, and makes no account', async () => {
    const { world, ticket, phone } = await started()
    world.time.advance(80_000)
    expect(await phone.scan(ticket.id, ALICE)).toMatchObject({ status: 'scanned', purpose: 'relay_base' })
    expect(await seen(world, ticket.id)).toMatchObject({ status: 'scanned', version: 2 })
    expect((await seen(world, ticket.id))?.expiresAt).toBe(world.time.clock() + 120_000)
    expect(world.hints).toEqual([{ topic: 'ticket', id: ticket.id, version: 2 }])
    expect(await world.count('accounts', 'identities', 'unionids')).toEqual([0, 0, 0])
    expect(world.wechat.calls.profiles).toBe(0)
  })

  test('of a person we know shows the name we know', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, STRANGER)
    await phone.consent(ticket.id, ALICE)
    await phone.confirm(ticket.id, ticket.number)
    const again = await showCode(world)
    await createPhone(world, world.anotherSecret()).scan(again.id, STRANGER)
    expect((await seen(world, again.id))?.scannedBy).toMatchObject({ nickname: 'Alice' })
  })

  test('a phone that comes first holds the ticket; one that WeChat was still looking at is too late', async () => {
    const { world, ticket, phone } = await started()
    const second = createPhone(world, world.anotherSecret())
    const release = world.wechat.holdNext()
    const late = second.scan(ticket.id, { openid: 'mallory-mp', unionid: 'mallory', nickname: 'Mallory' })
    await world.wechat.asked(1)
    await phone.scan(ticket.id, ALICE)
    release()
    expect(await refusal(late)).toBe('scanned_elsewhere')
    expect(await refusal(second.question(ticket.id))).toBe('ticket_unknown')
    expect(await refusal(second.confirm(ticket.id, ticket.number))).toBe('scanned_elsewhere')
    expect(await refusal(second.deny(ticket.id))).toBe('scanned_elsewhere')
    expect(await phone.confirm(ticket.id, ticket.number)).toBe('confirmed')
    expect(await world.rows('identities')).toMatchObject([{ openid: 'alice-mp' }])
  })

  test('a confirmation belongs to one phone: the same person’s other phone is too late, too', async () => {
    const { world, ticket, phone } = await started()
    const second = createPhone(world, world.anotherSecret())
    const release = world.wechat.holdNext()
    const late = second.scan(ticket.id, ALICE)
    await world.wechat.asked(1)
    await phone.scan(ticket.id, ALICE)
    release()
    expect(await refusal(late)).toBe('scanned_elsewhere')
    expect(await seen(world, ticket.id)).toMatchObject({ status: 'scanned', version: 2 })
    expect(await refusal(second.confirm(ticket.id, ticket.number))).toBe('scanned_elsewhere')
    expect(await phone.confirm(ticket.id, ticket.number)).toBe('confirmed')
  })

  test('a phone that fails at WeChat ends the code that nobody has scanned', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, platformError('code_rejected'))
    expect(await seen(world, ticket.id)).toMatchObject({ status: 'failed', reason: 'code_rejected' })
    expect(await phone.question(ticket.id)).toMatchObject({ status: 'failed', reason: 'code_rejected' })
  })

  test('a phone that fails at WeChat cannot end the code that another phone holds', async () => {
    const { world, ticket, phone } = await started()
    const release = world.wechat.holdNext()
    const late = createPhone(world, world.anotherSecret()).scan(ticket.id, platformError('code_rejected'))
    await world.wechat.asked(1)
    await phone.scan(ticket.id, ALICE)
    release()
    expect(await refusal(late)).toBe('scanned_elsewhere')
    expect(await seen(world, ticket.id)).toMatchObject({ status: 'scanned', version: 2 })
    expect(await phone.confirm(ticket.id, ticket.number)).toBe('confirmed')
  })
})

describe('the explicit step', () => {
  test('a person without a known unionid is asked for consent before confirming', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, STRANGER)
    const { needsExplicit } = await phone.question(ticket.id)
    expect(new URL(needsExplicit ?? '').searchParams.get('scope')).toBe('snsapi_userinfo')
    expect(await refusal(phone.confirm(ticket.id, ticket.number))).toBe('explicit_required')
    expect(await phone.consent(ticket.id, ALICE)).toMatchObject({ status: 'scanned', purpose: 'relay_explicit' })
    expect(await phone.question(ticket.id)).toMatchObject({ needsExplicit: null, person: { nickname: 'Alice' } })
    expect((await seen(world, ticket.id))?.scannedBy).toMatchObject({ nickname: 'Alice' })
    expect(await world.count('accounts')).toEqual([0])
    expect(await phone.confirm(ticket.id, ticket.number)).toBe('confirmed')
    expect(await world.rows('unionids')).toMatchObject([{ unionid: 'alice' }])
  })

  test('a person whose unionid came with the silent look, or is stored, is not asked', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, ALICE)
    expect((await phone.question(ticket.id)).needsExplicit).toBeNull()
    await phone.confirm(ticket.id, ticket.number)
    const again = await showCode(world)
    await phone.scan(again.id, STRANGER)
    expect((await phone.question(again.id)).needsExplicit).toBeNull()
  })

  test('where no unionid is to be expected only a new person is asked, for the name', async () => {
    const world = await createWorld()
    const phone = createPhone(world)
    const [first, second] = [await showCode(world, 'solo'), await showCode(world, 'solo')]
    const arrive = async (state: string, code: string, scope: string) => {
      world.wechat.says(code, { ...STRANGER, scopes: [scope] })
      await world.arrive({ state, code, app: APPS.solo, phoneSecret: world.phone })
    }
    await arrive(await phone.stateFrom(first.id), 'c1', 'snsapi_base')
    await arrive(world.stateOf((await phone.question(first.id)).needsExplicit), 'c2', 'snsapi_userinfo')
    expect(await phone.confirm(first.id, first.number)).toBe('confirmed')
    await arrive(await phone.stateFrom(second.id), 'c3', 'snsapi_base')
    expect((await phone.question(second.id)).needsExplicit).toBeNull()
  })

  test('refusing WeChat’s consent denies the login and leaves no account', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, STRANGER)
    expect(await phone.consent(ticket.id, null)).toMatchObject({ status: 'denied', reason: 'refused_on_phone' })
    expect(await seen(world, ticket.id)).toMatchObject({ status: 'denied', reason: 'refused_on_phone' })
    expect(await world.count('accounts')).toEqual([0])
  })

  test('account switch: consent by another WeChat account than the one that scanned ends the attempt', async () => {
    const { world, ticket, phone } = await started()
    await phone.scan(ticket.id, STRANGER)
    const other = { openid: 'mallory-mp', unionid: 'mallory', nickname: 'Mallory' }
    expect(await phone.consent(ticket.id, other)).toMatchObject({ status: 'failed', reason: 'code_rejected' })
    expect(await refusal(phone.confirm(ticket.id, ticket.number))).toBe('ticket_over')
    expect(await world.count('accounts')).toEqual([0])
  })

  test('a snapshot user is failed at the scan and nothing of it is stored', async () => {
    const { world, ticket, phone } = await started()
    const outcome = await phone.scan(ticket.id, { ...ALICE, snapshotUser: true })
    expect(outcome).toMatchObject({ status: 'failed', reason: 'snapshot_user' })
    expect(JSON.stringify(await world.dump())).not.toContain('alice-mp')
  })
})
