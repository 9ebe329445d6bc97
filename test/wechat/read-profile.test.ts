import { describe, expect, test } from 'vitest'
import {
  type Answer,
  failure,
  GRANT,
  json,
  OPENID,
  PROFILE_ANSWER,
  reset,
  TOKEN,
  text,
  UNIONID,
  wechat,
} from './fake-wechat.js'

describe('reading a profile', () => {
  test('asks in Chinese and returns the cleaned name, the picture and the unionid', async () => {
    const body = JSON.stringify({ ...PROFILE_ANSWER, nickname: ' 小\u202e明 ' }).replaceAll('/', '\\/')
    const { profile, requests } = await wechat([text(body)])
    expect(await profile()).toEqual({
      profile: { nickname: '小明', avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/x/132' },
      unionid: UNIONID,
    })
    expect(requests).toEqual([`/sns/userinfo?access_token=${TOKEN}&openid=${OPENID}&lang=zh_CN`])
  })

  test('survives raw control characters and invalid UTF-8 inside the JSON', async () => {
    const [before, after] = JSON.stringify({ ...PROFILE_ANSWER, nickname: 'a@@b' }).split('@@')
    const body = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0x14, 0x07, 0xff]), Buffer.from(after ?? '')])
    const { profile } = await wechat([text(body)])
    expect((await profile()).profile.nickname).toBe('a\ufffdb')
  })

  test('keeps the picture of the configured host as it is, for the simulator', async () => {
    const fake = await wechat([(res) => json({ ...PROFILE_ANSWER, headimgurl: `${fake.url}/a.svg` })(res, res.req)])
    expect((await fake.profile()).profile.avatarUrl).toBe(`${fake.url}/a.svg`)
  })

  test('has empty texts where WeChat gives none', async () => {
    const { profile } = await wechat([json({ openid: OPENID, nickname: null })])
    expect(await profile()).toEqual({ profile: { nickname: '', avatarUrl: '' }, unionid: UNIONID })
  })

  test('learns a unionid the grant did not have', async () => {
    const { profile } = await wechat([json(PROFILE_ANSWER)])
    expect((await profile({ ...GRANT, unionid: null })).unionid).toBe(UNIONID)
  })

  test.each([
    ['another openid', { openid: 'oSOMEBODYELSE000000000000000' }],
    ['an openid of another case', { openid: OPENID.toLowerCase() }],
    ['a contradicting unionid', { unionid: 'oANOTHERUNION000000000000000' }],
  ])('an answer about another person is nonsense: %s', async (_name, sent) => {
    const { profile, requests } = await wechat([json({ ...PROFILE_ANSWER, ...sent })])
    expect((await failure(profile())).kind).toBe('nonsense')
    expect(requests).toHaveLength(1)
  })

  test('has only the time that the exchange has left: both together are over before a person gives up', async () => {
    const { profile } = await wechat([() => undefined], { totalMs: 5_000 })
    const started = performance.now()
    expect((await failure(profile({ ...GRANT, tookMs: 6_300 }))).kind).toBe('unreachable')
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test.each<[string, Answer]>([
    ['-1', json({ errcode: -1, errmsg: 'system error' })],
    ['a reset connection', reset],
  ])('%s is tried again, and a later try may succeed', async (_name, answer) => {
    const { profile, requests, lines } = await wechat([answer, answer, json(PROFILE_ANSWER)])
    expect((await profile()).unionid).toBe(UNIONID)
    expect(requests).toHaveLength(3)
    expect(lines).toEqual([])
  })

  test('gives up after the last retry with one line in the log', async () => {
    const { profile, requests, lines } = await wechat([json({ errcode: -1, errmsg: 'system error' })])
    expect((await failure(profile())).kind).toBe('unreachable')
    expect(requests).toHaveLength(3)
    expect(lines).toHaveLength(1)
  })

  test('does not start a retry that could not end before the deadline', async () => {
    const { profile, requests } = await wechat([json({ errcode: -1 })], { totalMs: 300, retryMs: [1_000] })
    expect((await failure(profile())).kind).toBe('unreachable')
    expect(requests).toHaveLength(1)
  })

  test.each([
    [40001, 'code_rejected'],
    [40014, 'code_rejected'],
    [42001, 'code_rejected'],
    [50001, 'code_rejected'],
    [48001, 'config'],
  ])('errcode %i is %s and is not retried', async (errcode, kind) => {
    const { profile, requests } = await wechat([json({ errcode, errmsg: 'x' })])
    expect((await failure(profile())).kind).toBe(kind)
    expect(requests).toHaveLength(1)
  })
})
