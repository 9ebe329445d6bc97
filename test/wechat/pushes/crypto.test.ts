// WeChat's signatures and encryption: published vectors, and our own that another program computed.
import { describe, expect, test } from 'vitest'
import { decryptPush, encryptPush, isSigned, signatureOf } from '#server/wechat/pushes/crypto.js'
import { sdkSignature } from '#server/wechat/scan-login.js'

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const APPID = 'wx0123456789abcdef'
const MESSAGE = '<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event></xml>'
const ENCRYPTED =
  'Q3stYC6hdFzMh9T8HCvyDMljx/DR7IeExAudRUTCkumq5kVgg3SwHsZ1B0h7Y5r9L6pFkMi3s/r8wj1gBAVkfwWIvCHgUDBQifSqBpHPTPJ8Kvyvi3F0L8vwxkoixP+T+SGTQ4sl/F9iNF2oxXpMf3z2huMedK1XhN+dDpXBEQ0='

describe('signatures', () => {
  test.each([
    ['AAAAA', '1514711492', '1714036504', 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
    ['AAAAA', '1714037059', '486452656', '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
    ['devtoken123', '1760000000', '1122334455', '1a1bc970ade76a509eb006e9b52d58bb17719552'],
  ])('of token %s, %s, %s', (token, timestamp, nonce, signature) => {
    expect(signatureOf(token, timestamp, nonce)).toBe(signature)
    expect(signatureOf(nonce, token, timestamp)).toBe(signature)
  })

  test('with the encrypted text', () => {
    expect(signatureOf('devtoken123', '1760000000', '1122334455', ENCRYPTED)).toBe(
      'bee4b65e552f7812f301647a889becf8b4bd2083',
    )
  })

  test('in another case, cut short, empty or absent are none', () => {
    const good = signatureOf('t', '1', '2')
    expect(isSigned(good, 't', '1', '2')).toBe(true)
    for (const bad of [good.toUpperCase(), good.slice(1), '', undefined, `${good}0`]) {
      expect(isSigned(bad, 't', '1', '2')).toBe(false)
    }
  })

  test('of the SDK: the published vector and our own', () => {
    const published = {
      appid: 'appid',
      noncestr: 'noncestr',
      ticket: '-p3A5zVP95IuafPhzA6lRR95_F9nZEBfJ_n4E9t8ZFWKJTDPOwccVQhHCwDBmvLkayF_jh-m9HOExhumOziDWA',
      timestamp: '1417508194',
    }
    expect(sdkSignature(published)).toBe('429eaaa13fd71efbc3fd344d0a9a9126835e7303')
    const own = { appid: APPID, noncestr: 'NONCE1234567890', ticket: 'TICKET_example_value', timestamp: '1760000000' }
    expect(sdkSignature(own)).toBe('d23a59ea1904568bca354ba38f6abec934438608')
  })
})

describe('encryption', () => {
  test('of the vector, both ways', () => {
    expect(encryptPush(KEY, APPID, MESSAGE, Buffer.from('0123456789abcdef'))).toBe(ENCRYPTED)
    expect(decryptPush(KEY, APPID, ENCRYPTED)).toBe(MESSAGE)
  })

  test.each([0, 1, 11, 12, 13, 31, 32, 33, 1000])('of a message of %i bytes comes back as it was', (length) => {
    const message = '票'.repeat(length)
    expect(decryptPush(KEY, APPID, encryptPush(KEY, APPID, message, Buffer.alloc(16, 7)))).toBe(message)
  })

  test('swapped app: what was encrypted for another app opens nothing, nor does another key', () => {
    expect(decryptPush(KEY, 'wxffffffffffffffff', ENCRYPTED)).toBeNull()
    expect(decryptPush(`Z${KEY.slice(1)}`, APPID, ENCRYPTED)).toBeNull()
  })

  test('truncated, padded wrongly, flipped, empty: never a throw, never a message', () => {
    const bytes = Buffer.from(ENCRYPTED, 'base64')
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decryptPush(KEY, APPID, bytes.subarray(0, length).toString('base64'))).toBeNull()
    }
    for (let at = bytes.length - 32; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(decryptPush(KEY, APPID, flipped.toString('base64'))).toBeNull()
    }
    expect(decryptPush(KEY, APPID, 'not base64 at all!')).toBeNull()
  })
})
