// The operator's own files: the logo on every page, and what WeChat's consoles look for at the root.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchange } from '../attack/raw.js'
import { startWorld, type World } from '../world.js'

const NAME = 'MP_verify_AbCd1234EfGh5678.txt'
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const scratch = mkdtempSync(join(tmpdir(), 'saoma-logo-'))
const logo = join(scratch, 'logo.svg')

let world: World
beforeAll(async () => {
  writeFileSync(logo, LOGO)
  world = await startWorld({
    config: (config) => ({
      ...config,
      site: { ...config.site, logoUrl: '/site/logo' },
      siteFiles: { logo, verify: [{ name: NAME, content: 'AbCd1234EfGh5678' }] },
    }),
  })
})
afterAll(async () => {
  await world.close()
  rmSync(scratch, { recursive: true, force: true })
})

describe('WeChat’s verify file', () => {
  test('is plain text at the root, and nothing else', async () => {
    const answer = await fetch(`${world.connectTo}/${NAME}`)
    expect(await answer.text()).toBe('AbCd1234EfGh5678')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await fetch(`${world.connectTo}/${NAME}`, { method: 'HEAD' })).status).toBe(200)
  })

  test.each([
    `/${NAME.toLowerCase()}`,
    `/${NAME}/`,
    `//${NAME}`,
    `/./${NAME}`,
    `/x/../${NAME}`,
    `/${NAME}%00`,
    `/%4d${NAME.slice(1)}`,
    `/${NAME}%2f`,
    `/${NAME};x`,
    `\\${NAME}`,
    '/MP_verify_..%2f..%2fetc%2fpasswd.txt',
    '/MP_verify_0000000000000000.txt',
    '/MP_verify_.txt',
  ])('path tricks lead nowhere: %s', async (path) => {
    const { status } = await exchange(world, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect([400, 404]).toContain(status)
  })

  test('is not to be written', async () => {
    const { status } = await exchange(world, `PUT /${NAME} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`)
    expect([404, 405]).toContain(status)
  })
})

describe('the logo', () => {
  test('comes from us, and runs nothing where it is opened by itself', async () => {
    const config = await world.pc().browser.get('/api/config')
    expect(config.json()).toMatchObject({ site: { logoUrl: '/site/logo' } })
    const answer = await fetch(`${world.connectTo}/site/logo`)
    expect(await answer.text()).toBe(LOGO)
    expect(answer.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']))
    expect(policy).not.toContain('script')
  })

  test.each([
    ['that is not there', join(scratch, 'none.svg')],
    ['that is no picture', join(scratch, 'logo.html')],
    ['that is too large', join(scratch, 'large.png')],
  ])('one %s is named at start', async (_what, path) => {
    writeFileSync(join(scratch, 'large.png'), Buffer.alloc(300 * 1024))
    const start = startWorld({ config: (config) => ({ ...config, siteFiles: { logo: path, verify: [] } }) })
    await expect(start).rejects.toThrow(/^The configuration cannot be used:\n {2}SITE_LOGO_FILE /)
  })
})

test('without one there is none', async () => {
  const plain = await startWorld()
  try {
    expect((await fetch(`${plain.connectTo}/site/logo`)).status).toBe(404)
    expect((await fetch(`${plain.connectTo}/${NAME}`)).status).toBe(404)
  } finally {
    await plain.close()
  }
})
