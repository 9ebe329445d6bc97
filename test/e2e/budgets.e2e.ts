// What a page may cost before it shows its code: how many requests, and how much of it moves. What it may weigh is in
// test/web/build.test.ts; how soon it shows, in test/bench/code-visible.mjs.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { setStage } from './stage.js'

/** Adds up what moves by itself, from the first paint on. */
const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const seen = globalThis as typeof globalThis & { shifted: number }
    seen.shifted = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shifted += (entry as PerformanceEntry & { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
const shifted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        // What the frame now drawn has moved is told after it.
        requestAnimationFrame(() =>
          setTimeout(() => resolve((globalThis as typeof globalThis & { shifted: number }).shifted), 0),
        ),
      ),
  )

describeInBrowser('The login page', () => {
  const stage = setStage()

  test.each([
    ['relay', { width: 1280, height: 800 }],
    ['relay', { width: 360, height: 640 }],
    ['website', { width: 1280, height: 800 }],
  ])(
    'by %s at %o makes one request before its code shows, and nothing moves when it does',
    async (method, viewport) => {
      const desk = await stage.desk({ viewport })
      const asked: string[] = []
      desk.page.on('request', (request) => {
        const { origin, pathname } = new URL(request.url())
        // The page's own script and style, and the sign on its tab, which the browser fetches when it has time.
        const beside = pathname.startsWith('/assets/') || pathname === '/icons/icon.svg'
        if (origin === stage.world().publicUrl && !beside) asked.push(`${request.method()} ${pathname}`)
      })
      await watchShifts(desk.page)
      await desk.open(`/login?method=${method}`)
      const code =
        method === 'relay' ? desk.page.getByRole('img', { name: '登录二维码' }) : desk.frame.getByRole('status')
      await code.waitFor()
      const before = asked.filter((one) => !one.startsWith('GET /login'))
      expect(before).toEqual(['POST /api/tickets'])
      expect(await shifted(desk.page)).toBe(0)
    },
  )

  test('makes one request for whoever opens the site itself, too, and two where somebody is signed in', async () => {
    const desk = await stage.desk()
    const asked: string[] = []
    desk.page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/api/')) asked.push(new URL(request.url()).pathname)
    })
    await desk.open('/')
    await desk.frame.getByRole('status').waitFor()
    expect(asked).toEqual(['/api/tickets'])
    asked.length = 0
    await desk.page.evaluate(() => sessionStorage.clear())
    await desk.context.addCookies([{ name: 'saoma-session', value: 'x'.repeat(43), url: stage.world().publicUrl }])
    await desk.open('/')
    await desk.frame.getByRole('status').waitFor()
    expect(asked).toEqual(['/api/session', '/api/tickets'])
  })
})
