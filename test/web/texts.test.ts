// Every end has its sentence, in both languages.

import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeConfig, loadConfig } from '#server/config.js'
import { ACTS } from '#server/core/ports/audit.js'
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import { REASON_TEXTS } from '#shared/reasons.js'
import { METHODS, REASONS } from '#shared/ticket.js'
import { samples } from '../../web/login/samples.js'
import { initialLogin } from '../../web/login/state.js'
import { announcement, endText, titleOf } from '../../web/login/summary.js'
import { texts as login } from '../../web/login/texts.js'
import { noticeFor, type Place } from '../../web/notice/texts.js'
import { failureText } from '../../web/reasons.js'
import * as en from '../../web/words/en/index.js'
import * as zh from '../../web/words/zh-CN/index.js'

const CHINESE = /[一-鿿]/
const codes = Object.keys(ERRORS) as ErrorCode[]

/** Every string within, whatever it is nested in; functions are asked with something harmless. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return strings((value as (...args: unknown[]) => unknown)('1', '2'))
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

test.each(REASONS)('the reason %s has a sentence in both languages', (reason) => {
  expect(REASON_TEXTS[reason].zh).toMatch(CHINESE)
  expect(REASON_TEXTS[reason].en).toMatch(/^[^一-鿿]{20,}$/)
})

const here: Place = { path: '/t/tkt_1', next: '/' }
const inWechat: Place = { path: '/wechat/callback/mp', next: '/wechat/login/mp?scope=snsapi_userinfo' }

test.each([...new Set([...codes, ...REASONS])])('%s has a notice in both languages', (code) => {
  for (const place of [here, inWechat]) {
    const zh = noticeFor(code, 'zh', place)
    const en = noticeFor(code, 'en', place)
    for (const text of [zh.title, zh.text, zh.button]) expect(text).toMatch(CHINESE)
    for (const text of [en.title, en.text, en.button]) expect(text).toMatch(/^[^一-鿿]+$/)
    expect(en.way).toBe(zh.way)
  }
})

test('a code that nobody knows is a fault of ours, and no prototype’s property is a code', () => {
  for (const code of ['', '__NOTICE_CODE__', 'constructor', 'toString']) {
    expect(noticeFor(code, 'en', here)).toEqual(noticeFor('internal', 'en', here))
  }
})

test('a phone that scanned is never offered a login page of its own', () => {
  for (const code of [
    'open_in_wechat',
    'open_on_computer',
    'wecom_unsupported',
    'scanned_elsewhere',
    'ticket_expired',
  ] as const) {
    expect(noticeFor(code, 'zh', here).way).toBe('none')
  }
  expect(noticeFor('state_invalid', 'zh', here).way).toBe('next')
  expect(noticeFor('ticket_not_attached', 'zh', here).way).toBe('reload')
})

/** Nobody types a number inside WeChat: that reason is another method's. */
const ENDS = REASONS.filter((reason) => reason !== 'match_number_wrong')

test.each([...ENDS, 'state_invalid', 'state_expired', 'ticket_expired', 'busy', 'internal'] as const)(
  'inside WeChat %s ends with a button that begins anew, and nobody is sent to a computer',
  (code) => {
    const { way, text, title, button } = noticeFor(code, 'en', inWechat)
    expect(way).toBe('next')
    expect(`${title} ${text}`).not.toMatch(/computer|scan/i)
    expect(button).toBe(code === 'explicit_required' ? 'Log in with WeChat' : 'Log in again')
  },
)

test('a link for WeChat that is opened elsewhere, or in WeCom, has no button that would lead there again', () => {
  for (const code of ['open_in_wechat', 'wecom_unsupported'] as const) {
    expect(noticeFor(code, 'zh', { path: '/wechat/login/mp', next: '/wechat/login/mp' }).way).toBe('none')
  }
})

test('no network is a sentence too', () => {
  expect(failureText('network', 'zh')).toMatch(CHINESE)
  expect(failureText('ticket_expired', 'en')).toBe(ERRORS.ticket_expired.en)
})

/** The compiler's own check that both languages have the same pages, and each page the same words. */
const english: typeof zh = { ...en }
const chinese = { ...zh }

describe.each(Object.keys(chinese) as (keyof typeof zh)[])('the words of %s', (page) => {
  test('have no empty one, and no Chinese in the English', () => {
    for (const text of [...strings(chinese[page]), ...strings(english[page])]) expect(text).not.toBe('')
    for (const text of strings(english[page])) expect(text).not.toMatch(CHINESE)
  })

  test('are as many in both languages', () => {
    expect(strings(english[page])).toHaveLength(strings(chinese[page]).length)
  })
})

test('every file of words is in its language’s index', () => {
  for (const [language, index] of Object.entries({ 'zh-CN': zh, en })) {
    const folder = new URL(`../../web/words/${language}/`, import.meta.url)
    const files = readdirSync(folder).filter((name) => name !== 'index.ts')
    expect(files.map((name) => name.replace('.ts', '')).sort()).toEqual(Object.keys(index).sort())
  }
})

test('every method has a name and three steps', () => {
  for (const method of METHODS) {
    expect(login.en.methods[method]).not.toBe('')
    expect(login.en.steps[method]).toHaveLength(3)
  }
})

describe.each(Object.entries(samples))('the login page in state %s', (_, phase) => {
  test('has a title, and says something to those who listen', () => {
    for (const language of ['zh', 'en'] as const) {
      expect(titleOf(phase, login[language], 'Shop')).toMatch(/.+ · Shop$/)
      expect(announcement({ ...initialLogin, phase }, language)).not.toBe('')
      if (phase.name === 'over') expect(endText(phase.end, language).text).not.toBe('')
    }
  })
})

test('who scanned is said by name, and the number digit by digit', () => {
  const scanned = samples.scanned
  expect(scanned && announcement({ ...initialLogin, phase: scanned }, 'en')).toBe(
    'Scanned by 林小满. Type these two digits on your phone: 4 7',
  )
})

test('every act that the server can write, and every setting that it shows, has a word of the console in both languages', () => {
  const settings = Object.keys(describeConfig(loadConfig({}, { readFile: () => '' }))).toSorted()
  for (const { admin } of [zh, en]) {
    expect(Object.keys(admin.acts).toSorted()).toEqual([...ACTS].toSorted())
    expect(Object.keys(admin.settings).toSorted()).toEqual(settings)
  }
})
