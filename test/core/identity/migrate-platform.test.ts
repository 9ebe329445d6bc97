// An app moves to another Open Platform account while people sign in: old unionids are forgotten, new ones are not.
import { expect, test } from 'vitest'
import { migratePlatform } from '#server/core/identity/migrate-platform.js'
import type { Openid, Proof, Unionid } from '#server/core/ports.js'
import { onEveryDatabase } from '../every-database.js'
import { disagreements } from './agreement.js'

onEveryDatabase('a migration of a platform', (office) => {
  const read = () => office().store.read
  const told = (appid: string, platform: string, openid: string, unionid: string | null): Proof => ({
    ...{ appKey: appid, appid, platform, openid: openid as Openid, unionid: unionid as Unionid | null },
    ...{ profile: null, provedAt: office().time.clock() },
  })
  const sign = async (...visit: Parameters<typeof told>) => {
    office().time.advance(1000)
    const answer = await office().desk.sign(told(...visit))
    if (!answer.ok) throw new Error(`${visit.join(' ')} was refused: ${answer.reason}`)
    return answer.accountId
  }
  const unionidOf = async (appid: string, openid: string) =>
    (await read().identities.find(appid, openid as Openid))?.unionid
  const agree = async () => expect(await disagreements(office().rows)).toEqual([])

  test('repeated after logins, it forgets nothing that was learnt in the namespace of today', async () => {
    const app = { key: 'moved', appid: 'wx-r', platform: 'new' }
    const id = await sign('wx-r', 'old', 'r1', 'r1-old')
    await sign('wx-r', 'old', 'r2', 'r2-old')
    expect(await migratePlatform(office().store, app, { at: office().time.clock() })).toEqual({
      identities: 2,
      accounts: 2,
    })
    expect(await sign('wx-r', 'new', 'r1', 'r1-new')).toBe(id)
    expect(await migratePlatform(office().store, app, { at: office().time.clock() })).toEqual({
      identities: 0,
      accounts: 0,
    })
    expect(await unionidOf('wx-r', 'r1')).toBe('r1-new')
    expect(await read().identities.accountOfUnionid('new', 'r1-new' as Unionid)).toBe(id)
    expect(await read().identities.accountOfUnionid('old', 'r1-old' as Unionid)).toBeNull()
    await agree()
  })

  test('where the name stayed, what was learnt before the app moved is forgotten, however often it is said', async () => {
    const app = { key: 'moved', appid: 'wx-s', platform: 'same' }
    const one = await sign('wx-s', 'same', 's1', 's1-old')
    const silent = await sign('wx-s', 'same', 's2', 's2-old')
    office().time.advance(1000)
    const movedAt = office().time.clock()
    expect(await migratePlatform(office().store, app, { at: office().time.clock() })).toEqual({
      identities: 0,
      accounts: 0,
    })
    // Came since, but was told nothing: what is known of them is still the old one.
    await sign('wx-s', 'same', 's2', null)
    const late = await sign('wx-s', 'same', 's3', 's3-new')
    expect(await migratePlatform(office().store, app, { at: movedAt, learntBefore: movedAt })).toEqual({
      identities: 2,
      accounts: 2,
    })
    expect([await unionidOf('wx-s', 's1'), await unionidOf('wx-s', 's2')]).toEqual([null, null])
    // What was one's is the other's now: nobody is joined.
    expect(await sign('wx-s', 'same', 's1', 's2-old')).toBe(one)
    expect(await sign('wx-s', 'same', 's2', 's1-old')).toBe(silent)
    expect(await migratePlatform(office().store, app, { at: movedAt, learntBefore: movedAt })).toEqual({
      identities: 0,
      accounts: 0,
    })
    expect(await sign('wx-s', 'same', 's3', 's3-new')).toBe(late)
    expect(await unionidOf('wx-s', 's1')).toBe('s2-old')
    await agree()
  })

  test('while everybody signs in, and two at once run it', async () => {
    const app = { key: 'moved', appid: 'wx-t', platform: 'to' }
    const people = Array.from({ length: 30 }, (_, index) => `t${index}`)
    const before = new Map<string, string>()
    for (const person of people) before.set(person, await sign('wx-t', 'from', person, null))
    // Another app of the same person has stayed where it was, and is merged with the first meanwhile.
    for (const person of people) await sign('wx-u', 'to', `${person}-u`, `${person}-to`)
    await Promise.all([
      migratePlatform(office().store, app, { at: office().time.clock() }),
      migratePlatform(office().store, app, { at: office().time.clock() }),
      ...people.map((person) => office().desk.sign(told('wx-t', 'to', person, `${person}-to`))),
    ])
    await agree()
    for (const person of people) {
      expect(await unionidOf('wx-t', person)).toBe(`${person}-to`)
      expect(await sign('wx-t', 'to', person, `${person}-to`)).toBe(before.get(person))
      expect(await sign('wx-u', 'to', `${person}-u`, `${person}-to`)).toBe(before.get(person))
    }
    await agree()
  })
})
