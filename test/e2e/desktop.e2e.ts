// `npm run desktop`, in a real window under Xvfb: it shows the code, becomes the account, and shows the code again at the moment
// the session ends elsewhere.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { describeInBrowser, launchBrowser } from './browser.js'
import { createDesk } from './desk.js'
import { startFilm } from './film.js'
import { listenTo } from './quiet.js'
import { createCamera } from './read-code.js'

const MAIN = fileURLToPath(new URL('../../web/desktop/main.mjs', import.meta.url))
const NO_XVFB = 'there is no Xvfb: apt-get install xvfb'
const inElectron = await import('electron' as string).then(
  ({ default: path }) => existsSync(String(path)),
  () => false,
)

/** A screen that nobody sees. */
async function startScreen(): Promise<{ display: string; process: ChildProcess }> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const numbers = child.stdio[3]
  if (!numbers || !('on' in numbers)) throw new Error('Xvfb tells no display')
  const number = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    numbers.on('data', (text) => resolve(String(text).trim()))
  })
  return { display: `:${number}`, process: child }
}

/** Waits until `find` gives something. */
async function until<T>(find: () => T | null | Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Whether the directory is gone. */
function removed(directory: string): boolean {
  try {
    rmSync(directory, { recursive: true, force: true })
    return true
  } catch {
    return false
  }
}

function describeOnScreen(name: string, tests: () => void): void {
  if (existsSync('/usr/bin/Xvfb')) {
    describeInBrowser(name, tests)
    return
  }
  if (process.env.CI) throw new Error(NO_XVFB)
  console.warn(`Skipped: ${NO_XVFB}`)
  describe.skip(`${name} (${NO_XVFB})`, tests)
}

describeOnScreen('The desktop program', () => {
  const profile = mkdtempSync(join(tmpdir(), 'saoma-desktop-'))
  let world: World
  let screen: Awaited<ReturnType<typeof startScreen>>
  let program: ChildProcess
  let browser: Browser
  let eyes: Browser
  let page: Page

  beforeAll(async () => {
    world = await startWorld()
    screen = await startScreen()
    const flags = [
      '--no-sandbox',
      '--disable-gpu',
      '--lang=zh-CN',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ]
    program = spawn(process.execPath, [MAIN, world.publicUrl, ...flags], {
      env: {
        ...process.env,
        DISPLAY: screen.display,
        LANGUAGE: 'zh_CN',
        CHROME_PATH: process.env.CHROMIUM ?? '/usr/bin/chromium',
      },
      stdio: 'ignore',
    })
    const told = join(profile, 'DevToolsActivePort')
    const port = await until(() => (existsSync(told) ? (readFileSync(told, 'utf8').split('\n')[0] ?? null) : null))
    // A browser that is still starting may take the connection and never answer on it.
    browser = await until(() =>
      chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 10_000 }).catch(() => null),
    )
    page = await until(
      () =>
        browser
          .contexts()[0]
          ?.pages()
          .find((one) => one.url().startsWith(world.publicUrl)) ?? null,
    )
    eyes = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await eyes?.close()
    if (program?.kill()) await once(program, 'exit')
    screen?.process.kill()
    await world?.close()
    // The browser's helpers write for a moment longer than it lives.
    await until(() => (removed(profile) ? true : null))
  })

  test('opens as a window of its own: no tabs, no address, as large as the login needs', async () => {
    await page.getByRole('heading', { level: 1 }).waitFor()
    const shown = await page.evaluate(() => ({
      standalone: matchMedia('(display-mode: standalone)').matches,
      width: innerWidth,
      frame: outerHeight - innerHeight,
      overflow: document.documentElement.scrollHeight - innerHeight,
    }))
    expect(shown.standalone).toBe(true)
    expect(shown.width).toBeGreaterThan(700)
    expect(shown.width).toBeLessThan(800)
    expect(shown.frame).toBeLessThan(60)
    expect(shown.overflow).toBeLessThanOrEqual(0)
    expect(browser.contexts()[0]?.pages()).toHaveLength(1)
  })

  test('is the account after the login, the code again when the session is ended elsewhere, and after a deletion', {
    timeout: 90_000,
  }, async () => {
    const quiet = await listenTo(page.context())
    const desk = createDesk({ page, quiet, camera: await createCamera(eyes), publicUrl: world.publicUrl })
    await page.evaluate(() => localStorage.setItem('saoma.language', 'zh'))
    const film = startFilm('in-the-desktop-window')
    await film.shoot(page, 'window')
    async function signIn(): Promise<void> {
      await desk.open('/login?window&method=relay')
      const phone = world.phone('alice')
      const id = new URL(await desk.code()).pathname.split('/').at(-1) ?? ''
      await phone.scan(id)
      await desk.reads('已扫码')
      await phone.confirm(id, await desk.digits())
      await desk.signedInAs('Alice 小林')
    }
    await signIn()

    const elsewhere = await world.signedIn('relay', 'alice')
    const devices = page.getByRole('region', { name: '我的设备' }).getByRole('listitem')
    await desk.open('/account')
    await expect.poll(() => devices.count()).toBe(2)
    await elsewhere.pc.browser.delete('/api/sessions')
    await page.waitForURL(/\/login/)
    await page.getByRole('heading', { name: '微信扫码登录' }).waitFor()

    await signIn()
    await page.getByRole('button', { name: '删除我的账号' }).click()
    await page.getByLabel('我明白，删除后无法恢复').check()
    await page.getByRole('button', { name: '永久删除' }).click()
    await desk.reads('账号已删除')
    await page.getByRole('link', { name: '返回登录页' }).click()
    await page.getByRole('heading', { name: '微信扫码登录' }).waitFor()
    expect((await film.develop()).frames.window).toBeGreaterThan(3)
    expect(browser.contexts()[0]?.pages()).toHaveLength(1)
  })

  test.skipIf(!inElectron)('in Electron, where its program is installed (npm install electron)', async () => {
    expect(inElectron).toBe(true)
  })
})
