// The server's own tokens against the real simulator and a real store: one an app for all nodes, renewed when WeChat says
// so, and left alone when only the operator can help.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Openid, WechatApp } from '#server/core/ports.js'
import { createVault } from '#server/core/vault.js'
import { openStore } from '#server/db/store.js'
import { createPlatform } from '#server/wechat/platform.js'
import { startSimulator } from '../world/simulator.js'
import { SILENT, vaultParts } from './deps.js'
import { failure } from './fake-wechat.js'

const TOKEN = '/cgi-bin/stable_token'

/** Two nodes on one database, both asking the same simulated WeChat. */
async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-token-'))
  let offset = 0
  const clock = () => Date.now() + offset
  const wechat = await startSimulator('http://localhost:1')
  const store = await openStore({ url: `sqlite:${join(directory, 'x.sqlite')}`, clock, log: SILENT })
  await store.migrate()
  const lines: { event: string; data: Record<string, unknown> | undefined }[] = []
  const log = { ...SILENT, error: (event: string, data?: Record<string, unknown>) => void lines.push({ event, data }) }
  const node = () => {
    const vault = createVault({ ...vaultParts(store, ['a key of both nodes']), clock })
    const { url } = wechat
    const urls = { openUrl: url, apiUrl: url, pollUrl: url }
    const platform = createPlatform({ ...urls, log, clock, vault, random: Math.random })
    onTestFinished(() => platform.close())
    return platform
  }
  const apps = await wechat.apps()
  const app = (key: string, kind: WechatApp['kind']): WechatApp => {
    const { appid, secret } = apps.find((one) => one.key === key) ?? { appid: '', secret: '' }
    return { key, kind, appid, secret, platform: 'main', bound: true, notify: null, strangers: 'ask', scene: 'confirm' }
  }
  onTestFinished(async () => {
    await store.close()
    await wechat.close()
    rmSync(directory, { recursive: true })
  })
  const count = async (path = TOKEN) => (await wechat.calls()).byPath[path] ?? 0
  const advance = async (ms: number) => {
    offset += ms
    await wechat.advance(ms)
  }
  return { wechat, store, lines, node, mp: app('mp', 'official'), mobile: app('app', 'mobile'), count, advance }
}

describe('a server token', () => {
  test('is fetched once, however many calls and nodes need it, and lies sealed in the database', async () => {
    const { node, mp, count, store } = await start()
    const [here, there] = [node(), node()]
    await Promise.all(Array.from({ length: 10 }, (_, index) => here.createSceneCode(mp, `scene-${index}`, 90_000)))
    await there.createSceneCode(mp, 'another', 90_000)
    expect(await count()).toBe(1)
    const record = await store.read.vault.find(`token:${mp.appid}`)
    expect(record?.sealed).toMatch(/^[\w-]{200,}$/)
  })

  test('that two nodes fetch at the same moment serves both, by the call that retires the token before, too', async () => {
    const { node, mp, mobile, count } = await start()
    const nodes = [node(), node()]
    const codes = await Promise.all(nodes.map((one) => one.createSceneCode(mp, 'one', 90_000)))
    expect(codes.every((code) => code.includes('/q/'))).toBe(true)
    const scans = await Promise.all([...nodes, ...nodes].map((one) => one.beginScan(mobile)))
    expect(new Set(scans.map(({ uuid }) => uuid)).size).toBe(4)
    expect(await count()).toBeLessThanOrEqual(2)
    const fetched = await count('/cgi-bin/token')
    expect(fetched).toBeLessThanOrEqual(2)
    // From here on they share one.
    for (const one of [...nodes, node()]) await one.beginScan(mobile)
    expect(await count('/cgi-bin/token')).toBeLessThanOrEqual(fetched + 1)
  })

  test('is renewed before its end, by whoever needs it first', async () => {
    const { node, mp, count, advance } = await start()
    const [here, there] = [node(), node()]
    await here.createSceneCode(mp, 'one', 90_000)
    await advance(7_200_000 - 230_000)
    await here.createSceneCode(mp, 'two', 90_000)
    await there.createSceneCode(mp, 'three', 90_000)
    expect(await count()).toBe(2)
  })

  test.each([40001, 40014, 42001])(
    'that WeChat calls void (%i) is renewed and the call made again, once',
    async (errcode) => {
      const { node, mp, count, wechat } = await start()
      const here = node()
      await wechat.fault({ path: '/cgi-bin/qrcode/create', kind: 'errcode', errcode, times: 1 })
      expect(await here.createSceneCode(mp, 'one', 90_000)).toContain('/q/')
      expect(await count('/cgi-bin/qrcode/create')).toBe(2)
      await wechat.fault({ path: '/cgi-bin/qrcode/create', kind: 'errcode', errcode, times: 9 })
      expect(await failure(here.createSceneCode(mp, 'two', 90_000))).toMatchObject({ kind: 'config' })
      expect(await count('/cgi-bin/qrcode/create')).toBe(4)
    },
  )

  test('for an address that is not listed: the log names the address, and WeChat is left alone for a while', async () => {
    const { node, mp, count, lines, wechat, advance } = await start()
    const here = node()
    await wechat.fault({ path: TOKEN, kind: 'errcode', errcode: 40164, times: 9 })
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await failure(here.createSceneCode(mp, 'one', 90_000))).toMatchObject({ kind: 'config' })
    }
    expect(await count()).toBe(1)
    const told = lines.find(({ event }) => event === 'wechat.address_not_allowed')
    expect(told?.data).toMatchObject({ app: 'mp', seen: '127.0.0.1' })
    await advance(30_000)
    await failure(here.createSceneCode(mp, 'two', 90_000))
    expect(await count()).toBe(2)
    await advance(30_000)
    await failure(here.createSceneCode(mp, 'three', 90_000))
    expect(await count()).toBe(2)
    await wechat.clearFaults()
    await advance(30_000)
    expect(await here.createSceneCode(mp, 'four', 90_000)).toContain('/q/')
  })
})

test('the SDK’s ticket is asked for once for all nodes, and anew when a signature is refused', async () => {
  const { node, mobile, count, wechat } = await start()
  const [here, there] = [node(), node()]
  for (const platform of [here, there, here]) {
    expect((await platform.beginScan(mobile)).content).toContain('/connect/confirm?uuid=')
  }
  expect([await count('/cgi-bin/token'), await count('/cgi-bin/ticket/getticket')]).toEqual([1, 1])
  await wechat.fault({
    path: '/connect/sdk/qrconnect',
    kind: 'errcode',
    errcode: -40001,
    errmsg: 'invalid signature',
    times: 1,
  })
  expect((await here.beginScan(mobile)).uuid).toMatch(/^[\w-]{16}$/)
  expect(await count('/cgi-bin/ticket/getticket')).toBe(2)
})

test('who a follower is: the unionid only of those who follow', async () => {
  const { node, mp, wechat } = await start()
  const here = node()
  const person = await wechat.newPerson()
  const people = (await (await fetch(`${wechat.url}/sim/people`)).json()).people
  const openid = people.find(({ name }: { name: string }) => name === person).openids.mp as Openid
  expect(await here.readFollower(mp, openid)).toEqual({ unionid: null, follows: false })
  await wechat.follow('mp', person)
  expect(await here.readFollower(mp, openid)).toMatchObject({ unionid: expect.stringMatching(/^o/), follows: true })
})

test('a vault row that was tampered with, renamed, prolonged or sealed by another key is as good as none', async () => {
  const { store } = await start()
  const vault = (key: string) => createVault(vaultParts(store, [key]))
  await vault('one').put('token:a', 'value', 60_000)
  expect(await vault('one').get('token:a', 0)).toBe('value')
  expect(await vault('two').get('token:a', 0)).toBeNull()
  expect(await vault('one').get('token:a', 60_000)).toBeNull()
  const rotated = createVault(vaultParts(store, ['two', 'one']))
  expect(await rotated.get('token:a', 0)).toBe('value')
  const record = await store.read.vault.find('token:a')
  if (!record) throw new Error('it is there')
  for (const changed of [
    { ...record, name: 'token:b' },
    { ...record, expiresAt: record.expiresAt + 1 },
    { ...record, sealed: `${record.sealed.startsWith('A') ? 'B' : 'A'}${record.sealed.slice(1)}` },
    { ...record, sealed: '' },
  ]) {
    await store.write((tx) => tx.vault.put(changed))
    expect(await vault('one').get(changed.name, 0)).toBeNull()
  }
})
