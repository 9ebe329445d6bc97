// The Pushes port: what WeChat pushes is believed when it is signed with the app's token, was sent just now and, for an
// app with a key, is encrypted for that app; nothing else is.
import { createHash } from 'node:crypto'
import { AppError } from '#server/core/errors.js'
import type { Clock, Pushes, PushQuery, Random, WechatApp } from '#server/core/ports.js'
import { decryptPush, encryptPush, isSigned, signatureOf } from './crypto.js'
import { eventOf } from './events.js'
import { type PushFields, readFields } from './fields.js'

/** How far WeChat's time may be from ours; what is older was recorded by somebody. */
const FRESH_MS = 600_000
/** What is the same in every delivery of one push. */
const SAME = ['FromUserName', 'CreateTime', 'MsgType', 'MsgId', 'Event', 'EventKey', 'OpenID', 'UnionID', 'RevokeInfo']
const NO_REPLY = { body: 'success', type: 'text/plain' } as const

/** See the port. `random` for what replies are encrypted with. */
export function createPushes({ clock, random }: { clock: Clock; random: Random }): Pushes {
  const isFresh = ({ timestamp = '' }: PushQuery): boolean =>
    /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - clock()) <= FRESH_MS

  return {
    verify({ notify }, query) {
      const { signature, timestamp = '', nonce = '', echostr } = query
      if (!notify || !echostr || !isFresh(query)) return null
      return isSigned(signature, notify.token, timestamp, nonce) ? echostr : null
    },

    read(app, query, body) {
      if (!app.notify || !isFresh(query)) throw refused(app, 'stale')
      const outer = readFields(body)
      if (!outer) throw refused(app, 'unreadable')
      const fields = open(app, query, outer)
      const about = fields.get('AppID')
      if (about !== '' && about !== app.appid) throw refused(app, 'about another app')
      const reply = (text: string) => (fields.form === 'json' ? NO_REPLY : replyTo(app, fields, text, clock, random))
      return { push: eventOf(fields), id: idOf(app, fields), reply }
    },
  }
}

/** @throws AppError `push_refused` */
function open(app: WechatApp, query: PushQuery, outer: PushFields): PushFields {
  const { token = '', aesKey = null } = app.notify ?? {}
  const { signature, msg_signature, timestamp = '', nonce = '' } = query
  if (aesKey === null) {
    // An app without a key is never pushed anything encrypted, and its plain text is signed without the text.
    if (!isSigned(signature, token, timestamp, nonce)) throw refused(app, 'signature')
    return outer
  }
  const encrypted = outer.get('Encrypt')
  if (encrypted === '') throw refused(app, 'not encrypted')
  if (!isSigned(msg_signature, token, timestamp, nonce, encrypted)) throw refused(app, 'signature')
  const message = decryptPush(aesKey, app.appid, encrypted)
  const inner = message === null ? null : readFields(message)
  if (!inner) throw refused(app, 'not for this app')
  return inner
}

function refused({ key }: WechatApp, why: string): AppError {
  return new AppError('push_refused', { details: { app: key, why } })
}

function idOf({ appid }: WechatApp, { get }: PushFields): string {
  return createHash('sha256')
    .update(JSON.stringify([appid, ...SAME.map(get)]))
    .digest('hex')
}

/** A passive reply: WeChat shows `text` in the conversation. */
function replyTo(app: WechatApp, { get }: PushFields, text: string, clock: Clock, random: Random) {
  const seconds = String(Math.floor(clock() / 1000))
  const message = `<xml><ToUserName>${cdata(get('FromUserName'))}</ToUserName><FromUserName>${cdata(get('ToUserName'))}</FromUserName><CreateTime>${seconds}</CreateTime><MsgType>${cdata('text')}</MsgType><Content>${cdata(text)}</Content></xml>`
  const type = 'text/xml; charset=utf-8'
  const { token = '', aesKey = null } = app.notify ?? {}
  if (aesKey === null) return { body: message, type }
  const encrypted = encryptPush(aesKey, app.appid, message, random(16))
  const nonce = random(8).toString('hex')
  const signature = signatureOf(token, seconds, nonce, encrypted)
  const body = `<xml><Encrypt>${cdata(encrypted)}</Encrypt><MsgSignature>${cdata(signature)}</MsgSignature><TimeStamp>${seconds}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`
  return { body, type }
}

function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
