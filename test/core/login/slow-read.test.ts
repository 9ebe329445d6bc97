// A database that takes its time: what was read before a ticket's end, and is answered after it, says nothing of how it ended.
import { describe, expect, test } from 'vitest'
import type { Method } from '#shared/ticket.js'
import { movableClock, openScratchStore, type ScratchStore } from '../scratch-store.js'
import { APPS, createWorld, refusal } from './world.js'

/** A store whose answers to the next look at tickets are on their way for as long as `meanwhile` takes. */
function slow(scratch: ScratchStore): ScratchStore & { answerAfter(meanwhile: () => Promise<unknown>): void } {
  let delay: (() => Promise<unknown>) | null = null
  async function late<T>(answer: Promise<T>): Promise<T> {
    const [found, meanwhile] = [await answer, delay]
    delay = null
    await meanwhile?.()
    return found
  }
  const { read } = scratch.store
  const tickets: typeof read.tickets = {
    ...read.tickets,
    find: (id) => late(read.tickets.find(id)),
    findMany: (ids) => late(read.tickets.findMany(ids)),
  }
  return {
    ...scratch,
    store: { ...scratch.store, read: { ...read, tickets } },
    answerAfter(meanwhile) {
      delay = meanwhile
    },
  }
}

/** A page one millisecond before its ticket ends, which has no row. */
async function almostOver(method: Method = 'website') {
  const time = movableClock()
  const scratch = slow(await openScratchStore(time.clock))
  const world = await createWorld({ time, scratch })
  const { ticket, redirectUrl } = world.login.begin({ method, secret: world.browser, language: 'zh' })
  world.wechat.says('c1', { openid: 'alice-pc', unionid: 'alice', nickname: 'alice' })
  time.advance(ticket.expiresAt - time.clock() - 1)
  const confirmed = async () => {
    await world.arrive({ state: world.stateOf(redirectUrl), code: 'c1' })
    time.advance(1)
  }
  const nobodyCame = async () => time.advance(1)
  return { ...world, scratch, id: ticket.id, confirmed, nobodyCame }
}

describe('a ticket that was confirmed while its read was under way, and in time', () => {
  test('is confirmed to the page that attaches', async () => {
    const { scratch, attach, id, confirmed } = await almostOver()
    scratch.answerAfter(confirmed)
    expect((await attach(id))?.ticket).toMatchObject({ status: 'confirmed', version: 2 })
  })

  test('is not over to the page that waits', async () => {
    const { scratch, login, id, confirmed } = await almostOver()
    scratch.answerAfter(confirmed)
    expect(await login.views([id])).toEqual([])
    expect(await login.views([id])).toMatchObject([{ ticket: { status: 'confirmed' } }])
  })

  test('is redeemed', async () => {
    const { scratch, redeem, id, confirmed } = await almostOver()
    scratch.answerAfter(confirmed)
    expect(await redeem(id)).toMatchObject({ account: { nickname: 'alice' } })
  })
})

describe('a ticket to which nobody came while its read was under way', () => {
  test('is over: to the page that attaches, and to a redeem', async () => {
    const { scratch, attach, redeem, id, nobodyCame, count } = await almostOver()
    scratch.answerAfter(nobodyCame)
    expect((await attach(id))?.ticket).toMatchObject({ status: 'expired', version: 0 })
    expect(await refusal(redeem(id))).toBe('ticket_expired')
    expect(await count('tickets')).toEqual([0])
  })

  test('is over to a redeem that was under way', async () => {
    const { scratch, redeem, id, nobodyCame } = await almostOver()
    scratch.answerAfter(nobodyCame)
    expect(await refusal(redeem(id))).toBe('ticket_expired')
  })

  test('is over to the page that waits, with its next look', async () => {
    const { scratch, login, id, nobodyCame } = await almostOver()
    scratch.answerAfter(nobodyCame)
    expect(await login.views([id])).toEqual([])
    expect(await login.views([id])).toMatchObject([{ ticket: { status: 'expired', version: 0 } }])
  })

  test('is over to a phone that opens its code', async () => {
    const { scratch, login, id, nobodyCame, phone } = await almostOver('relay')
    scratch.answerAfter(nobodyCame)
    expect(await refusal(login.openOnPhone(id, phone))).toBe('ticket_expired')
  })
})

test('a code that this very phone has scanned while its read was under way is not over to it', async () => {
  const { scratch, login, attach, arrive, id, time, phone, stateOf, wechat } = await almostOver('relay')
  wechat.says('c2', { openid: 'alice-mp', unionid: 'alice', nickname: 'alice' })
  scratch.answerAfter(async () => {
    await attach(id)
    const entry = await login.openOnPhone(id, phone)
    const state = stateOf(entry.kind === 'authorize' ? entry.url : null)
    await arrive({ app: APPS.mp, state, code: 'c2', browserSecret: null, phoneSecret: phone })
    time.advance(1)
  })
  expect(await login.openOnPhone(id, phone)).toEqual({ kind: 'confirm' })
})
