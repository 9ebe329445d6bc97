// The small shared pieces: hostile nicknames, and the choice of language.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pickLanguage } from '#server/simulator/pages/parts/language.js'
import { hueOf, initial, isVisible } from '#server/simulator/pages/parts/nickname.js'

describe('a nickname', () => {
  it.each([
    ['alice', 'A'],
    ['爱丽丝', '爱'],
    ['👨‍👩‍👧‍👦 family', '👨‍👩‍👧‍👦'],
    ['\u202e\u0007 evil', 'E'],
    ['<img>', '<'],
    ['ﷺ', 'ﷺ'],
    [`Z${'\u0301'.repeat(50)}`, 'Z'],
    ['\u0000\u200b\u3164\n', '?'],
    ['', '?'],
  ])('%j is shortened to %j', (nickname, expected) => {
    expect(initial(nickname)).toBe(expected)
  })

  it('without anything to see is known as such', () => {
    for (const text of ['', ' ', '\u200b\u200d', '\u2800', '\u3164', '\u202e\u0007', '\ue000']) {
      expect(isVisible(text)).toBe(false)
    }
    expect(isVisible('微信用户')).toBe(true)
  })

  it('has a colour whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hueOf(text, 6) >= 0 && hueOf(text, 6) < 6))
  })
})

describe('the language', () => {
  it.each([
    [null, ['zh-CN', 'en'], 'zh'],
    [null, ['zh-TW'], 'zh'],
    [null, ['en-US', 'zh-CN'], 'en'],
    [null, ['de'], 'en'],
    [null, [], 'zh'],
    ['en', ['zh-CN'], 'en'],
    ['zh', ['en'], 'zh'],
    ['fr', ['en'], 'en'],
  ] as const)('chosen before: %s, of the browser: %o, is %s', (saved, preferred, expected) => {
    expect(pickLanguage(saved, preferred)).toBe(expected)
  })
})
