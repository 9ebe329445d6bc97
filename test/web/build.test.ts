// The built pages, as the server sends them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { createBuilder } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const PAGES = ['login', 'confirm', 'account', 'callback', 'notice', 'admin']
const directory = mkdtempSync(join(tmpdir(), 'saoma-web-'))
const html = (page: string): string => readFileSync(join(directory, page, 'index.html'), 'utf8')
const assets = (): string[] => readdirSync(join(directory, 'assets'))

beforeAll(async () => {
  // The test runner's own mode would make this a development build.
  vi.stubEnv('NODE_ENV', 'production')
  const configFile = fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url))
  const builder = await createBuilder({
    configFile,
    logLevel: 'error',
    mode: 'production',
    build: { outDir: directory },
  })
  await builder.buildApp()
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

/** What a browser fetches to show a page, by what it is, in bytes as they travel: gzipped. */
function weight(page: string): { html: number; js: number; css: number } {
  const sum = { html: gzipSync(html(page)).length, js: 0, css: 0 }
  for (const [, name = '', kind] of html(page).matchAll(/\/assets\/([^"]+\.(js|css))"/g))
    sum[kind as 'js' | 'css'] += gzipSync(readFileSync(join(directory, 'assets', name))).length
  return sum
}
const KB = 1024

test('the login page weighs at most 30 KB of script and 15 KB of style', () => {
  const { js, css } = weight('login')
  expect(js).toBeGreaterThan(5 * KB)
  expect(js).toBeLessThanOrEqual(30 * KB)
  expect(css).toBeGreaterThan(KB)
  expect(css).toBeLessThanOrEqual(15 * KB)
})

test('the confirm page weighs at most 20 KB in all', () => {
  const { html, js, css } = weight('confirm')
  expect(js).toBeGreaterThan(5 * KB)
  expect(html + js + css).toBeLessThanOrEqual(20 * KB)
})

// The operators' console is for the browsers of today.
test.each(PAGES.filter((page) => page !== 'admin'))('%s asks nothing of a browser that ES2020 did not have', (page) => {
  const [, name = ''] = /src="\/assets\/([^"]+)"/.exec(html(page)) ?? []
  const text = readFileSync(join(directory, 'assets', name), 'utf8')
  expect(text).toContain('createElement')
  expect(text).not.toMatch(/\?\?=|\|\|=|&&=/)
  for (const later of [
    '.at(',
    '.hasOwn(',
    '.replaceAll(',
    '.findLast(',
    '.toSorted(',
    '.any(',
    'structuredClone(',
    'AbortSignal.timeout(',
    '.groupBy(',
  ])
    expect(text).not.toContain(later)
})
