// The small things the pages are made of.
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { backoff } from '../../web/backoff.js'
import { createHttp, mayRetry } from '../../web/http.js'
import { pickLanguage } from '../../web/language.js'
import { clockText, timeLeft } from '../../web/login/countdown.js'
import { createMachine } from '../../web/machine.js'
import { reloadsLeft } from '../../web/notice/reload.js'
import { safeAddress, samePath } from '../../web/safe-address.js'

describe('language', () => {
  test.each([
    [null, ['zh-TW', 'en'], 'zh'],
    [null, ['en-GB', 'zh'], 'en'],
    [null, ['fr', 'EN-us'], 'en'],
    [null, ['fr', 'de'], 'zh'],
    [null, [], 'zh'],
    ['en', ['zh-CN'], 'en'],
    ['fr', ['zh-CN'], 'zh'],
  ] as const)('chosen %j, the browser’s %j: %s', (stored, preferred, expected) => {
    expect(pickLanguage(stored, preferred)).toBe(expected)
  })
})

describe('addresses from the wire', () => {
  test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'http://', '', null])(
    'script injection: %j is nowhere to go',
    (address) => expect(safeAddress(address, 'https://shop.test/')).toBeNull(),
  )
  test.each(['//evil.test', '/\\evil.test', '/\t/evil.test', 'https://evil.test/', 'javascript:alert(1)', 'x', ''])(
    'open redirect: %j is no path of ours',
    (address) => expect(samePath(address, 'https://shop.test/x')).toBeNull(),
  )
  test('a path of ours is kept with its query', () => {
    expect(samePath('/wechat/login/mp?scope=a&returnTo=%2F%2Fx', 'https://shop.test/x')).toBe(
      '/wechat/login/mp?scope=a&returnTo=%2F%2Fx',
    )
  })
  test('a path stays on this site', () => {
    expect(safeAddress('/home?a=1', 'https://shop.test/x')).toBe('https://shop.test/home?a=1')
  })
})

describe('asking the server', () => {
  const ask = (answer: () => Response | Promise<never>) =>
    createHttp(async () => answer())({ method: 'POST', path: '/x', schema: z.object({ a: z.number() }) })
  const refusal = (status: number, code: string) =>
    Response.json({ error: { code, message: 'm', requestId: 'r' } }, { status })

  test('an answer of another shape is not let in', async () => {
    expect(await ask(() => Response.json({ a: 'one' }))).toEqual({ ok: false, code: 'internal' })
    expect(await ask(() => Response.json({ a: 1 }))).toEqual({ ok: true, value: { a: 1 } })
  })
  test('errors are known by their code', async () => {
    expect(await ask(() => refusal(410, 'ticket_expired'))).toEqual({ ok: false, code: 'ticket_expired' })
    expect(await ask(() => refusal(400, 'toString'))).toEqual({ ok: false, code: 'bad_request' })
  })
  test('a proxy’s own page is no answer of the server’s', async () => {
    expect(await ask(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }))).toEqual({
      ok: false,
      code: 'network',
    })
    expect(await ask(() => new Response('<h1>Welcome to the hotel</h1>'))).toEqual({ ok: false, code: 'network' })
    expect(await ask(() => Promise.reject(new TypeError('fetch failed')))).toEqual({ ok: false, code: 'network' })
  })
  test('only what decided nothing is asked again by itself', () => {
    expect((['network', 'busy', 'internal', 'ticket_not_attached'] as const).every(mayRetry)).toBe(true)
    expect(
      (['match_number_wrong', 'login_failed', 'ticket_not_confirmed', 'state_invalid'] as const).some(mayRetry),
    ).toBe(false)
  })
})

test('the back-off doubles up to eight seconds, and a roll takes off at most half', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((n) => backoff(n, () => 1))).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
  expect(backoff(4, () => 0)).toBe(4000)
})

test('a remaining time reaches zero at the end and not before', () => {
  expect([90_000, 67_001, 59_999, 1, 0, -5].map(clockText)).toEqual(['1:30', '1:08', '1:00', '0:01', '0:00', '0:00'])
})

test('a code never has more time left than it came with, nor less than none', () => {
  const code = { deadline: 190_000, span: 90_000 }
  expect([99_500, 100_000, 150_000, 190_000, 200_000].map((now) => timeLeft(code, now))).toEqual([
    90_000, 90_000, 40_000, 0, 0,
  ])
})

describe('a machine', () => {
  test('stops the work of a state it left, and hears no more of it', () => {
    const log: string[] = []
    let late = (_: string): void => {}
    const machine = createMachine<string, string>({
      initial: 'a',
      reduce: (_, event) => event,
      task: (state) => ({
        key: state,
        run(send) {
          log.push(`start ${state}`)
          if (state === 'a') late = send
          return () => log.push(`stop ${state}`)
        },
      }),
    })
    machine.send('b')
    late('c')
    expect(machine.state()).toBe('b')
    machine.stop()
    machine.send('d')
    expect(log).toEqual(['start a', 'stop a', 'start b', 'stop b'])
  })

  test('takes what a task sends while it starts, in its turn', () => {
    const machine = createMachine<number, number>({
      initial: 0,
      reduce: (state, event) => state + event,
      task: (state) => ({
        key: String(state),
        run(send) {
          if (state < 3) send(1)
          return () => {}
        },
      }),
    })
    expect(machine.state()).toBe(3)
  })
})

test('a notice that reloads itself stops after five times, and starts anew for another login', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const rounds = [0, 1, 2, 3, 4, 5].map((round) => reloadsLeft(storage, '/t/a', 1000 + round * 2500))
  expect(rounds).toEqual([true, true, true, true, true, false])
  expect(reloadsLeft(storage, '/t/b', 20_000)).toBe(true)
})
