// The breaker in use: what counts as WeChat's fault, and what callers are told while it is open.
import { expect, test } from 'vitest'
import { type Answer, failure, json, reset, TOKEN_ANSWER, text, wechat } from './fake-wechat.js'

const NO_RETRY = { totalMs: 1_500, retryMs: [] }
const status: Answer = (res) => {
  res.writeHead(503).end('later')
}

test.each<[string, Answer]>([
  ['a 503', status],
  ['a reset connection', reset],
  ['silence', () => {}],
  ['an HTML page', text('<html>gateway</html>')],
  ['an empty body', text('')],
  ['-1', json({ errcode: -1 })],
])('%s twenty times: the twenty-first caller hears so at once, and WeChat nothing', async (_name, answer) => {
  const { exchange, requests, lines, platform } = await wechat([answer], NO_RETRY)
  await Promise.all(Array.from({ length: 20 }, async () => failure(exchange())))
  expect(requests).toHaveLength(20)
  expect(platform.states()).toEqual({ open: 'closed', api: 'open' })
  const started = performance.now()
  expect((await failure(exchange())).kind).toBe('unreachable')
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(requests).toHaveLength(20)
  const told = lines.filter(({ event }) => event === 'wechat.breaker')
  expect(told.map(({ level, data }) => [level, data.of, data.state])).toEqual([['error', 'api', 'open']])
  expect(lines.filter(({ event }) => event === 'wechat.call_failed')).toHaveLength(20)
})

test.each<[string, Answer]>([
  ['a used code', json({ errcode: 40163 })],
  ['a person WeChat refuses', json({ errcode: 50002 })],
  ['a limit of ours', json({ errcode: 45011 })],
  ['a wrong secret', json({ errcode: 40125 })],
  ['an errcode nobody knows', json({ errcode: 99999 })],
  ['an answer without an openid', json({ ...TOKEN_ANSWER, openid: '' })],
])('%s is a matter of that call: it opens nothing, however often it comes', async (_name, answer) => {
  const { exchange, requests, platform } = await wechat([answer], NO_RETRY)
  for (let call = 0; call < 60; call += 1) await failure(exchange())
  expect(requests).toHaveLength(60)
  expect(platform.states().api).toBe('closed')
})

test('those who are still in line for one of our own connections say nothing about WeChat', async () => {
  const { exchange, requests, platform } = await wechat([() => {}], { ...NO_RETRY, totalMs: 300, connections: 1 })
  await Promise.all(Array.from({ length: 60 }, async () => failure(exchange())))
  expect(requests).toHaveLength(1)
  expect(platform.states().api).toBe('closed')
})
