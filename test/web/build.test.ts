// The built pages, as the server sends them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const PAGES = ['login', 'confirm', 'account', 'callback', 'notice']
const directory = mkdtempSync(join(tmpdir(), 'saoma-web-'))
const html = (page: string): string => readFileSync(join(directory, page, 'index.html'), 'utf8')
const assets = (): string[] => readdirSync(join(directory, 'assets'))

beforeAll(async () => {
  // The test runner's own mode would make this a development build.
  vi.stubEnv('NODE_ENV', 'production')
  const configFile = fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', mode: 'production', build: { outDir: directory, emptyOutDir: true } })
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

describe.each(PAGES)('%s', (page) => {
  test('has nothing inline that the Content-Security-Policy would refuse', () => {
    expect(html(page)).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
    for (const [tag] of html(page).matchAll(/<script\b[^>]*>/g)) expect(tag).toMatch(/src="\/assets\//)
  })

  test('says something to those without scripts', () => {
    expect(html(page)).toMatch(/<noscript>[\s\S]*(JavaScript|WeChat|__NOTICE_EN__)/)
  })
})

test('the notice keeps its tokens for the server to fill', () => {
  for (const token of ['__NOTICE_CODE__', '__NOTICE_NEXT__', '__NOTICE_SIM__'])
    expect(html('notice')).toContain(`"${token}"`)
  for (const token of ['__NOTICE_ZH__', '__NOTICE_EN__']) expect(html('notice')).toContain(token)
})

test('no sample of a state is left in what visitors load, and nothing that evaluates text', () => {
  for (const name of assets().filter((file) => file.endsWith('.js'))) {
    const text = readFileSync(join(directory, 'assets', name), 'utf8')
    expect(text).not.toContain('林小满')
    expect(text).not.toMatch(/\beval\(|new Function/)
  }
})

test('the login page’s scripts stay below 110 kB, before compression', () => {
  const names = [...html('login').matchAll(/\/assets\/([^"]+\.js)"/g)].map(([, name]) => name ?? '')
  const bytes = names.reduce((sum, name) => sum + readFileSync(join(directory, 'assets', name)).length, 0)
  expect(names.length).toBeGreaterThan(0)
  expect(bytes).toBeLessThan(110_000)
})
