// What WeChat pushes: understood in each of its forms, and believed only when it is signed, fresh and for this app.
import { describe, expect, test } from 'vitest'
import type { PushQuery, WechatApp } from '#server/core/ports.js'
import { decryptPush, encryptPush, signatureOf } from '#server/wechat/pushes/crypto.js'
import { createPushes } from '#server/wechat/pushes/pushes.js'
import { APP } from '../fake-wechat.js'

const NOW = 1_760_000_000_000
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const TOKEN = 'devtoken123'
const plain: WechatApp = { ...APP, kind: 'official', notify: { token: TOKEN, aesKey: null } }
const secure: WechatApp = { ...plain, notify: { token: TOKEN, aesKey: KEY } }
const pushes = createPushes({ clock: () => NOW, random: (bytes) => Buffer.alloc(bytes, 1) })

const STAMP = { timestamp: String(NOW / 1000), nonce: '1122334455' }
const query = (more: PushQuery = {}): PushQuery => ({
  ...STAMP,
  signature: signatureOf(TOKEN, STAMP.timestamp, STAMP.nonce),
  ...more,
})
const xml = (fields: Record<string, string>) =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`
const EVENT = {
  ToUserName: 'gh_0123456789ab',
  FromUserName: 'oUSER00000000000000000000000',
  CreateTime: '1760000000',
  MsgType: 'event',
}
const read = (app: WechatApp, body: string, asked = query()) => pushes.read(app, asked, Buffer.from(body))
/** As WeChat would send it to an app with a key. */
const sealed = (message: string, appid = secure.appid) => {
  const encrypted = encryptPush(KEY, appid, message, Buffer.alloc(16, 2))
  const msg_signature = signatureOf(TOKEN, STAMP.timestamp, STAMP.nonce, encrypted)
  return {
    body: xml({ ToUserName: 'gh_0123456789ab', Encrypt: encrypted }),
    asked: query({ msg_signature, encrypt_type: 'aes' }),
  }
}
const refused = expect.objectContaining({ code: 'push_refused' })

describe('what happened', () => {
  test.each([
    ['a follower scans', { Event: 'SCAN', EventKey: 'tkt_abc' }, { kind: 'scan', scene: 'tkt_abc' }],
    ['a new follower scans', { Event: 'subscribe', EventKey: 'qrscene_tkt_abc' }, { kind: 'scan', scene: 'tkt_abc' }],
    [
      'a scene that looks like the prefix',
      { Event: 'SCAN', EventKey: 'qrscene_x' },
      { kind: 'scan', scene: 'qrscene_x' },
    ],
    ['somebody follows without a code', { Event: 'subscribe', EventKey: '' }, { kind: 'other' }],
    ['somebody leaves', { Event: 'unsubscribe' }, { kind: 'other' }],
    [
      'a notice in another case',
      { Event: 'USER_INFO_MODIFIED', MsgType: 'Event', OpenID: 'oSome0000' },
      { kind: 'profile_modified', subject: { openid: 'oSome0000', unionid: null } },
    ],
    [
      'a notice without an openid',
      { Event: 'user_info_modified', UnionID: 'oUnion000' },
      { kind: 'profile_modified', subject: { openid: null, unionid: 'oUnion000' } },
    ],
    [
      'several codes',
      { Event: 'user_authorization_revoke', OpenID: 'oSome0000', RevokeInfo: '201, 205' },
      { kind: 'revoked', what: ['201', '205'] },
    ],
    ['the end', { Event: 'user_authorization_cancellation', OpenID: 'oSome0000' }, { kind: 'cancelled' }],
    ['a message', { MsgType: 'text', Content: 'SCAN' }, { kind: 'other', event: 'message' }],
  ])('%s', (_, fields, push) => {
    expect(read(plain, xml({ ...EVENT, ...fields })).push).toMatchObject(push)
    const { body, asked } = sealed(xml({ ...EVENT, ...fields }))
    expect(read(secure, body, asked).push).toMatchObject(push)
  })

  test('in JSON, whose names may begin with a blank', () => {
    const body = JSON.stringify({
      ' MsgType': 'event',
      ' Event': 'user_authorization_revoke',
      ' OpenID': 'oSome0000',
      RevokeInfo: '301',
      CreateTime: 1,
    })
    expect(read(plain, body).push).toEqual({
      kind: 'revoked',
      subject: { openid: 'oSome0000', unionid: null },
      what: ['301'],
    })
  })

  test.each([
    [
      ['201', '205'],
      ['201', '205'],
    ],
    [[205], ['205']],
    [205, ['205']],
    ['201|205', ['201', '205']],
    [' 205 ', ['205']],
    [{ code: 205 }, []],
    [null, []],
  ])('what was withdrawn, in whatever form: %j', (RevokeInfo, what) => {
    const event = { MsgType: 'event', Event: 'user_authorization_revoke', OpenID: 'oSome0000', RevokeInfo }
    expect(read(plain, JSON.stringify(event)).push).toMatchObject({ kind: 'revoked', what })
  })

  test('every delivery of one push has one id, and no other push has it', () => {
    const scan = xml({ ...EVENT, Event: 'SCAN', EventKey: 'x' })
    const one = read(plain, scan)
    const again = query({ nonce: '99', signature: signatureOf(TOKEN, STAMP.timestamp, '99') })
    expect(read(plain, scan, again).id).toBe(one.id)
    const { body, asked } = sealed(scan)
    expect(read(secure, body, asked).id).toBe(one.id)
    for (const other of [{ CreateTime: '1760000001' }, { FromUserName: 'oOther000' }, { EventKey: 'y' }]) {
      expect(read(plain, xml({ ...EVENT, Event: 'SCAN', EventKey: 'x', ...other })).id).not.toBe(one.id)
    }
    expect(read({ ...plain, appid: 'wxanother' }, scan).id).not.toBe(one.id)
  })
})

describe('is refused:', () => {
  const scan = xml({ ...EVENT, Event: 'SCAN', EventKey: 'tkt_abc' })

  test('a forged push, without a signature or with another token’s', () => {
    for (const signature of [undefined, '', 'a'.repeat(40), signatureOf('', STAMP.timestamp, STAMP.nonce)]) {
      const asked = signature === undefined ? STAMP : query({ signature })
      expect(() => read(plain, scan, asked)).toThrow(refused)
    }
  })

  test('a replayed push: its signature is right, but of eleven minutes ago, or ahead', () => {
    for (const seconds of [-660, 660]) {
      const timestamp = String(NOW / 1000 + seconds)
      const stale = { timestamp, nonce: '1', signature: signatureOf(TOKEN, timestamp, '1') }
      expect(() => read(plain, scan, stale)).toThrow(refused)
    }
  })

  test('a downgraded push: plain text to an app that has a key', () => {
    expect(() => read(secure, scan)).toThrow(refused)
  })

  test('a compatible push is read from its encrypted part alone', () => {
    const { body, asked } = sealed(scan)
    const both = body.replace('</xml>', '<MsgType>event</MsgType><Event>SCAN</Event><EventKey>forged</EventKey></xml>')
    expect(read(secure, both, asked).push).toMatchObject({ scene: 'tkt_abc' })
  })

  test('a push that was encrypted for another app, with the same key and token', () => {
    const { body, asked } = sealed(scan, 'wxffffffffffffffff')
    expect(() => read(secure, body, asked)).toThrow(refused)
  })

  test('an encrypted part that was exchanged for another', () => {
    const { asked } = sealed(scan)
    const { body } = sealed(xml({ ...EVENT, Event: 'SCAN', EventKey: 'another' }))
    expect(() => read(secure, body, asked)).toThrow(refused)
  })

  test('a document that expands itself, names a file, is huge or is none', () => {
    const bombs = [
      `<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">]>${scan}`,
      `<!DOCTYPE xml SYSTEM "file:///etc/passwd">${scan}`,
      `<xml>${' '.repeat(70_000)}</xml>`,
      '',
      'signature=x',
      '<html></html>',
      '[]',
      '{',
    ]
    for (const bomb of bombs) expect(() => read(plain, bomb)).toThrow(refused)
  })

  test('whatever is pushed for an app that has no pushes', () => {
    expect(() => read({ ...plain, notify: null }, scan)).toThrow(refused)
  })
})

describe('a reply', () => {
  const scan = xml({ ...EVENT, Event: 'SCAN', EventKey: 'x' })

  test('goes back the way it came, and cannot break out of its element', () => {
    const { body, type } = read(plain, scan).reply('登录 ]]> <a href="https://x/">x</a>')
    expect(type).toBe('text/xml; charset=utf-8')
    expect(body).toContain('<ToUserName><![CDATA[oUSER00000000000000000000000]]></ToUserName>')
    expect(body).toContain('<FromUserName><![CDATA[gh_0123456789ab]]></FromUserName>')
    expect(body).toContain('登录 ]]]]><![CDATA[> <a')
  })

  test('is encrypted and signed where the push was', () => {
    const given = sealed(scan)
    const { body } = read(secure, given.body, given.asked).reply('好')
    const field = (name: string) =>
      new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(body)?.[1] ?? ''
    const encrypted = field('Encrypt')
    expect(field('MsgSignature')).toBe(signatureOf(TOKEN, field('TimeStamp'), field('Nonce'), encrypted))
    expect(decryptPush(KEY, secure.appid, encrypted)).toContain('<Content><![CDATA[好]]></Content>')
  })
})

test('the check of the address is answered only when it is signed', () => {
  expect(pushes.verify(plain, query({ echostr: '42' }))).toBe('42')
  expect(pushes.verify(plain, query({ echostr: '42', signature: 'x' }))).toBeNull()
  expect(pushes.verify(plain, query())).toBeNull()
  expect(pushes.verify({ ...plain, notify: null }, query({ echostr: '42' }))).toBeNull()
})
