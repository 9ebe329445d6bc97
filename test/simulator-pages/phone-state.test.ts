// The simulated phone: what a scanned text means, and what the phone does next.

import { describe, expect, it } from 'vitest'
import { readCode } from '#server/simulator/pages/phone/code-text.js'
import { begin, type Event, reduce, type State } from '#server/simulator/pages/phone/state.js'

const around = { here: 'http://127.0.0.1:3001/phone', siteOrigins: ['http://localhost:3000'] }
const read = (text: string, here = around.here) => readCode(text, { ...around, here })

describe('a scanned text', () => {
  it.each([
    'http://127.0.0.1:3001/connect/confirm?uuid=u1',
    'http://localhost:3001/connect/confirm?uuid=u1',
    'http://[::1]:3001/connect/confirm?uuid=u1',
    '  http://127.0.0.1:3001/connect/confirm?uuid=u1\n',
  ])('is a page of the simulator on the origin the phone is on: %j', (text) => {
    expect(read(text)).toEqual({ kind: 'page', address: '/connect/confirm?uuid=u1' })
  })

  it('is the simulator’s code with a scene', () => {
    expect(read('http://localhost:3001/q/02abc')).toEqual({ kind: 'page', address: '/q/02abc' })
  })

  it('is one also for a phone that came in over the network', () => {
    expect(read('http://127.0.0.1:3001/connect/confirm?uuid=u1', 'http://192.168.1.5:3001/phone')).toEqual({
      kind: 'page',
      address: '/connect/confirm?uuid=u1',
    })
  })

  it.each([
    ['http://localhost:3000/t/tkt_1', 'http://localhost:3000/t/tkt_1?wechat=simulated'],
    ['http://localhost:3000/t/tkt_1?a=%20b#c', 'http://localhost:3000/t/tkt_1?a=%20b&wechat=simulated#c'],
    ['http://localhost:3000/t/1?wechat=simulated', 'http://localhost:3000/t/1?wechat=simulated'],
  ])('is a page of a site, told that WeChat is calling: %s', (text, address) => {
    expect(read(text)).toEqual({ kind: 'page', address })
  })

  it.each([
    'hello',
    '',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'blob:http://localhost:3000/0-0',
    'blob:http://127.0.0.1:3001/connect/x',
    'ftp://127.0.0.1:3001/connect/confirm',
    'https://127.0.0.1:3001/connect/confirm',
    'http://127.0.0.1:3002/connect/confirm',
    'http://evil.test:3002/connect/confirm',
    'http://localhost:3000.evil.test/t/1',
    'http://localhost:3000@evil.test/t/1',
    'http://127.0.0.1:3001/connect/../sim/phone/person',
    'http://127.0.0.1:3001/phone?scan=x',
  ])('is no login code: %j', (text) => {
    expect(read(text)).toMatchObject({ kind: 'foreign' })
  })
})

const page = { kind: 'page', address: '/connect/confirm?uuid=u1' } as const
const foreign = { kind: 'foreign', text: 'hello' } as const
const run = (state: State, ...events: Event[]) => events.reduce(reduce, state)

const saved = { type: 'person-saved', follows: ['mp'] } as const

describe('the phone', () => {
  it('is at home when nothing is before its camera', () => {
    expect(begin('alice', [], null).screen).toEqual({ at: 'home' })
  })

  it('asks who holds it when it is nobody’s', () => {
    const asking = begin(null, [], null)
    expect(asking.screen).toEqual({ at: 'who', pending: null })
    expect(run(asking, { type: 'home-tapped' }).screen).toEqual({ at: 'who', pending: null })
    expect(run(asking, { type: 'person-tapped', name: 'bob' }, saved)).toMatchObject({
      person: 'bob',
      follows: ['mp'],
      screen: { at: 'home' },
    })
  })

  it('opens a code that it was switched on for at once', () => {
    expect(begin('alice', [], page).screen).toEqual({ at: 'opening', address: page.address })
  })

  it('asks once who holds it before it opens a code', () => {
    const asking = begin(null, [], page)
    expect(asking.screen).toEqual({ at: 'who', pending: page.address })
    const told = run(asking, { type: 'person-tapped', name: 'bob' })
    expect(told.screen).toEqual(asking.screen)
    expect(run(told, saved)).toMatchObject({ person: 'bob', screen: { at: 'opening', address: page.address } })
  })

  it('opens nothing for a choice that could not be kept, and can be asked again', () => {
    const failed = run(begin(null, [], page), { type: 'person-tapped', name: 'bob' }, { type: 'person-not-saved' })
    expect(failed).toMatchObject({ person: null, saving: null, saveFailed: true, screen: { at: 'who' } })
    expect(run(failed, { type: 'person-tapped', name: 'bob' }).saveFailed).toBe(false)
  })

  it('knows what somebody else follows once they have taken it', () => {
    const asking = run(begin('alice', ['mp', 'mp2'], null), { type: 'who-tapped' })
    expect(asking.screen).toEqual({ at: 'who', pending: null })
    const taken = run(asking, { type: 'person-tapped', name: 'bob' }, saved)
    expect(taken).toMatchObject({ person: 'bob', follows: ['mp'], screen: { at: 'home' } })
    expect(run(asking, { type: 'home-tapped' })).toMatchObject({ person: 'alice', screen: { at: 'home' } })
  })

  it('stays on another screen when the choice is kept late', () => {
    const late = run(
      begin('alice', [], null),
      { type: 'who-tapped' },
      { type: 'person-tapped', name: 'bob' },
      { type: 'scan-tapped' },
      saved,
    )
    expect(late).toMatchObject({ person: 'bob', screen: { at: 'scan' } })
  })

  it('shows a text that is no login code and opens nothing', () => {
    const state = run(begin('alice', [], null), { type: 'scan-tapped' }, { type: 'code-read', reading: foreign })
    expect(state.screen).toEqual({ at: 'foreign', text: 'hello' })
  })

  it('says that a picture has no code until the next attempt', () => {
    const missed = run(begin('alice', [], null), { type: 'scan-tapped' }, { type: 'code-missed' })
    expect(missed.screen).toEqual({ at: 'scan', unreadable: true })
    expect(run(missed, { type: 'scan-tapped' }).screen).toEqual({ at: 'scan', unreadable: false })
  })
})
