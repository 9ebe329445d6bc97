// How long ago, as people say it.
import { describe, expect, test } from 'vitest'
import { agoText, numberText, pastText } from '../../web/dates.js'

const NOW = Date.UTC(2026, 4, 20, 6, 30)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('how long ago something was', () => {
  test.each([
    [0, null, null],
    [MINUTE - 1, null, null],
    [MINUTE, '1分钟前', '1 minute ago'],
    [HOUR - 1, '59分钟前', '59 minutes ago'],
    [2.9 * HOUR, '2小时前', '2 hours ago'],
    [DAY, '昨天', 'yesterday'],
    [29.9 * DAY, '29天前', '29 days ago'],
    [30 * DAY, '2026年4月20日', '20 Apr 2026'],
  ])('%i ms', (past, zh, en) => {
    expect([agoText(NOW - past, NOW, 'zh'), agoText(NOW - past, NOW, 'en')]).toEqual([zh, en])
  })

  test('what a server’s clock calls the future is a matter of moments', () => {
    expect(agoText(NOW + HOUR, NOW, 'zh')).toBeNull()
  })

  test('seconds are told where they matter', () => {
    const said = [0, 12_900, 119_000].map((past) => [pastText(past, 'zh'), pastText(past, 'en')])
    expect(said).toEqual([
      ['现在', 'now'],
      ['12秒钟前', '12 seconds ago'],
      ['1分钟前', '1 minute ago'],
    ])
  })
})

test('numbers are grouped', () => {
  expect([numberText(12_345, 'zh'), numberText(12_345, 'en')]).toEqual(['12,345', '12,345'])
})
