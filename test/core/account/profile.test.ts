// Which name and picture an account shows: what WeChat hands out in place of a profile never replaces a real one.
import { describe, expect, test } from 'vitest'
import { chooseProfile as choose, NO_PROFILE, withoutSource } from '#server/core/account/profile.js'
import type { Profile } from '#server/core/ports.js'

const GREY =
  'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132'
const FACE = 'https://thirdwx.qlogo.cn/mmopen/vi_32/alice/132'
const NEW_FACE = 'https://thirdwx.qlogo.cn/mmopen/vi_32/alice2/132'
const alice = { nickname: 'Alice', avatarUrl: FACE }
const nobody = { nickname: '', avatarUrl: '' }

const FROM = { source: 'mp', at: 7 }
const EARLIER = { nicknameSource: 'pc', nicknameAt: 1, avatarSource: 'pc', avatarAt: 2 }
const sourced = (profile: Profile) => ({ ...EARLIER, ...profile })
/** Name and picture alone: where they came from has tests of its own. */
function chooseProfile(current: Profile, incoming: Profile): Profile | null {
  const chosen = choose(sourced(current), incoming, FROM)
  return chosen && { nickname: chosen.nickname, avatarUrl: chosen.avatarUrl }
}

describe('where name and picture came from', () => {
  test('each keeps its own source and time', () => {
    expect(choose(sourced(alice), { nickname: 'Alicia', avatarUrl: FACE }, FROM)).toEqual({
      ...sourced(alice),
      ...{ nickname: 'Alicia', nicknameSource: 'mp', nicknameAt: 7 },
    })
    expect(choose(sourced(alice), { nickname: '微信用户', avatarUrl: NEW_FACE }, FROM)).toEqual({
      ...sourced(alice),
      ...{ avatarUrl: NEW_FACE, avatarSource: 'mp', avatarAt: 7 },
    })
  })

  test('what came by one app can be forgotten, and nothing else is', () => {
    const mixed = { ...sourced(alice), nicknameSource: 'mp' }
    expect(withoutSource(mixed, 'mp')).toEqual({ ...mixed, nickname: '', nicknameSource: null, nicknameAt: null })
    expect(withoutSource(mixed, 'app')).toBeNull()
    expect(withoutSource(sourced(alice), 'pc')).toEqual(NO_PROFILE)
  })
})

describe('chooseProfile', () => {
  test('the first real profile is taken', () => {
    expect(chooseProfile(nobody, alice)).toEqual(alice)
  })

  test('a real new name or picture replaces the old one', () => {
    expect(chooseProfile(alice, { nickname: 'Alicia', avatarUrl: FACE })).toEqual({ ...alice, nickname: 'Alicia' })
    expect(chooseProfile(alice, { nickname: 'Alice', avatarUrl: NEW_FACE })).toEqual({ ...alice, avatarUrl: NEW_FACE })
  })

  test('nothing is written when nothing changes', () => {
    expect(chooseProfile(alice, alice)).toBeNull()
    expect(chooseProfile(nobody, nobody)).toBeNull()
  })

  test.each([
    ['微信用户 with the grey avatar', { nickname: '微信用户', avatarUrl: GREY }],
    ['微信用户 without an avatar', { nickname: '微信用户', avatarUrl: '' }],
    ['the grey avatar in another size', { nickname: '', avatarUrl: GREY.replace('/132', '/0') }],
    ['the grey avatar from another host', { nickname: '', avatarUrl: GREY.replace('thirdwx', 'wx') }],
    ['an empty profile', nobody],
  ])('%s never overwrites a real profile, nor fills an empty one', (_, placeholder) => {
    expect(chooseProfile(alice, placeholder)).toBeNull()
    expect(chooseProfile(nobody, placeholder)).toBeNull()
  })

  test('a real half is taken while the placeholder half is left', () => {
    expect(chooseProfile(alice, { nickname: '微信用户', avatarUrl: NEW_FACE })).toEqual({
      ...alice,
      avatarUrl: NEW_FACE,
    })
    expect(chooseProfile(alice, { nickname: 'Alicia', avatarUrl: GREY })).toEqual({ ...alice, nickname: 'Alicia' })
  })

  test('a person who merely has 微信用户 in the name keeps it', () => {
    expect(chooseProfile(nobody, { nickname: '微信用户小王', avatarUrl: '' })).toEqual({
      nickname: '微信用户小王',
      avatarUrl: '',
    })
  })
})
