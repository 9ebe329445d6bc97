// Our reading of WeChat's protocol against another hand's: the simulator shares no line of code with server/wechat.
import { expect, onTestFinished, test } from 'vitest'
import type { WechatApp } from '#server/core/ports.js'
import { createPlatform } from '#server/wechat/platform.js'
import { startSimulator, WECHAT_AGENT } from '../simulator/world.js'
import { parts } from './deps.js'

async function world() {
  const simulator = await startSimulator()
  const { url } = simulator
  const platform = createPlatform({ openUrl: url, apiUrl: url, pollUrl: url, ...parts() })
  onTestFinished(platform.close)
  const app = async (key: string, kind: WechatApp['kind']): Promise<WechatApp> => {
    const { appid, secret } = await simulator.app(key)
    return { key, kind, appid, secret, platform: 'main', bound: true, notify: null, strangers: 'ask', scene: 'confirm' }
  }
  return { ...simulator, platform, app }
}

test('a person who scans the PC code is the same one the profile is about', async () => {
  const { platform, app, code, person, url } = await world()
  const pc = await app('pc', 'website')
  const alice = await person('alice')
  const grant = await platform.exchangeCode(pc, await code('pc', 'alice', 'snsapi_login'))
  expect(grant).toMatchObject({
    openid: alice.openids.pc,
    unionid: Object.values(alice.unionids)[0],
    scopes: ['snsapi_login'],
    snapshotUser: false,
  })
  expect(await platform.readProfile(pc, grant)).toEqual({
    profile: { nickname: alice.nickname, avatarUrl: url + alice.avatarUrl },
    unionid: grant.unionid,
  })
})

test("our link inside WeChat brings the code and our state back, and the code's second use is rejected", async () => {
  const { platform, app } = await world()
  const mp = await app('mp', 'official')
  const link = platform.authorizeUrl(mp, {
    redirectUri: 'http://127.0.0.1:1/cb',
    scope: 'snsapi_userinfo',
    state: 'S1',
  })
  const answer = await fetch(link, {
    headers: { 'x-sim-person': 'bob', 'user-agent': WECHAT_AGENT },
    redirect: 'manual',
  })
  const back = new URL(answer.headers.get('location') ?? '')
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual(['http://127.0.0.1:1/cb', 'S1'])

  const code = back.searchParams.get('code') ?? ''
  const grant = await platform.exchangeCode(mp, code)
  expect((await platform.readProfile(mp, grant)).unionid).toBe(grant.unionid)
  await expect(platform.exchangeCode(mp, code)).rejects.toMatchObject({ kind: 'code_rejected', at: { errcode: 40163 } })
})

test('a silent grant has no unionid, and asking for its profile is a mistake of ours', async () => {
  const { platform, app, code } = await world()
  const mp = await app('mp', 'official')
  const grant = await platform.exchangeCode(mp, await code('mp', 'bob', 'snsapi_base'))
  expect([grant.unionid, grant.scopes]).toEqual([null, ['snsapi_base']])
  await expect(platform.readProfile(mp, grant)).rejects.toMatchObject({ kind: 'config', at: { errcode: 48001 } })
})
