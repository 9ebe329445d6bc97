import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanProfile } from '#server/wechat/clean-profile.js'

const nickname = (text: string) => cleanProfile({ nickname: text, avatarUrl: '' }, []).nickname
const avatar = (text: string, own: string[] = []) => cleanProfile({ nickname: '', avatarUrl: text }, own).avatarUrl

describe('a nickname', () => {
  test.each([
    ['keeps Chinese, emoji and private-use characters', '  小明 👩‍👩‍👧 \ue001 ', '小明 👩‍👩‍👧 \ue001'],
    ['loses control characters and line breaks', 'a\u0000b\u0014c\u007fd\u0085e\nf\u2028g', 'abcdefg'],
    ['loses what turns the text around it', '\u202eevil\u202c\u2066x\u2069\u200e\u200f\u061c', 'evilx'],
    ['loses what looks like nothing', '\u3164\u200ba\u2060b\ufeff', 'ab'],
    ['keeps at most four marks on one letter', `a${'\u0301'.repeat(40)}b`, `a${'\u0301'.repeat(4)}b`],
    ['keeps markup as text, for the page to escape', '<b>"&\'', '<b>"&\''],
    ['replaces halves of a character', 'a\ud83dz\ude00', 'a\ufffdz\ufffd'],
    ['may be nothing but blanks, and is then empty', ' \u3000\t ', ''],
  ])('%s', (_name, raw, clean) => {
    expect(nickname(raw)).toBe(clean)
  })

  test('is cut after 64 code points, never inside one', () => {
    expect(nickname('👩'.repeat(70))).toBe('👩'.repeat(64))
  })

  test('is stable, short, well-formed and undisturbing whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => {
        const clean = nickname(raw)
        expect(nickname(clean)).toBe(clean)
        expect(Array.from(clean).length).toBeLessThanOrEqual(64)
        expect(clean).not.toMatch(/[\p{Cc}\p{Surrogate}\p{Bidi_Control}]/u)
      }),
    )
  })
})

describe('an avatar address', () => {
  const own = ['http://127.0.0.1:3001']

  test.each([
    ['https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132', 'https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132'],
    ['http://wx.qlogo.cn/mmopen/abc/0', 'https://wx.qlogo.cn/mmopen/abc/0'],
    ['http://127.0.0.1:3001/sim/avatar/alice.svg', 'http://127.0.0.1:3001/sim/avatar/alice.svg'],
  ])('%s is kept', (raw, clean) => {
    expect(avatar(raw, own)).toBe(clean)
  })

  test.each([
    '',
    'not a url',
    '/relative.png',
    '//thirdwx.qlogo.cn/a',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg/>',
    'ftp://thirdwx.qlogo.cn/a',
    'https://qlogo.cn/a',
    'https://evilqlogo.cn/a',
    'https://thirdwx.qlogo.cn.evil.example/a',
    'https://thirdwx.qlogo.cn./a',
    'https://thirdwx.qlogo.cn@evil.example/a',
    'https://someone:pw@thirdwx.qlogo.cn/a',
    'https://thirdwx.qlogo.cn:8443/a',
    'https://evil.example/?.qlogo.cn',
    'http://127.0.0.1:3002/a',
    'https://127.0.0.1:3001/a',
    'http://169.254.169.254/latest/meta-data',
    `https://thirdwx.qlogo.cn/${'a'.repeat(2000)}`,
  ])('an address that leads elsewhere is dropped: %s', (raw) => {
    expect(avatar(raw, own)).toBe('')
  })
})
