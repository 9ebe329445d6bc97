// Promise 1: whatever door a person comes through, and whenever, they are one account.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const identities = (accountId: string) => world.node().store.read.identities.ofAccount(accountId)
const survivorOf = async (accountId: string): Promise<string> =>
  (await world.node().store.read.accounts.find(accountId))?.mergedInto ?? accountId

describe('One person per Open Platform account has one account as soon as WeChat has told us the unionid, whatever arrives at the same time and in whatever order', () => {
  test('two first logins at the same moment, by website and relay: one account, two identities, in each of 20 rounds', async () => {
    for (let round = 0; round < 20; round += 1) {
      const person = await world.wechat.newPerson()
      const [byWebsite, byRelay] = await Promise.all([
        world.signedIn('website', person),
        world.signedIn('relay', person),
      ])
      const { id } = byWebsite.redeemed.account
      expect(byRelay.redeemed.account.id).toBe(id)
      expect((await identities(id)).map(({ appid }) => appid)).toHaveLength(2)
      expect(new Set((await identities(id)).map(({ unionid }) => unionid)).size).toBe(1)
    }
  })

  test('eight first logins at the same moment, four a door: one account, two identities', async () => {
    const person = await world.wechat.newPerson()
    const methods = [...METHODS, ...METHODS, ...METHODS, ...METHODS]
    const all = await Promise.all(methods.map((method) => world.signedIn(method, person)))
    expect(new Set(all.map(({ redeemed }) => redeemed.account.id)).size).toBe(1)
    expect(await identities(all[0]?.redeemed.account.id ?? '')).toHaveLength(2)
  })

  test.each([
    ['website', 'relay'],
    ['relay', 'website'],
  ] as const)('first by %s, later by %s: the same account', async (first, second) => {
    const person = await world.wechat.newPerson()
    const one = await world.signedIn(first, person)
    const other = await world.signedIn(second, person)
    expect(other.redeemed.account.id).toBe(one.redeemed.account.id)
  })

  test.each([
    ['website', 'relay'],
    ['relay', 'website'],
  ] as const)(
    'met by %s and then by %s before any unionid was told, the two accounts become one when it is, and both sessions live on',
    async (first, second) => {
      const person = await world.wechat.newPerson({ noUnionid: true })
      const older = await world.signedIn(first, person)
      const younger = await world.signedIn(second, person)
      expect(younger.redeemed.account.id).not.toBe(older.redeemed.account.id)

      await world.wechat.putPerson(person, { noUnionid: false })
      await world.signedIn(second, person)
      const survivor = (await world.signedIn(first, person)).redeemed.account.id
      expect(survivor).toBe(older.redeemed.account.id)
      expect(await survivorOf(younger.redeemed.account.id)).toBe(survivor)
      expect(await identities(survivor)).toHaveLength(2)
      for (const { pc } of [older, younger]) expect((await pc.me()).account.id).toBe(survivor)
    },
  )

  test('two people never share an account, however their logins interleave', async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => world.wechat.newPerson({ nickname: '同名' })))
    const all = await Promise.all(people.flatMap((person) => METHODS.map((method) => world.signedIn(method, person))))
    expect(new Set(all.map(({ redeemed }) => redeemed.account.id)).size).toBe(people.length)
  })

  test('an openid that comes back with another unionid is refused and changes nothing', async () => {
    const person = await world.wechat.newPerson()
    const before = await world.signedIn('website', person)
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'otherUnionid' })
    const pc = world.pc()
    const begun = await pc.begin('website')
    const { posted } = await pc.arriveInFrame(await world.wechat.websiteScan(begun, person))
    expect(posted.json()).toMatchObject({ status: 'failed' })
    expect((await pc.ticket(begun.ticket.id)).ticket).toMatchObject({ status: 'failed', reason: 'needs_attention' })
    expect(await identities(before.redeemed.account.id)).toHaveLength(1)
  })
})
