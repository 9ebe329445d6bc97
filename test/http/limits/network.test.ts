import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { begunHere, neighbourhoodOf, networkOf, readAddress } from '#server/http/limits/network.js'

describe('an address as proxies write it', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:52100', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['unknown', null],
    ['', null],
    ['_hidden', null],
    ['203.0.113', null],
    ['203.0.113.700', null],
    ['fe80::1%eth0', null],
    ['203.0.113.7 ', null],
    ['203.0.113.7<script>', null],
    ['x'.repeat(5_000), null],
  ])('%s is %s', (text, address) => {
    expect(readAddress(text)).toBe(address)
  })
})

describe('whoever has one address of a network has all of them', () => {
  test.each([
    ['203.0.113.7', '203.0.113.250'],
    ['2001:db8:1:200::1', '2001:db8:1:2ff:ffff::9'],
    ['::1', '0:0:0:0:0:0:0:2'],
    ['2001:0DB8:0001:0200::1', '2001:db8:1:200::2'],
    ['64:ff9b::203.0.113.7', '64:ff9b::1'],
  ])('%s and %s are counted together', (one, other) => {
    expect(networkOf(one)).toBe(networkOf(other))
    expect(networkOf(one)).not.toBe('none')
  })

  test.each([
    ['203.0.113.7', '203.0.112.7'],
    ['2001:db8:1:200::1', '2001:db8:1:300::1'],
    ['2001:db8:1::1', '2001:db8:2::1'],
    ['1.2.3.4', '1.2.34.5'],
  ])('%s and %s are not', (one, other) => {
    expect(networkOf(one)).not.toBe(networkOf(other))
  })

  test('the neighbourhood is an IPv4 /16, an IPv6 /32', () => {
    expect(neighbourhoodOf('203.0.113.7')).toBe(neighbourhoodOf('203.0.1.1'))
    expect(neighbourhoodOf('2001:db8:1::1')).toBe(neighbourhoodOf('2001:db8:ffff::1'))
    expect(neighbourhoodOf('2001:db8::1')).not.toBe(neighbourhoodOf('2001:db9::1'))
  })
})

describe('a request that begins on this machine', () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
    begunHere({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)

  test('comes from a loopback address and bears no trace of a proxy', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].map((address) => from(address))).toEqual(
      Array(4).fill(true),
    )
    expect(['10.0.0.1', '12.7.0.0', '::2', '', 'fe80::1'].map((address) => from(address))).toEqual(Array(5).fill(false))
    for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via']) {
      expect(from('127.0.0.1', { [name]: '127.0.0.1' })).toBe(false)
    }
  })
})
