// The reader and the matcher of the examples, on made-up text: whatever drifts must be found.
import { describe, expect, test } from 'vitest'
import { readExamples } from './examples.js'
import { type Bindings, fill, Mismatch, matchJson, matchText } from './match.js'
import { errorRows, names, rows, section, shapes } from './tables.js'

const NOW = 1_800_000_000_000
const now = () => NOW
const nothingKnown = (): Bindings => new Map()
const story = (language: string, ...lines: string[]) =>
  ['# Title', '## A heading', `\`\`\`${language}`, ...lines, '```'].join('\n')
const stepsOf = (text: string) => readExamples(text).flatMap(({ steps }) => steps)

describe('examples are read', () => {
  const call = {
    kind: 'call',
    line: 4,
    method: 'POST',
    address: '/a',
    headers: [{ name: 'cookie', value: 'a=<b>; c=d' }],
    body: '{"x": 1}',
    answer: { status: 201, headers: [{ name: 'location', value: '/b' }], body: '{"y": 2,\n "z": 3}' },
  }

  test('a request with its answer, over several lines', () => {
    const text = story(
      'http',
      'POST /a',
      'Cookie: a=<b>; c=d',
      '{"x": 1}',
      '',
      '201 Created',
      'Location: /b',
      '{"y": 2,',
      ' "z": 3}',
    )
    expect(readExamples(text)).toEqual([{ title: 'A heading', steps: [call] }])
  })

  test('the same on two lines', () => {
    const text = story(
      'http',
      'POST /a  Cookie: a=<b>; c=d  {"x": 1}',
      '201 Created  Location: /b  {"y": 2,',
      ' "z": 3}',
    )
    expect(stepsOf(text)).toEqual([call])
  })

  test('a socket’s talk', () => {
    const text = story(
      'http',
      '→ open /s  Origin: <site>',
      '  Cookie: a=b',
      '→ {"x": 1}',
      '← {"y":',
      '   2}',
      '← close 4401',
      '← refused 403',
      '→ close',
    )
    expect(stepsOf(text).map(({ line, ...step }) => step)).toEqual([
      {
        kind: 'open',
        address: '/s',
        headers: [
          { name: 'origin', value: '<site>' },
          { name: 'cookie', value: 'a=b' },
        ],
      },
      { kind: 'send', text: '{"x": 1}' },
      { kind: 'receive', text: '{"y":\n   2}' },
      { kind: 'closed', code: 4401 },
      { kind: 'refused', status: 403 },
      { kind: 'leave' },
    ])
  })

  test('blocks under one heading are one story, other languages none', () => {
    const text = `${story('http', '… one')}\n\n\`\`\`text\ntype A = {}\n\`\`\`\n\`\`\`http\n… two\n\`\`\`\n### Next\n\`\`\`http\n… three\n\`\`\``
    expect(readExamples(text).map(({ title, steps }) => [title, steps.length])).toEqual([
      ['A heading', 2],
      ['Next', 1],
    ])
  })
})

describe('what cannot be played is an error that names its line', () => {
  for (const [what, language, ...lines] of [
    ['a request without an answer', 'http', 'GET /a'],
    ['a request before the answer to another', 'http', 'GET /a', 'GET /b', '200 OK'],
    ['an answer without a request', 'http', '200 OK'],
    ['a status with another status’s name', 'http', 'GET /a', '200 Created'],
    ['a method that is none', 'http', 'FETCH /a', '200 OK'],
    ['a header without a colon', 'http', 'GET /a', 'Cookie', '200 OK'],
    ['a comment', 'http', '# a comment'],
    ['a socket’s line that nobody says', 'http', '{"x": 1}'],
    ['a server’s word that is no message', 'http', '← hello'],
    ['a block that begins in the middle', 'http', '  {"x": 1}'],
  ] as const) {
    test(what, () => expect(() => readExamples(story(language, ...lines))).toThrow(/^Line [45]/))
  }
  test('a block that is not closed', () => expect(() => readExamples('```http\nGET /a')).toThrow('not closed'))
})

describe('JSON that drifts is found', () => {
  for (const [what, example, actual] of [
    ['another value', '{"a": 1}', { a: 2 }],
    ['another type', '{"a": 1}', { a: '1' }],
    ['null for a value', '{"a": "x"}', { a: null }],
    ['null for an object', '{"a": {"b": 1}}', { a: null }],
    ['a field more', '{"a": 1}', { a: 1, b: 2 }],
    ['a field more, deep inside', '{"a": {"b": 1}}', { a: { b: 1, c: null } }],
    ['a field less', '{"a": 1, "b": 2}', { a: 1 }],
    ['a part more', '[1]', [1, 2]],
    ['an object for a list', '{"a": []}', { a: {} }],
    ['text around a placeholder', '{"a": "/t/<x>"}', { a: '/u/1' }],
    ['a string shown as a number', '{"a": <x>}', { a: '1' }],
    ['a number shown as a string', '{"a": "<x>"}', { a: 1 }],
    ['a name that stands for two things', '{"a": "<x>", "b": "<x>"}', { a: '1', b: '2' }],
    ['a time that is early', '{"a": <now + 90 s>}', { a: NOW + 79_000 }],
    ['a time that is late', '{"a": <now>}', { a: NOW + 11_000 }],
    ['a time that is none', '{"a": <now>}', { a: null }],
    ['a time in no unit', '{"a": <now + 90 x>}', { a: NOW + 90 }],
    ['a body that is no JSON', '{"a": 1}', 'text'],
  ] as const) {
    test(what, () => expect(() => matchJson(example, actual, nothingKnown(), now)).toThrow(Mismatch))
  }

  test('a field that is abridged is compared with how it was last shown', () => {
    const known = nothingKnown()
    matchJson('{"t": {"a": 1, "b": "<x>", "c": 3}}', { t: { a: 1, b: 'B', c: 3 } }, known, now)
    matchJson('{"t": {"a": 2, …}}', { t: { a: 2, b: 'B', c: 3 } }, known, now)
    matchJson('{"t": {…}}', { t: { a: 2, b: 'B', c: 3 } }, known, now)
    expect(() => matchJson('{"t": {…}}', { t: { a: 1, b: 'B', c: 3 } }, known, now)).toThrow('body.t.a is 1, not 2')
    expect(() => matchJson('{"t": {"a": 2, …}}', { t: { a: 2, b: 'C', c: 3 } }, known, now)).toThrow(Mismatch)
    expect(() => matchJson('{"t": {"a": 2, …}}', { t: { a: 2, b: 'B' } }, known, now)).toThrow(
      'body.t.c does not exist',
    )
    expect(() => matchJson('{"t": {"a": 2, …}}', { t: { a: 2, b: 'B', c: 3, d: 4 } }, known, now)).toThrow(Mismatch)
    expect(() => matchJson('{"u": {…}}', { u: {} }, known, now)).toThrow('before it was shown in full')
  })
})

describe('JSON that is as it is told passes', () => {
  for (const [what, example, actual] of [
    ['fields in another order', '{"a": 1, "b": [true, null]}', { b: [true, null], a: 1 }],
    ['a name that comes twice', '{"a": "<x>", "b": "/t/<x>?y=<z>"}', { a: 'q', b: '/t/q?y=2' }],
    [
      'times in every unit',
      '[<now>, <now - 2 s>, <now + 10 min>, <now + 24 h>, <now + 7 d>]',
      [NOW + 900, NOW - 2_000, NOW + 600_000, NOW + 86_400_000, NOW + 604_800_000],
    ],
    ['anything', '{"a": "<…>", "b": <…>, "c": "<…>"}', { a: 'x', b: null, c: 'y' }],
    ['signs that mean something to patterns', '{"a": "(<x>)?*.+[$]|"}', { a: '(1)?*.+[$]|' }],
    ['braces, quotes and points in strings', '{"a": "\\"<x>\\" … }"}', { a: '"1" … }' }],
  ] as const) {
    test(what, () => expect(() => matchJson(example, actual, nothingKnown(), now)).not.toThrow())
  }
})

describe('headers', () => {
  test('a cookie’s attributes and lifetime are compared', () => {
    const cookie = (days: number, more = '') =>
      `s=abc; expires=${new Date(NOW + days * 86_400_000).toUTCString()}; httponly${more}`
    const shown = 's=<s>; expires=<now + 30 d>; httponly'
    expect(() => matchText(shown, cookie(30), nothingKnown(), now)).not.toThrow()
    expect(() => matchText(shown, cookie(7), nothingKnown(), now)).toThrow(Mismatch)
    expect(() => matchText(shown, cookie(30, '; secure'), nothingKnown(), now)).toThrow(Mismatch)
    expect(() => matchText(shown, cookie(30), new Map([['s', 'other']]), now)).toThrow(Mismatch)
  })

  test('what a request needs must be known by then', () => {
    expect(fill('a=<x>', new Map([['x', 1]]))).toBe('a=1')
    expect(() => fill('a=<x>', nothingKnown())).toThrow('<x> is used before')
  })
})

describe('tables and lists are read', () => {
  const text = '## 1. A\n| h | i |\n|---|---|\n| `a_b` x | 2 |\n| `c` | 3 |\n### Part\nmore\n## 2. B\n| 4 | 5 |\n'
  test('the rows of a section, without their head', () => {
    expect(rows(section(text, '## 1. '))).toEqual([
      ['`a_b` x', '2'],
      ['`c`', '3'],
    ])
    expect(section(text, '## 1. ')).toContain('more')
    expect(() => section(text, '## 3. ')).toThrow('0 headings')
  })
  test('names as the wire writes them', () => expect(names('`a_b` `Ticket` `c d` `e`')).toEqual(['a_b', 'e']))
  test('the fields of a shape', () => {
    const block = '```text\nA = { a: string; b: { c: number } | null;\n  d: X | null }  // why\nB = { e: 1 }\n```'
    expect([...shapes(block)]).toEqual([
      ['A', ['a', 'b|null', 'd|null']],
      ['B', ['e']],
    ])
  })
  test('every error code has its place in the table', () => {
    expect(errorRows()).toContainEqual(['410', '', '`ticket_expired`', ''])
  })
})
