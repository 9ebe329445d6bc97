import { describe, expect, it } from 'vitest'
import { safeReturnTo } from '#server/http/return-to.js'

const ORIGINS = ['https://app.example.com', 'http://localhost:5173']

describe('where a login may lead', () => {
  it.each([
    ['/', '/'],
    ['/account', '/account'],
    ['/a/b?c=d&e=%2F%2Fevil.example#f', '/a/b?c=d&e=%2F%2Fevil.example#f'],
    ['/a/../b', '/b'],
    ['/中文?名=字', '/%E4%B8%AD%E6%96%87?%E5%90%8D=%E5%AD%97'],
    ['https://app.example.com/x?y#z', 'https://app.example.com/x?y#z'],
    ['http://localhost:5173', 'http://localhost:5173/'],
  ])('%s is allowed', (value, expected) => {
    expect(safeReturnTo(value, ORIGINS)).toBe(expected)
  })

  it.each([
    '',
    'account',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/a/..//evil.example',
    '/.//evil.example',
    '/%2e//evil.example/..//evil.example',
    'https:evil.example',
    'https://evil.example',
    'https://app.example.com.evil.example/',
    'https://evil.example/https://app.example.com',
    'https://app.example.com@evil.example/',
    'https://user:password@app.example.com/',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    'https://APP.example.com.:443/',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    ' /account',
    '/account ',
    'blob:https://app.example.com/x',
    `/${'a'.repeat(1024)}`,
    `/${'中'.repeat(114)}`,
  ])('an open redirect by %j is refused', (value) => {
    expect(safeReturnTo(value, ORIGINS)).toBeNull()
  })

  it.each([`/${'a'.repeat(1023)}`, `/${'中'.repeat(113)}`, `https://app.example.com/?${'字'.repeat(110)}`])(
    'what was allowed still is in the form in which it is kept: %s',
    (value) => {
      const kept = safeReturnTo(value, ORIGINS)
      expect(kept).not.toBeNull()
      expect(safeReturnTo(kept ?? '', ORIGINS)).toBe(kept)
    },
  )

  it('allows nothing beyond paths when the operator names no origins', () => {
    expect(safeReturnTo('https://app.example.com/', [])).toBeNull()
  })
})
