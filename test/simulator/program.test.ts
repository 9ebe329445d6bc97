import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readSettings } from '#server/simulator/settings.js'

describe('the flags', () => {
  test('have defaults for one machine', () => {
    expect(readSettings([], undefined)).toEqual({
      port: 3001,
      host: '127.0.0.1',
      advertisedUrl: undefined,
      siteOrigins: [],
      siteServer: undefined,
      callbackDomains: ['localhost', '127.0.0.1'],
    })
  })

  test('a site may be opened by the phone and be come back to', () => {
    const sites = ['--site', 'http://localhost:3000', '--site', 'https://shop.test:8443/path']
    const flags = [...sites, '--site-server', 'http://127.0.0.1:3000/', '--port', '0']
    expect(readSettings(flags, 'development')).toMatchObject({
      port: 0,
      siteOrigins: ['http://localhost:3000', 'https://shop.test:8443'],
      siteServer: 'http://127.0.0.1:3000',
      callbackDomains: ['localhost', '127.0.0.1', 'shop.test'],
    })
  })

  test.each([
    [['--host', '192.168.1.5'], 'add --lan'],
    [['--host', '0.0.0.0'], 'add --lan'],
    [['--host', '0.0.0.0', '--lan'], 'add --advertise'],
    [['--port', '70000'], 'not a port'],
    [['--port', 'x'], 'not a port'],
    [['--site', 'localhost:3000'], 'not an http(s) address'],
    [['--site-server', 'localhost:3000'], 'not an http(s) address'],
    [['--advertise', 'ftp://x'], 'not an http(s) address'],
    [['--nonsense'], 'Usage:'],
  ])('%j is refused with a reason', (flags, reason) => {
    expect(() => readSettings(flags, undefined)).toThrow(reason)
  })

  test('another machine may reach it when that is said twice', () => {
    expect(readSettings(['--host', '192.168.1.5', '--lan'], undefined).host).toBe('192.168.1.5')
  })

  test('production is refused whatever the flags', () => {
    expect(() => readSettings(['--lan'], 'production')).toThrow('NODE_ENV=production')
  })
})

describe('the program', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sim-program-'))
    const ssr = 'server/simulator/main.ts'
    await build({
      configFile: false,
      logLevel: 'silent',
      build: { ssr, outDir: dir, rolldownOptions: { output: { entryFileNames: 'main.mjs' } } },
      ssr: { noExternal: true },
    })
  })
  afterAll(() => rm(dir, { recursive: true }))

  function start(flags: string[], nodeEnv: string): ChildProcess & { output(): string } {
    const env = { ...process.env, NODE_ENV: nodeEnv }
    const child = fork(join(dir, 'main.mjs'), flags, { env, silent: true })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    child.stdout?.on('data', (text) => {
      output += text
    })
    child.stderr?.on('data', (text) => {
      output += text
    })
    return Object.assign(child, { output: () => output })
  }

  test('says when it is ready, and where', async () => {
    const child = start(['--port', '0', '--advertise', 'http://10.0.0.7:3001/'], 'development')
    const [message] = await once(child, 'message')
    expect(message).toEqual({ type: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
    const health = await (await fetch(`${message.url}/sim/health`)).json()
    expect(health).toMatchObject({ ok: true, url: 'http://10.0.0.7:3001' })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(child.output()).toMatch(/^WeChat simulator .*\n$/)
  })

  test('does not outlive who started it', async () => {
    const child = start(['--port', '0'], 'development')
    await once(child, 'message')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('does not start in production', async () => {
    const child = start(['--port', '0'], 'production')
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(child.output()).toMatch(/^simulator: .*NODE_ENV=production\n$/)
  })

  test('says so when the port is taken', async () => {
    const first = start(['--port', '0'], 'development')
    const [{ url }] = await once(first, 'message')
    const second = start(['--port', new URL(url).port], 'development')
    expect(await once(second, 'exit')).toEqual([1, null])
    expect(second.output()).toContain('EADDRINUSE')
  })
})
