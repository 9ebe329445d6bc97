// What a mini program is given about its user: our own vector, and the control call by which a client's server tries it.
import { createDecipheriv } from 'node:crypto'
import { expect, test } from 'vitest'
import { encryptMiniData, signMiniData } from '#server/simulator/wire/mini-data.js'
import { startSimulator } from './world.js'

const SESSION_KEY = 'AAECAwQFBgcICQoLDA0ODw=='
const PLAIN =
  '{"openId":"oABCDEFGHIJKLMNOPQRSTUVWXYZ0","nickName":"dev","watermark":{"timestamp":1760000000,"appid":"wx0123456789abcdef"}}'

test('the vector: encrypted data and signature', () => {
  expect(encryptMiniData(SESSION_KEY, 'EBESExQVFhcYGRobHB0eHw==', PLAIN)).toBe(
    'TIH9A26oEVAxLaREJNwW5TQvQOrQuKQ0H/AhxYNZYgaPW29XdnY5rvFamVPq3rpQETjcVBvV1oWa+Vel9T7efivA0If4V6f3w8iArgUSKnGwoL99zNgUv01Lrxxb/TGgfgO42KPHlKHzpRwN1KhD9oHtlS7gDB+eqKAtXJ2QvDU=',
  )
  expect(signMiniData(SESSION_KEY, PLAIN)).toBe('b60be88b4b0264029862f79d8b82f83394d9a75f')
})

test('a server that holds the session key opens it, and its mark names the app', async () => {
  const { url, app } = await startSimulator()
  const { appid, secret } = await app('mini')
  const order = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${url}/sim/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  expect(await order('mini-data', { app: 'mini', person: 'alice' })).toEqual({
    error: expect.stringContaining('wx.login'),
  })
  const { code } = await order('code', { app: 'mini', person: 'alice' })
  const query = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' })
  const session = await (await fetch(`${url}/sns/jscode2session?${query}`)).json()
  const given = await order('mini-data', { app: 'mini', person: 'alice' })
  const [key, iv] = [Buffer.from(session.session_key, 'base64'), Buffer.from(given.iv, 'base64')]
  const decipher = createDecipheriv('aes-128-cbc', key, iv)
  const opened = JSON.parse(
    Buffer.concat([decipher.update(given.encryptedData, 'base64'), decipher.final()]).toString(),
  )
  // Since 2022 every mini program is told the same name.
  expect(opened).toMatchObject({ openId: session.openid, nickName: '微信用户', watermark: { appid } })
  expect(given.signature).toBe(signMiniData(session.session_key, given.rawData))
})
