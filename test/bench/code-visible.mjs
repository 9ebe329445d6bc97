// How soon after navigation the login page shows its code, in Chromium: `npm run build && node test/bench/code-visible.mjs`.
// The page's own clock says when: from the navigation's start to the first frame drawn with the code in it.
import { chromium } from 'playwright-core'
import { startService } from '../e2e/service.mjs'

const RUNS = 30

/** Resolves to milliseconds since navigation began, once a frame with the code has been drawn. */
const untilVisible = () =>
  new Promise((resolve) => {
    const drawn = () => {
      const code = document.querySelector(
        '[role="img"] svg, img[alt="登录二维码"], [role="img"][aria-label="登录二维码"]',
      )
      if (code && code.getBoundingClientRect().width > 50) setTimeout(() => resolve(performance.now()), 0)
      else requestAnimationFrame(drawn)
    }
    requestAnimationFrame(drawn)
  })

const service = await startService({ RATE_LIMITS: 'off' })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  for (const kind of ['first visit', 'with the assets kept']) {
    const figures = []
    let context = await browser.newContext({ locale: 'zh-CN' })
    for (let run = -3; run < RUNS; run++) {
      if (kind === 'first visit') {
        await context.close()
        context = await browser.newContext({ locale: 'zh-CN' })
      }
      const page = await context.newPage()
      await page.goto(`${service.url}/login?method=relay`, { waitUntil: 'commit' })
      const ms = await page.evaluate(untilVisible)
      if (run >= 0) figures.push(ms)
      await page.close()
    }
    await context.close()
    figures.sort((a, b) => a - b)
    const at = (share) => Math.round(figures[Math.floor(share * (RUNS - 1))])
    console.log(
      `code visible after navigation, ${kind}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (${RUNS} runs; wanted 300)`,
    )
  }
} finally {
  await browser.close()
  await service.stop()
}
