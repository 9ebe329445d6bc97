// Pictures of people: every page gets them from us, and from nobody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Confirmation, OwnAccount, SignedIn } from '#shared/api.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const load = (address: string) => fetch(address.replace(world.publicUrl, world.connectTo))

describe('a picture', () => {
  test('is at an address of ours wherever a page is told of it, and is what WeChat has', async () => {
    const { pc } = await world.signedIn('relay', 'alice')
    const next = world.pc()
    const { ticket } = await next.begin('relay')
    const live = await next.watch(ticket.id)
    await live.until('pending')
    const question: Confirmation = await world.phone('alice').scan(ticket.id)
    const shown = [
      (await pc.session()).json<SignedIn>().account.avatarUrl,
      (await pc.browser.get('/api/account')).json<OwnAccount>().account.avatarUrl,
      question.person?.avatarUrl ?? '',
      (await live.until('scanned')).scannedBy?.avatarUrl ?? '',
      (await next.ticket(ticket.id)).ticket.scannedBy?.avatarUrl ?? '',
    ]
    live.close()
    expect(new Set(shown).size).toBe(1)
    expect(shown[0]).toMatch(new RegExp(`^${world.publicUrl}/avatars/[A-Za-z0-9_.-]+$`))

    const answer = await load(shown[0] ?? '')
    const original = await fetch(`${world.wechat.url}/mmopen/vi_32/alice/132`)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(await original.arrayBuffer()))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=86400',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      // Pages of the operator's on another host show it.
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('of what is no picture at WeChat is not there', async () => {
    const person = await world.wechat.newPerson({ avatarUrl: `${world.wechat.url}/sim/people` })
    const { redeemed } = await world.signedIn('website', person)
    expect((await load(redeemed.account.avatarUrl)).status).toBe(404)
  })

  test('keeps its address over a restart and a change of keys', async () => {
    const { redeemed } = await world.signedIn('website', 'bob')
    await world.restart(['another-key-for-tests-only-0123456789abcdef', 'a-fixed-key-for-tests-only-0123456789abcdef'])
    expect((await load(redeemed.account.avatarUrl)).status).toBe(200)
  })
})

test('AVATARS=off: none is shown, none is fetched, not even by an address of before', async () => {
  const quiet = await startWorld({ config: (config) => ({ ...config, avatars: false }) })
  try {
    const { redeemed } = await quiet.signedIn('website', 'alice')
    expect(redeemed.account.avatarUrl).toBe('')
    const { redeemed: before } = await world.signedIn('website', 'alice')
    const path = new URL(before.account.avatarUrl).pathname
    expect((await fetch(`${quiet.connectTo}${path}`)).status).toBe(404)
  } finally {
    await quiet.close()
  }
})
