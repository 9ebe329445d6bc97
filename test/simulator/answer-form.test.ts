import { describe, expect, test } from 'vitest'
import { platformJson } from '#server/simulator/wire/answer.js'
import { startSimulator } from './world.js'

const NOW = 1_760_000_000_000

async function bytes(answer: Response): Promise<string> {
  return Buffer.from(await answer.arrayBuffer()).toString('utf8')
}

describe("the form of WeChat's answers", () => {
  test('an error is HTTP 200, text/plain without a charset, with a request id that tells the time', async () => {
    const sim = await startSimulator({ clock: () => NOW })
    const answer = await sim.get('/sns/oauth2/access_token?appid=wx1&secret=s&grant_type=authorization_code')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain')
    expect(await bytes(answer)).toMatch(
      /^\{"errcode":41008,"errmsg":"missing code, rid: 68e77800-[0-9a-f]{8}-[0-9a-f]{8}"\}$/,
    )
  })

  test('the request id follows the moved clock', async () => {
    const sim = await startSimulator({ clock: () => NOW })
    await sim.advance(1000)
    expect((await sim.sns('auth', {})).errmsg).toContain(', rid: 68e77801-')
  })

  test('a missing appid is the one error without a comma', async () => {
    const sim = await startSimulator()
    expect((await sim.sns('oauth2/access_token', {})).errmsg).toMatch(/^appid missing rid: /)
  })

  test('slashes are escaped and text is raw UTF-8', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('pc', 'alice')
    const answer = await sim.get(`/sns/userinfo?access_token=${access_token}&openid=${openid}`)
    expect(answer.headers.get('content-type')).toBe('text/plain')
    const text = await bytes(answer)
    expect(text).toContain('"nickname":"Alice 小林"')
    expect(text).toContain('"headimgurl":"http:\\/\\/127.0.0.1')
    expect(text.replaceAll('\\/', '')).not.toContain('/')
  })

  test('control characters are raw, so that the answer is not JSON', async () => {
    const sim = await startSimulator()
    const { access_token, openid } = await sim.login('pc', 'control')
    const text = await bytes(await sim.get(`/sns/userinfo?access_token=${access_token}&openid=${openid}`))
    expect(text).toContain('Bell\u0007 and\u0014 tab')
    expect(() => JSON.parse(text)).toThrow()
  })

  test('a backslash before a u is a backslash before a u', () => {
    const value = { a: '\\u0007', b: '\\\\u0014', c: '\\', d: '"/"' }
    expect(JSON.parse(platformJson(value))).toEqual(value)
  })

  test('an unknown path and a wrong method are errors too', async () => {
    const sim = await startSimulator()
    expect(await sim.sns('oauth2/acces_token', {})).toMatchObject({ errcode: 40066 })
    expect(await (await sim.post('/sns/userinfo', {})).json()).toMatchObject({ errcode: 43001 })
  })
})
