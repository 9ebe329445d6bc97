// What is remembered of WeChat's apps: only of those that are configured, and only so much.
import { expect, test } from 'vitest'
import { createHealth, standingAlarms } from '#server/console/health.js'
import type { WechatApp } from '#server/core/ports.js'
import { eventLog } from '../db/temp.js'

const app = {
  key: 'pc',
  kind: 'website',
  appid: 'wx1',
  platform: 'main',
  bound: true,
  notify: null,
} as unknown as WechatApp
const site = { publicUrl: 'https://login.example.com', simulated: false }

test('the log goes on as it was, and the newest twenty failures are kept', () => {
  const events = eventLog()
  const health = createHealth(events, [app], () => 5)
  for (let n = 0; n < 25; n += 1) {
    health.log.warn('wechat.call_failed', {
      app: 'pc',
      path: '/x',
      kind: 'config',
      errcode: n,
      rid: 'r',
      why: 'errcode',
    })
  }
  health.log.error('wechat.call_failed', { app: 'somebody', errcode: 1 })
  health.log.info('request', { app: 'pc' })
  const { failures, alarms, lastNotice } = health.of(app, site)
  expect(failures).toHaveLength(20)
  expect(failures[0]).toEqual({ at: 5, path: '/x', kind: 'config', errcode: 24, rid: 'r', why: 'errcode' })
  expect([alarms, lastNotice]).toEqual([[], null])
  expect(events.events).toHaveLength(27)
})

test('an address that WeChat would not lead back to is an alarm, and pushes that anybody could change', () => {
  const of = (publicUrl: string, kind = 'website', notify: object | null = null) =>
    standingAlarms({ kind, notify } as unknown as WechatApp, publicUrl)
  expect(of('https://login.example.com')).toEqual([])
  expect(of('https://login.example.com:8443')).toEqual(['address_port'])
  expect(of('http://203.0.113.9')).toEqual(['address_ip'])
  expect(of('http://[2001:db8::1]')).toEqual(['address_ip'])
  expect(of('http://203.0.113.9:80', 'mobile', { token: 't', aesKey: null })).toEqual(['plain_pushes'])
  expect(of('https://a.example', 'official', { token: 't', aesKey: 'k' })).toEqual([])
})
