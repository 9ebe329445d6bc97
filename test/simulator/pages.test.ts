import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pageData, startSimulator } from './world.js'

async function builtPages(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sim-pages-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, 'assets', 'sim'), { recursive: true })
  await writeFile(join(dir, 'phone.html'), '<title>built</title><!--sim-data--><p>phone</p>')
  await writeFile(join(dir, 'assets', 'sim', 'phone-B1_x.js'), 'export {}')
  await writeFile(join(dir, 'secret.txt'), 'secret')
  return dir
}

test('a built page is filled with its data, and may run no inline code', async () => {
  const sim = await startSimulator({ pagesDir: await builtPages() })
  const answer = await sim.get('/phone')
  expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(answer.headers.get('content-security-policy')).not.toContain('form-action')
  expect(await answer.clone().text()).toMatch(/^<title>built<\/title><script .*<\/script><p>phone<\/p>$/s)
  expect((await pageData(answer)).page).toBe('phone')
})

test('a page that is not built yet shows its data, marked as a simulator', async () => {
  const sim = await startSimulator({ pagesDir: await builtPages() })
  const answer = await sim.get('/connect/confirm?uuid=x')
  expect(await answer.clone().text()).toMatch(/<title>.*simulator<\/title>/)
  expect(await pageData(answer)).toEqual({ page: 'done', result: 'expired' })
})

test('assets are served with their types, and nothing beside them', async () => {
  const sim = await startSimulator({ pagesDir: await builtPages() })
  const script = await sim.get('/assets/sim/phone-B1_x.js')
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
  expect(await script.text()).toBe('export {}')
  for (const path of ['..%2f..%2fsecret.txt', '..%2Fphone.html', 'missing.js', '.hidden', '%00.js']) {
    expect((await sim.get(`/assets/sim/${path}`)).status).toBe(404)
  }
})
