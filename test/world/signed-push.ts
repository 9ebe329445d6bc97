// A push in hand: the very bytes that WeChat would send for an app, to be sent more than once, late, or changed.
import { randomBytes } from 'node:crypto'
import { encryptPush, signatureOf } from '#server/wechat/pushes/crypto.js'
import type { SimApp } from './simulator.js'

export interface SignedPush {
  /** Path and query. */
  readonly address: string
  readonly body: string
}

/** Signed and encrypted for `app`, as if sent at `now`. */
export function signedPush(
  app: Pick<SimApp, 'key' | 'appid' | 'notify'>,
  fields: Readonly<Record<string, string>>,
  now = Date.now(),
): SignedPush {
  const timestamp = String(Math.floor(now / 1000))
  const nonce = String(randomBytes(4).readUInt32BE())
  const message = xml({ FromUserName: 'oPUSHSERVICE', CreateTime: timestamp, MsgType: 'event', ...fields })
  const encrypted = encryptPush(app.notify.aesKey, app.appid, message, randomBytes(16))
  const query = new URLSearchParams({
    signature: signatureOf(app.notify.token, timestamp, nonce),
    timestamp,
    nonce,
    encrypt_type: 'aes',
    msg_signature: signatureOf(app.notify.token, timestamp, nonce, encrypted),
  })
  return { address: `/wechat/notify/${app.key}?${query}`, body: xml({ ToUserName: 'gh_site', Encrypt: encrypted }) }
}

function xml(fields: Readonly<Record<string, string>>): string {
  const elements = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
  return `<xml>${elements.join('')}</xml>`
}
