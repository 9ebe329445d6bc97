// The phone's page: the question, the number, and every way it can end.
import { describe, expect, test } from 'vitest'
import type { Confirmation, Decided } from '#shared/api.js'
import { ARM_MS, createConfirm } from '../../web/confirm/machine.js'
import { type Asking, canConfirm } from '../../web/confirm/state.js'
import { texts, wordsFor } from '../../web/confirm/texts.js'
import type { Answer } from '../../web/http.js'
import { fails, says } from './login-world.js'
import { manualTimers, wakes } from './world.js'

const question: Confirmation = {
  site: { name: 'Shop', logoUrl: null, agreementUrl: '/terms', privacyUrl: '/privacy' },
  status: 'scanned',
  reason: null,
  device: { browser: 'Chrome', os: 'Windows', address: '127.0.0.1', place: null },
  requestedAt: 0,
  serverTime: 20_000,
  expiresAt: 120_000,
  person: { nickname: 'Ada', avatarUrl: '' },
  needsExplicit: null,
  elsewhere: false,
  consent: null,
}

function phone(
  read: (nth: number) => Answer<Confirmation> = () => says(question),
  decide: (nth: number) => Answer<Decided> = () => says({ status: 'confirmed' }),
) {
  const timers = manualTimers()
  const waking = wakes()
  const sent: string[] = []
  let reads = 0
  const machine = createConfirm({
    timers,
    onWake: waking.on,
    read: async () => read(++reads),
    decide: async ({ decision, matchNumber, consent }) => {
      sent.push([decision, matchNumber, consent].filter((part) => part !== null).join(' '))
      return decide(sent.length)
    },
  })
  const type = (text: string): void => machine.send({ type: 'typed', text })
  const press = (decision: 'confirm' | 'deny'): void => machine.send({ type: 'decide', decision })
  const asking = (): Asking => {
    const state = machine.state()
    if (state.name !== 'asking') throw new Error(`The page is ${state.name}.`)
    return state
  }
  return { machine, timers, waking, sent, type, press, asking, reads: () => reads }
}

describe('confirming', () => {
  test('clickjacking: a press within the first moments confirms nothing', async () => {
    const { machine, timers, type, press, sent, asking } = phone()
    await timers.advance(0)
    type('47')
    press('confirm')
    await timers.advance(ARM_MS - 1)
    expect(sent).toEqual([])
    await timers.advance(1)
    expect(canConfirm(asking())).toBe(true)
    press('confirm')
    await timers.advance(0)
    expect(sent).toEqual(['confirm 47'])
    expect(machine.state()).toMatchObject({ name: 'ended', end: 'confirmed' })
  })

  test.each(['', '4', 'ab'])('blind click: without two digits (%j) nothing is sent', async (text) => {
    const { machine, timers, type, press, sent } = phone()
    await timers.advance(ARM_MS)
    type(text)
    press('confirm')
    await timers.advance(0)
    expect(sent).toEqual([])
    machine.stop()
  })

  test('the wide digits of a Chinese keyboard are digits, and a third one is dropped', async () => {
    const { machine, timers, type, asking } = phone()
    await timers.advance(0)
    type('４ 7x9')
    expect(asking().digits).toBe('47')
    machine.stop()
  })

  test('pressing twice sends once', async () => {
    const { timers, type, press, sent } = phone()
    await timers.advance(ARM_MS)
    type('47')
    press('confirm')
    press('confirm')
    press('deny')
    await timers.advance(0)
    expect(sent).toEqual(['confirm 47'])
  })

  test('where WeChat’s consent is needed first, nothing can be confirmed', async () => {
    const { machine, timers, type, press, sent } = phone(() =>
      says({ ...question, needsExplicit: 'https://wechat.test/' }),
    )
    await timers.advance(ARM_MS)
    type('47')
    press('confirm')
    await timers.advance(0)
    expect(sent).toEqual([])
    machine.stop()
  })
})

describe('a wrong number', () => {
  test('is sent once, said, and leaves the field empty for the next try', async () => {
    const { machine, timers, type, press, sent, asking } = phone(undefined, () => fails('match_number_wrong'))
    await timers.advance(ARM_MS)
    type('12')
    press('confirm')
    await timers.advance(5000)
    expect(sent).toEqual(['confirm 12'])
    expect(asking()).toMatchObject({ digits: '', wrong: 1, problem: 'match_number_wrong', sending: null })
    machine.stop()
  })

  test('that was the last one ends the page, with its reason', async () => {
    const { machine, timers, type, press } = phone(
      (nth) => says(nth === 1 ? question : { ...question, status: 'failed', reason: 'match_number_wrong' }),
      () => fails('match_number_wrong'),
    )
    await timers.advance(ARM_MS)
    type('12')
    press('confirm')
    await timers.advance(0)
    expect(machine.state()).toMatchObject({ name: 'ended', end: 'failed', reason: 'match_number_wrong' })
  })
})

describe('refusing', () => {
  test('works at once, and without a number', async () => {
    const { machine, timers, press, sent } = phone(undefined, () => says({ status: 'denied' }))
    await timers.advance(0)
    press('deny')
    await timers.advance(0)
    expect(sent).toEqual(['deny'])
    expect(machine.state()).toMatchObject({ name: 'ended', end: 'denied' })
  })

  test('is sent again when the network swallowed it', async () => {
    const { machine, timers, press, sent } = phone(undefined, (nth) =>
      nth < 3 ? fails('network') : says({ status: 'denied' }),
    )
    await timers.advance(0)
    press('deny')
    await timers.advance(5000)
    expect(sent).toEqual(['deny', 'deny', 'deny'])
    expect(machine.state()).toMatchObject({ name: 'ended', end: 'denied' })
  })
})

describe('while nobody presses anything', () => {
  test('the page notices that time ran out', async () => {
    const { machine, timers } = phone((nth) => says(nth === 1 ? question : { ...question, status: 'expired' }))
    await timers.advance(8000)
    expect(machine.state()).toMatchObject({ name: 'ended', end: 'expired' })
  })

  test('a network that fails for a while takes nothing away', async () => {
    const { machine, timers } = phone((nth) => (nth === 1 ? says(question) : fails('network')))
    await timers.advance(60_000)
    expect(machine.state().name).toBe('asking')
    machine.stop()
  })

  test('looking again keeps what was typed', async () => {
    const { machine, timers, type, asking, reads } = phone()
    await timers.advance(0)
    type('4')
    await timers.advance(20_000)
    expect(reads()).toBeGreaterThan(2)
    expect(asking()).toMatchObject({ digits: '4', armed: true })
    machine.stop()
  })
})

describe('the page that waits', () => {
  test.each(['iOS 18', 'Android 15', 'HarmonyOS'])('in the browser of a phone (%s) is not called a computer', (os) => {
    const words = wordsFor(texts.en, { os })
    expect(JSON.stringify(words)).not.toMatch(/computer/i)
    expect(words.matchLabel).toBe('Type the two digits from that browser')
  })

  test.each(['Windows 10/11', 'macOS', 'iPadOS 18', 'Unknown system'])('on %s is on the computer', (os) => {
    expect(wordsFor(texts.en, { os }).matchLabel).toBe('Type the two digits on the computer')
  })
})

test('a refused login that is old has not expired', async () => {
  const { machine, timers } = phone(() => says({ ...question, status: 'denied', serverTime: 900_000 }))
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'ended', end: 'denied' })
})

test('a phone that did not scan is told that there is nothing to confirm', async () => {
  const { machine, timers } = phone(() => fails('ticket_unknown'))
  await timers.advance(0)
  expect(machine.state()).toEqual({ name: 'lost', code: 'ticket_unknown' })
})

test('another phone was first: the page says so', async () => {
  const { machine, timers, press } = phone(undefined, () => fails('scanned_elsewhere'))
  await timers.advance(0)
  press('deny')
  await timers.advance(0)
  expect(machine.state()).toEqual({ name: 'lost', code: 'scanned_elsewhere' })
})

test('a login that fails after the right number ends with its reason', async () => {
  const { machine, timers, type, press } = phone(
    (nth) => says(nth === 1 ? question : { ...question, status: 'failed', reason: 'needs_attention' }),
    () => fails('login_failed'),
  )
  await timers.advance(ARM_MS)
  type('47')
  press('confirm')
  await timers.advance(0)
  expect(machine.state()).toMatchObject({ name: 'ended', end: 'failed', reason: 'needs_attention' })
})

describe('the site’s agreement', () => {
  const asks = { ...question, consent: 'v1' }

  test('without the tick nothing is sent; with it the version that stood beside it', async () => {
    const { machine, timers, type, press, sent } = phone(() => says(asks))
    await timers.advance(ARM_MS)
    type('47')
    press('confirm')
    expect(sent).toEqual([])
    machine.send({ type: 'tick', on: true })
    press('confirm')
    await timers.advance(10)
    expect(sent).toEqual(['confirm 47 v1'])
  })

  test('is empty at first, and empty again when another version stands there', async () => {
    const { machine, timers, asking } = phone((nth) => says({ ...asks, consent: nth === 1 ? 'v1' : 'v2' }))
    await timers.advance(ARM_MS)
    expect(asking().agreed).toBe(false)
    machine.send({ type: 'tick', on: true })
    expect(asking().agreed).toBe(true)
    await timers.advance(20_000)
    expect(asking()).toMatchObject({ agreed: false, question: { consent: 'v2' } })
  })

  test('refusing takes none', async () => {
    const { machine, timers, press, sent } = phone(
      () => says(asks),
      () => says({ status: 'denied' }),
    )
    await timers.advance(ARM_MS)
    machine.send({ type: 'tick', on: true })
    press('deny')
    await timers.advance(10)
    expect(sent).toEqual(['deny'])
  })
})
