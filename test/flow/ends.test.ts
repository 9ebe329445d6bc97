// Promise 5: every way a login can end is told to the waiting page, by the socket and by polling, with its name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REASONS, type Reason, type TicketBegun, type TicketStatus } from '#shared/ticket.js'
import { sql } from '../world/database.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

interface End {
  readonly name: string
  readonly method: 'website' | 'relay'
  readonly status: TicketStatus
  readonly reason: Reason | null
  bring(pc: Pc, begun: TicketBegun, person: string): Promise<unknown>
}

const exchange = '/sns/oauth2/access_token'
/** The scan, with WeChat misbehaving in this way. */
const scanWith = (fault: Record<string, unknown>) => async (pc: Pc, begun: TicketBegun, person: string) => {
  await world.wechat.fault(fault)
  await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
}
const openWith = (fault: Record<string, unknown>) => async (_: Pc, begun: TicketBegun, person: string) => {
  await world.wechat.fault(fault)
  await world.phone(person).open(begun.ticket.id)
}
/** WeChat's page for explicit consent, refused in one of WeChat's forms. */
const refuseConsent = (refusal: string) => async (_: Pc, begun: TicketBegun, person: string) => {
  const phone = world.phone(person)
  await phone.open(begun.ticket.id)
  const { needsExplicit } = (await phone.question(begun.ticket.id)).json<{ needsExplicit: string }>()
  await world.wechat.putPerson(person, { refuses: true })
  await world.wechat.fault({ path: '/connect/oauth2/authorize', kind: 'refusal', refusal })
  await phone.follow(needsExplicit)
}
const failed = { status: 'failed' } as const
const denied = { status: 'denied', reason: 'refused_on_phone' } as const

const ENDS: readonly End[] = [
  {
    name: 'the phone confirms (website)',
    method: 'website',
    status: 'redeemed',
    reason: null,
    async bring(pc, begun, person) {
      await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
      await pc.signIn(begun.ticket.id)
    },
  },
  {
    name: 'the phone confirms (relay)',
    method: 'relay',
    status: 'redeemed',
    reason: null,
    async bring(pc, begun, person) {
      const phone = world.phone(person)
      await phone.scan(begun.ticket.id)
      await phone.confirm(begun.ticket.id, begun.matchNumber)
      await pc.signIn(begun.ticket.id)
    },
  },
  {
    name: 'the person refuses on our page',
    method: 'relay',
    ...denied,
    async bring(_, begun, person) {
      const phone = world.phone(person)
      await phone.scan(begun.ticket.id)
      await phone.deny(begun.ticket.id)
    },
  },
  { name: 'WeChat returns authdeny', method: 'relay', ...denied, bring: refuseConsent('authdeny') },
  { name: 'WeChat returns without a code', method: 'relay', ...denied, bring: refuseConsent('state_only') },
  {
    name: 'WeChat returns to the PC without a code',
    method: 'website',
    ...denied,
    async bring(pc, begun) {
      const state = new URL(begun.embedUrl ?? '').searchParams.get('state')
      await pc.browser.get(`/wechat/callback/pc?state=${state}`)
    },
  },
  {
    name: 'the page gives up',
    method: 'relay',
    status: 'expired',
    reason: 'cancelled',
    bring: (pc, begun) => pc.cancel(begun.ticket.id),
  },
  {
    name: 'three wrong match numbers',
    method: 'relay',
    ...failed,
    reason: 'match_number_wrong',
    async bring(_, begun, person) {
      const phone = world.phone(person)
      await phone.scan(begun.ticket.id)
      for (const wrong of ['xx', null, '']) await phone.confirm(begun.ticket.id, wrong)
    },
  },
  {
    name: 'the openid is tied to another unionid',
    method: 'website',
    ...failed,
    reason: 'needs_attention',
    async bring(pc, begun, person) {
      await world.signedIn('website', person)
      await scanWith({ path: exchange, kind: 'otherUnionid' })(pc, begun, person)
    },
  },
  {
    name: 'an operator has disabled the account',
    method: 'website',
    ...failed,
    reason: 'account_disabled',
    async bring(pc, begun, person) {
      const { redeemed } = await world.signedIn('website', person)
      await sql(world.file, `UPDATE accounts SET status = 'disabled' WHERE id = '${redeemed.account.id}'`)
      await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
    },
  },
  {
    name: 'its person deletes the account elsewhere, before this page has collected the login',
    method: 'website',
    ...failed,
    reason: 'account_changed',
    async bring(pc, begun, person) {
      const elsewhere = await world.signedIn('website', person)
      await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
      expect(await elsewhere.pc.browser.delete('/api/account')).toMatchObject({ status: 204 })
    },
  },
  ...(['website', 'relay'] as const).flatMap((method): End[] => {
    const bring = method === 'website' ? scanWith : openWith
    const end = (name: string, reason: Reason, fault: Record<string, unknown>): End => ({
      name: `${name} (${method})`,
      method,
      ...failed,
      reason,
      bring: bring({ path: exchange, ...fault }),
    })
    return [
      end('WeChat shows a snapshot user', 'snapshot_user', { kind: 'snapshotUser' }),
      end('WeChat does not know the code', 'code_rejected', { kind: 'errcode', errcode: 40029 }),
      end('WeChat has seen the code before', 'code_rejected', { kind: 'errcode', errcode: 40163 }),
      end('WeChat’s connection breaks', 'platform_unreachable', { kind: 'reset' }),
      end('WeChat answers HTML', 'platform_unreachable', { kind: 'html' }),
      end('WeChat answers half of it', 'platform_unreachable', { kind: 'truncated' }),
      end('WeChat does not let this person in', 'refused_by_wechat', { kind: 'errcode', errcode: 50002 }),
      end('WeChat asks to slow down', 'platform_busy', { kind: 'errcode', errcode: 45011 }),
      end('WeChat refuses the secret', 'misconfigured', { kind: 'errcode', errcode: 40125 }),
    ]
  }),
]

describe('The waiting page always reaches an end it can name: logged in, refused, expired, or "scan again" with a reason', () => {
  test.each(ENDS)('$name → $status $reason', async ({ method, status, reason, bring }) => {
    const pc = world.pc()
    const begun = await pc.begin(method)
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    await bring(pc, begun, await world.wechat.newPerson())
    expect(await live.until(status)).toMatchObject({ status, reason })
    expect((await pc.ticket(begun.ticket.id)).ticket).toMatchObject({ status, reason })
    const late = await pc.watch(begun.ticket.id)
    expect(await late.until(status)).toMatchObject({ status, reason })
    late.close()
    live.close()
    if (status !== 'redeemed') expect([409, 410]).toContain((await pc.redeem(begun.ticket.id)).status)
    expect((await pc.begin(method)).ticket.status).toBe('pending')
  })

  test('nothing at all happens → expired: after 90 s unscanned, after 120 s scanned, after 10 min on WeChat’s page', async () => {
    const person = await world.wechat.newPerson()
    const waiting = await Promise.all(
      (['relay', 'relay', 'website'] as const).map(async (method) => {
        const pc = world.pc()
        const begun = await pc.begin(method)
        const live = await pc.watch(begun.ticket.id)
        await live.until('pending')
        return { pc, begun, live }
      }),
    )
    const [unscanned, scanned, website] = waiting
    if (!unscanned || !scanned || !website) throw new Error('three pages wait')
    await world.phone(person).open(scanned.begun.ticket.id)
    // A refusal on WeChat's own page tells us nothing: WeChat's page goes nowhere.
    await world.wechat.websiteRefusal(website.begun, person)
    const statusOf = async ({ pc, begun }: typeof unscanned) => (await pc.ticket(begun.ticket.id)).ticket.status

    world.advance(90_000)
    expect(await unscanned.live.until('expired', 10_000)).toMatchObject({ reason: null })
    expect(await statusOf(scanned)).toBe('scanned')
    world.advance(31_000)
    expect(await scanned.live.until('expired', 10_000)).toMatchObject({ reason: null })
    expect(await statusOf(website)).toBe('pending')
    world.advance(600_000)
    expect(await website.live.until('expired', 10_000)).toMatchObject({ reason: null })
    for (const page of waiting) page.live.close()
  })

  test('a code that no page ever attached to expires too', async () => {
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    world.advance(90_000)
    expect((await pc.ticket(ticket.id)).ticket.status).toBe('expired')
    expect(await world.phone('alice').open(ticket.id)).toMatchObject({ status: 410, code: 'ticket_expired' })
  })

  test('these are all the reasons there are', () => {
    const elsewhere: Reason[] = [
      'interrupted', // killed.test.ts: the server is gone while WeChat is asked
      'explicit_required', // official.test.ts: a stranger inside WeChat, who has no waiting page
      'consent_required', // consent.test.ts: an app brought no consent; it has no waiting page
      'scanned_elsewhere', // refusals.test.ts: what a second phone is told; no page's end
    ]
    expect(new Set([...ENDS.map(({ reason }) => reason), ...elsewhere, null])).toEqual(new Set([...REASONS, null]))
  })
})
