// The installed client: its window stands at once, also without a network; no answer of the API ever comes from a cache; a
// new deploy is found.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeInBrowser, launchBrowser } from './browser.js'
import { type Service, startService } from './service.mjs'

describeInBrowser('The installed client', () => {
  let browser: Browser
  let service: Service
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launchBrowser()
    service = await startService()
  })
  afterEach(() => context.close())
  afterAll(async () => {
    await service?.stop()
    await browser?.close()
  })

  /** The page as its own window starts it, once the worker has it. */
  async function installed(): Promise<Page> {
    context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${service.url}/login?window&method=relay`)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    return page
  }
  const code = (page: Page) => page.getByRole('img', { name: '登录二维码' })
  const cacheNames = (page: Page) => page.evaluate(() => caches.keys())

  test('says what it is to whoever asks: name, icons, a window of its own', async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${service.url}/login`)
    const devtools = await context.newCDPSession(page)
    const { errors, data } = await devtools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    const manifest = JSON.parse(data ?? '')
    expect(manifest).toMatchObject({ display: 'standalone', start_url: '/login?window' })
    for (const { src, type } of manifest.icons) {
      const answer = await page.request.get(service.url + src)
      expect(answer.headers()['content-type']).toBe(type)
    }
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
  })

  test('is kept by its own window and by no tab', async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${service.url}/login?method=relay`)
    await page.getByRole('img', { name: /Login code|登录二维码/ }).waitFor()
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  })

  test('stands there without a network and says so, and goes on by itself when there is one', async () => {
    const page = await installed()
    await context.setOffline(true)
    await page.goto(`${service.url}/login?window`)
    await page.getByRole('heading', { name: '暂时打不开登录页' }).waitFor()
    // Any other visit has the shell only when the server cannot be asked.
    await page.goto(`${service.url}/account`)
    await page.getByRole('button', { name: '重试' }).waitFor()
    await context.setOffline(false)
    await page.goto(`${service.url}/login?window&method=relay`)
    await code(page).waitFor()
  })

  test('keeps the shell and nothing else: an answer of the API is asked for each time, or not had', async () => {
    const page = await installed()
    await code(page).waitFor()
    const asked = () =>
      page.evaluate(() =>
        fetch('/api/config').then(
          (answer) => answer.status,
          () => 'no network',
        ),
      )
    expect(await asked()).toBe(200)
    const kept = await page.evaluate(async () => {
      const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)))
      const requests = await Promise.all(stores.map((store) => store.keys()))
      return requests.flat().map(({ url }) => url.replace(location.origin, '').replace(/-[\w-]{8}\./, '-*.'))
    })
    expect(kept.sort()).toEqual([
      '/account?shell',
      ...['/assets/account-*.css', '/assets/account-*.js', '/assets/login-*.css', '/assets/login-*.js'],
      '/login?shell',
    ])
    const shell = await page.evaluate(async () => (await caches.match('/login?shell'))?.text())
    expect(shell).toContain('name="saoma-told" content=""')
    await context.setOffline(true)
    expect(await asked()).toBe('no network')
    for (const path of ['/api/session', '/api/sessions', '/api/tickets/x', '/manifest.webmanifest'])
      expect(await page.evaluate((address) => fetch(address).catch(() => 'no network'), path)).toBe('no network')
  })

  test('finds a new deploy at its next start, and forgets the old one', async () => {
    const page = await installed()
    await code(page).waitFor()
    const before = await cacheNames(page)
    expect(before).toHaveLength(1)
    const { port } = new URL(service.url)
    await service.stop()
    // Another policy: WeChat's pages come from another port.
    service = await startService({ PORT: port })
    await page.goto(`${service.url}/login?window&method=relay`)
    await expect.poll(async () => (await cacheNames(page)).includes(String(before[0])), { timeout: 15_000 }).toBe(false)
    expect(await cacheNames(page)).toHaveLength(1)
    await page.goto(`${service.url}/login?window`)
    await page.getByRole('button', { name: '微信扫码' }).click()
    await page.frameLocator('iframe').getByRole('status').waitFor()
  })
})
