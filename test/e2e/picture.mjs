// Makes README's picture, web/pictures/login.png, of the program as it runs: `npm run build && node test/e2e/picture.mjs`.
// Beside the login page lies the phone that has scanned its code.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { startService } from './service.mjs'

const TARGET = fileURLToPath(new URL('../../web/pictures/login.png', import.meta.url))
const [WIDTH, HEIGHT] = [1280, 760]
const SCALE = 2
const PC =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const WECHAT = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.60'
const base = { locale: 'zh-CN', deviceScaleFactor: SCALE, colorScheme: 'light' }

/** Gradients are lovely and weigh more than all the rest. */
const flatten = (page) => page.evaluate(() => document.body.style.setProperty('background', '#f0f3f1'))

/** The login page and the phone at its question, each as a picture in base64. */
async function photograph(browser, url) {
  const desk = await (
    await browser.newContext({ ...base, userAgent: PC, viewport: { width: 1736, height: HEIGHT } })
  ).newPage()
  const begun = desk.waitForResponse((answer) => answer.request().method() === 'POST')
  await desk.goto(`${url}/login?method=relay`)
  const { qr, matchNumber } = await (await begun).json()
  await desk.getByRole('img', { name: '登录二维码' }).waitFor()
  // The ring round the code is drawn in the first second.
  await desk.waitForTimeout(1500)
  await flatten(desk)
  // The window stands in the middle: cut so that the right third stays free for the phone.
  const pc = await desk.screenshot({ clip: { x: 456, y: 0, width: WIDTH, height: HEIGHT } })

  const viewport = { width: 375, height: 667 }
  const phone = await (await browser.newContext({ ...base, userAgent: WECHAT, viewport, isMobile: true })).newPage()
  await phone.goto(qr.content)
  await phone.getByText('alice', { exact: true }).click()
  await phone.getByRole('button', { name: '继续' }).click()
  await phone.getByRole('link', { name: '继续' }).click()
  await phone.getByRole('button', { name: '允许' }).click()
  await phone.getByLabel('输入电脑上显示的两位数字').fill(matchNumber)
  await phone.getByRole('button', { name: '确认登录' }).click({ trial: true })
  await flatten(phone)
  const confirm = await phone.screenshot()
  return { pc: pc.toString('base64'), confirm: confirm.toString('base64') }
}

/** Both side by side on one page. */
const composed = ({ pc, confirm }) => `<!doctype html><style>
  body { margin: 0; overflow: hidden }
  img { position: absolute; display: block }
  .pc { inset: 0; width: ${WIDTH}px; height: ${HEIGHT}px }
  .phone { left: 853px; top: 38px; width: 375px; height: 667px; border: 8px solid #1b211e; border-radius: 40px }
</style><img class="pc" src="data:image/png;base64,${pc}"><img class="phone" src="data:image/png;base64,${confirm}">`

const service = await startService()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const shots = await photograph(browser, service.url)
  const page = await (
    await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT }, deviceScaleFactor: SCALE })
  ).newPage()
  await page.setContent(composed(shots))
  const picture = await page.screenshot()
  mkdirSync(fileURLToPath(new URL('.', `file://${TARGET}`)), { recursive: true })
  writeFileSync(TARGET, picture)
  console.log(`${TARGET}: ${Math.round(picture.length / 1024)} KB`)
} finally {
  await browser.close()
  await service.stop()
}
