// What WeChat pushes to us by itself: an Official Account's events, and notices that a person withdrew something.
import type { Openid, Unionid, WechatApp } from './wechat.js'

/** The query of a push, as it came. */
export type PushQuery = Readonly<
  Partial<Record<'signature' | 'timestamp' | 'nonce' | 'echostr' | 'encrypt_type' | 'msg_signature', string>>
>

/** Whom a notice is about. WeChat has been seen to leave either out. */
export interface Subject {
  readonly openid: Openid | null
  readonly unionid: Unionid | null
}

export type Push =
  /** A follower, or somebody who has just followed, scanned a code of ours; `scene` is its text without WeChat's prefix. */
  | { readonly kind: 'scan'; readonly openid: Openid; readonly scene: string }
  /** WeChat took a name or picture away that it found harmful. */
  | { readonly kind: 'profile_modified'; readonly subject: Subject }
  /** The person withdrew consent; `what` are the codes of WeChat's RevokeInfo. */
  | { readonly kind: 'revoked'; readonly subject: Subject; readonly what: readonly string[] }
  /** The person deleted their WeChat account. */
  | { readonly kind: 'cancelled'; readonly subject: Subject }
  /** Anything else: messages, menus, unfollowing. Answered, and nothing more. */
  | { readonly kind: 'other'; readonly event: string }

/** A push whose signature, freshness and (where encrypted) app have been checked. */
export interface ReadPush {
  readonly push: Push
  /** The same for every delivery of one push, different for any two pushes: SHA-256 in hex. */
  readonly id: string
  /** The body and content type that answer it with a text to the person, encrypted if the push was. */
  reply(text: string): { readonly body: string; readonly type: string }
}

/** WeChat's way of pushing, as one app's console has it configured (`WechatApp.notify`). */
export interface Pushes {
  /** The text to answer WeChat's check of the address with, or null when its signature is wrong. */
  verify(app: WechatApp, query: PushQuery): string | null
  /** @throws AppError `push_refused`: unsigned, forged, older than ten minutes, of another app, or not readable */
  read(app: WechatApp, query: PushQuery, body: Buffer): ReadPush
}
