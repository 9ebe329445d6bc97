// The visitor's address behind any number of proxies, whatever the visitor writes into X-Forwarded-For.
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { cookieNames } from '#server/http/cookies.js'
import { createVisitors } from '#server/http/visitor.js'

const VISITOR = '203.0.113.7'
/** From the outermost to the one that speaks to us. */
const PROXIES = ['10.0.0.3', '10.0.0.2', '10.0.0.1']
const FORGERIES = [
  '',
  '6.6.6.6',
  '6.6.6.6, 7.7.7.7',
  '127.0.0.1',
  '::1',
  'unknown',
  '<script>',
  ', ,',
  '6.6.6.6,'.repeat(50),
]

/** What arrives once the visitor's request has passed so many proxies, each of which appends whom it saw. */
function arriving(forged: string, proxies: number, as: 'one header' | 'a header each'): IncomingMessage {
  const chain = PROXIES.slice(PROXIES.length - proxies)
  const seen = [VISITOR, ...chain].slice(0, proxies)
  const entries = [...(forged === '' ? [] : [forged]), ...seen]
  const forwarded = as === 'one header' ? entries.join(', ') : entries
  return {
    headers: entries.length === 0 ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: chain.at(-1) ?? VISITOR },
  } as unknown as IncomingMessage
}

const address = (trustedProxies: number, req: IncomingMessage) =>
  createVisitors({ cookies: cookieNames(false), trustedProxies, returnOrigins: [] }).address(req)

describe.each(['one header', 'a header each'] as const)('X-Forwarded-For as %s', (as) => {
  test.each([0, 1, 2, 3])('behind %i proxies, as many as are trusted, it is the visitor’s own', (proxies) => {
    for (const forged of FORGERIES) expect(address(proxies, arriving(forged, proxies, as)), forged).toBe(VISITOR)
  })

  test.each([
    [1, 2],
    [1, 3],
    [2, 3],
  ])('with %i trusted of %i it is the next proxy’s, never what the visitor wrote', (trusted, proxies) => {
    for (const forged of FORGERIES) expect(PROXIES).toContain(address(trusted, arriving(forged, proxies, as)))
  })

  test('with none trusted it is the connection’s, whoever speaks', () => {
    for (const forged of FORGERIES) expect(address(0, arriving(forged, 2, as))).toBe(PROXIES.at(-1))
  })
})

test.each(['unknown', '_hidden', '<b>', 'x'.repeat(5_000), '203.0.113.7.evil.example', ''])(
  'an entry that is no address (%s) is not taken for one',
  (entry) => {
    const req = { headers: { 'x-forwarded-for': entry }, socket: { remoteAddress: '10.0.0.1' } }
    expect(address(1, req as unknown as IncomingMessage)).toBe('10.0.0.1')
  },
)

test.each([
  ['203.0.113.7:52100', VISITOR],
  ['::ffff:203.0.113.7', VISITOR],
  ['[2001:db8::7]:443', '2001:db8::7'],
])('a proxy that writes %s means %s', (entry, meant) => {
  const req = { headers: { 'x-forwarded-for': entry }, socket: { remoteAddress: '10.0.0.1' } }
  expect(address(1, req as unknown as IncomingMessage)).toBe(meant)
})
