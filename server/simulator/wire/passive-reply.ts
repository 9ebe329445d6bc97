// What a site's answer to a push means: nothing, a text for the person, or trouble.
import type { App, PushSettings } from '../state/apps.js'
import { decryptPush, sameSignature, signPush } from './push-crypto.js'
import { readXml } from './push-xml.js'

export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'trouble'; readonly why: string }

export interface SiteAnswer {
  readonly status: number
  readonly body: string
}

/** A text message holds no more. */
const TEXT_LIMIT_BYTES = 2048

/**
 * Reads an answer to a push of `mode`. @param to the person's openid; null for a notice, to which nothing can be replied
 * @returns also the body, decrypted where it was encrypted
 */
export function readAnswer(
  app: App,
  mode: PushSettings['mode'],
  to: string | null,
  { status, body }: SiteAnswer,
): { readonly verdict: Verdict; readonly body: string } {
  if (status < 200 || status > 299) return trouble(`it has status ${status}`, body)
  if (body === '' || body.trim() === 'success') return { verdict: { kind: 'done' }, body }
  let shown = body
  try {
    shown = opened(app, mode, body)
    return { verdict: { kind: 'reply', text: replyText(app, to, shown) }, body: shown }
  } catch (error) {
    return trouble(error instanceof Error ? error.message : String(error), shown)
  }
}

function trouble(why: string, body: string): { verdict: Verdict; body: string } {
  return { verdict: { kind: 'trouble', why }, body }
}

/** The reply's own document, out of its envelope where the mode asks for one. */
function opened({ appid, notify }: App, mode: PushSettings['mode'], body: string): string {
  const fields = readXml(body)
  if (!fields) throw new Error('it is neither success nor the XML of a reply')
  if (fields.Encrypt === undefined) {
    if (mode === 'secure') throw new Error('it is not encrypted, in secure mode')
    return body
  }
  if (mode === 'plain') throw new Error('it is encrypted, in plain mode')
  const { Encrypt, MsgSignature = '', TimeStamp = '', Nonce = '' } = fields
  if (!sameSignature(MsgSignature, signPush(notify.token, TimeStamp, Nonce, Encrypt))) {
    throw new Error('its MsgSignature is wrong')
  }
  return decryptPush(notify.aesKey, appid, Encrypt)
}

function replyText(app: App, to: string | null, document: string): string {
  const fields = readXml(document)
  if (!fields) throw new Error('it is no flat XML')
  if (to === null) throw new Error('there is nobody to reply to')
  if (fields.ToUserName !== to) throw new Error('its ToUserName is not the person')
  if (fields.FromUserName !== app.originalId) throw new Error('its FromUserName is not the account')
  if (!/^\d+$/.test(fields.CreateTime ?? '')) throw new Error('its CreateTime is no number')
  if (fields.MsgType !== 'text') throw new Error('its MsgType is not text, the only one read here')
  const text = fields.Content ?? ''
  if (text === '' || Buffer.byteLength(text) > TEXT_LIMIT_BYTES) throw new Error('its Content is empty or too long')
  return text
}
