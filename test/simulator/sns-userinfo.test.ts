import { describe, expect, test } from 'vitest'
import { startSimulator } from './world.js'

describe('the profile', () => {
  test('has every field of the real answer, and no errcode', async () => {
    const sim = await startSimulator()
    const { access_token, openid, unionid } = await sim.login('pc', 'alice')
    expect(await sim.sns('userinfo', { access_token, openid, lang: 'zh_CN' })).toEqual({
      openid,
      nickname: 'Alice 小林',
      sex: 0,
      language: '',
      city: '',
      province: '',
      country: '',
      headimgurl: `${sim.url}/mmopen/vi_32/alice/132`,
      privilege: [],
      unionid,
    })
  })

  test('checks its parameters in a fixed order', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('mp', 'alice', 'snsapi_base')
    const ask = async (params: Record<string, string>) => (await sim.sns('userinfo', params)).errcode
    expect(await ask({})).toBe(41001)
    expect(await ask({ access_token: 'x' })).toBe(41009)
    expect(await ask({ access_token: 'x', openid: 'x' })).toBe(40001)
    expect(await ask({ access_token, openid: 'x' })).toBe(40003)
    expect(await ask({ access_token, openid })).toBe(48001)
    await sim.advance(7_200_000)
    expect(await ask({ access_token, openid: 'x' })).toBe(42001)
  })

  test('an openid differs in nothing but a letter’s case: it is another one', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('pc', 'alice')
    const swapped = openid.toUpperCase() === openid ? openid.toLowerCase() : openid.toUpperCase()
    expect((await sim.sns('userinfo', { access_token, openid: swapped })).errcode).toBe(40003)
  })

  test('a token of one app says nothing about the openid of another', async () => {
    const sim = await startSimulator()
    const [pc, mp] = [await sim.login('pc', 'alice'), await sim.login('mp', 'alice')]
    const crossed = await sim.sns('userinfo', { access_token: pc.access_token, openid: mp.openid })
    expect(crossed.errcode).toBe(40003)
  })

  test('a person without a picture has an empty address, and a new name shows at once', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('pc', 'plain')
    expect(await sim.sns('userinfo', { access_token, openid })).toMatchObject({ headimgurl: '' })
    await sim.ordered('people', { name: 'plain', nickname: '改名了', avatarUrl: 'https://img.example/1/132' })
    expect(await sim.sns('userinfo', { access_token, openid })).toMatchObject({
      nickname: '改名了',
      headimgurl: 'https://img.example/1/132',
    })
  })

  test('a snapshot user is 微信用户', async () => {
    const sim = await startSimulator()
    await sim.fault({ path: '/sns/oauth2/access_token', kind: 'snapshotUser' })
    const { access_token, openid, is_snapshotuser } = await sim.login('mp', 'alice')
    expect(is_snapshotuser).toBe(1)
    expect(await sim.sns('userinfo', { access_token, openid })).toMatchObject({ nickname: '微信用户', headimgurl: '' })
    expect(await sim.login('mp', 'alice')).not.toHaveProperty('is_snapshotuser')
  })

  test.each(['otherUnionid', 'otherOpenid', 'noUnionid'])('can contradict the exchange: %s', async (kind) => {
    const sim = await startSimulator()
    const { access_token, openid, unionid } = await sim.login('pc', 'alice')
    await sim.fault({ path: '/sns/userinfo', kind })
    const profile = await sim.sns('userinfo', { access_token, openid })
    expect(profile.unionid === unionid).toBe(kind === 'otherOpenid')
    expect(profile.openid === openid).toBe(kind !== 'otherOpenid')
    expect('unionid' in profile).toBe(kind !== 'noUnionid')
    expect(await sim.sns('userinfo', { access_token, openid })).toMatchObject({ openid, unionid })
  })

  test.each(['otherUnionid', 'otherOpenid', 'noUnionid'])('agrees with an exchange that said %s', async (kind) => {
    const sim = await startSimulator()
    const usual = await sim.login('pc', 'alice')
    await sim.fault({ path: '/sns/oauth2/access_token', kind })
    const { access_token, openid, unionid } = await sim.login('pc', 'alice')
    expect(openid === usual.openid).toBe(kind !== 'otherOpenid')
    expect(unionid === usual.unionid).toBe(kind === 'otherOpenid')
    const profile = await sim.sns('userinfo', { access_token, openid })
    expect(profile).toMatchObject({ openid })
    expect(profile.unionid).toBe(unionid)
  })
})

describe('the check of a token', () => {
  test('says ok, or which of the two is wrong', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('pc', 'alice')
    const ask = (params: Record<string, string>) => sim.sns('auth', params)
    expect(await ask({ access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await ask({})).toMatchObject({ errcode: 41001 })
    expect(await ask({ access_token })).toMatchObject({ errcode: 41009 })
    expect(await ask({ access_token: 'x', openid })).toMatchObject({ errcode: 40014 })
    expect(await ask({ access_token, openid: 'x' })).toMatchObject({ errcode: 40003 })
    await sim.advance(7_200_000)
    expect(await ask({ access_token, openid })).toMatchObject({ errcode: 40014 })
  })
})
