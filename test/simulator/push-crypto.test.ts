import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aesKeyOf } from '#server/simulator/state/ids.js'
import { decryptPush, encryptPush, signPush } from '#server/simulator/wire/push-crypto.js'
import { readXml, writeXml } from '#server/simulator/wire/push-xml.js'

const TOKEN = 'devtoken123'
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const APPID = 'wx0123456789abcdef'
const MESSAGE = '<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event></xml>'
const ENCRYPTED =
  'Q3stYC6hdFzMh9T8HCvyDMljx/DR7IeExAudRUTCkumq5kVgg3SwHsZ1B0h7Y5r9L6pFkMi3s/r8wj1gBAVkfwWIvCHgUDBQifSqBpHPTPJ8Kvyvi3F0L8vwxkoixP+T+SGTQ4sl/F9iNF2oxXpMf3z2huMedK1XhN+dDpXBEQ0='

describe('the signature', () => {
  test.each([
    [[TOKEN, '1760000000', '1122334455'], '1a1bc970ade76a509eb006e9b52d58bb17719552'],
    [[TOKEN, '1760000000', '1122334455', ENCRYPTED], 'bee4b65e552f7812f301647a889becf8b4bd2083'],
    [['AAAAA', '1514711492', '1714036504'], 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
    [['AAAAA', '1714037059', '486452656'], '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
  ])('of %j is the one that is documented or was computed elsewhere', (parts, signature) => {
    expect(signPush(...parts)).toBe(signature)
  })
})

describe('the encryption', () => {
  test('is the one computed elsewhere, there and back', () => {
    const random = Buffer.from('0123456789abcdef')
    expect(encryptPush(AES_KEY, APPID, random, MESSAGE)).toBe(ENCRYPTED)
    expect(decryptPush(AES_KEY, APPID, ENCRYPTED)).toBe(MESSAGE)
  })

  test('carries any text, whatever its length leaves of a block', () => {
    const key = aesKeyOf('mp')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        expect(decryptPush(key, APPID, encryptPush(key, APPID, Buffer.alloc(16, 7), text))).toBe(text)
      }),
    )
  })

  test('pads to blocks of 32, and a whole one when nothing is missing', () => {
    for (let length = 0; length < 64; length += 1) {
      const bytes = Buffer.from(encryptPush(AES_KEY, APPID, Buffer.alloc(16, 7), 'x'.repeat(length)), 'base64')
      const plain = 16 + 4 + length + APPID.length
      expect(bytes.length).toBe((Math.floor(plain / 32) + 1) * 32)
    }
  })

  test('for another app, or changed on the way, is not read', () => {
    expect(() => decryptPush(AES_KEY, 'wxfedcba9876543210', ENCRYPTED)).toThrow('another appid')
    expect(() => decryptPush(aesKeyOf('mp'), APPID, ENCRYPTED)).toThrow()
    expect(() => decryptPush(AES_KEY, APPID, `${ENCRYPTED.slice(0, -24)}AAAAAAAAAAAAAAAAAAAAAAA=`)).toThrow('padding')
    expect(() => decryptPush(AES_KEY, APPID, '')).toThrow()
  })

  test('has keys that strict decoders take: 43 letters and digits, two bits unset', () => {
    for (const name of ['pc', 'mp', 'mp2', 'app', 'mini']) {
      const key = aesKeyOf(name)
      expect(key).toMatch(/^[A-Za-z0-9]{43}$/)
      expect(Buffer.from(`${key}=`, 'base64').toString('base64')).toBe(`${key}=`)
    }
  })
})

describe('the XML', () => {
  test('is flat, with text in CDATA and numbers bare', () => {
    const xml = writeXml({ ToUserName: 'gh_0', CreateTime: 1, Content: 'a]]>b<c>&amp;' })
    expect(xml).toBe(
      '<xml><ToUserName><![CDATA[gh_0]]></ToUserName><CreateTime>1</CreateTime>' +
        '<Content><![CDATA[a]]]]><![CDATA[>b<c>&amp;]]></Content></xml>',
    )
    expect(readXml(xml)).toEqual({ ToUserName: 'gh_0', CreateTime: '1', Content: 'a]]>b<c>&amp;' })
  })

  test('is read with entities, blanks and a declaration', () => {
    const xml = '<?xml version="1.0"?>\n<xml>\n <A>1 &lt; 2 &#x26; &#51; &nbsp;</A>\n <B></B>\n</xml>\n'
    expect(readXml(xml)).toEqual({ A: '1 < 2 & 3 &nbsp;', B: '' })
  })

  test.each([
    'success!',
    '{"ToUserName":"x"}',
    '<html><body></body></html>',
    '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
    '<xml><A><B>nested</B></A></xml>',
    '<xml><A>twice</A><A>twice</A></xml>',
    '<xml><A>open</B></xml>',
    '<xml>stray</xml>',
  ])('is not read from %s', (text) => {
    expect(readXml(text)).toBeNull()
  })
})
