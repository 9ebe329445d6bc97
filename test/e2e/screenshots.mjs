// `npm run screenshots [PAGE…]`: every state of every page once, the login and the confirm page in full (two sizes, light and dark, both
// languages), as contact sheets in dist/screenshots. No server: each state opens by its address, from web/*/samples.ts.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const WEB = fileURLToPath(new URL('../../web/', import.meta.url))
const SHEETS = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url))
const PC = { width: 1280, height: 800 }
const PHONE = { width: 360, height: 640 }
/** In full: each of these for every state. The other pages: the first that suits them. */
const FULL = ['login', 'confirm']
const ON_PHONES = ['confirm', 'callback', 'notice']

const looks = [PC, PHONE].flatMap((viewport) =>
  ['light', 'dark'].flatMap((colorScheme) => ['zh-CN', 'en-GB'].map((locale) => ({ viewport, colorScheme, locale }))),
)

/** Name and query of every state of a page. */
async function statesOf(server, page) {
  const { samples } = await server.ssrLoadModule(join(WEB, page, 'samples.ts'))
  return Object.keys(samples).map((name) => ({ name, query: `state=${name}` }))
}

function looksOf(page) {
  if (FULL.includes(page)) return looks
  const { height } = ON_PHONES.includes(page) ? PHONE : PC
  return looks.filter(
    (look) => look.viewport.height === height && look.colorScheme === 'light' && look.locale === 'zh-CN',
  )
}

/** @returns {Promise<{ name: string, data: string }[]>} */
async function photograph(browser, url, states, look) {
  const context = await browser.newContext({ ...look, reducedMotion: 'reduce', hasTouch: look.viewport === PHONE })
  const page = await context.newPage()
  const shots = []
  for (const { name, query } of states) {
    await page.goto(`${url}?${query}`)
    await page.locator('#page > *').first().waitFor()
    await page.evaluate(() => document.fonts.ready)
    // Most pages show all of themselves on one screen; where one does not, its sheet shows the rest too.
    const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
    shots.push({ name, data: picture.toString('base64') })
  }
  await context.close()
  return shots
}

const sheet = (title, shots, width) => `<!doctype html><style>
  body { margin: 0; padding: 24px; background: #888; font: 15px system-ui; display: grid; gap: 20px; align-items: start;
    grid-template-columns: repeat(${Math.max(1, Math.floor(1900 / (width + 20)))}, ${width}px) }
  h1 { grid-column: 1 / -1; margin: 0; font-size: 20px } figure { margin: 0 } figcaption { padding-bottom: 4px }
  img { display: block; width: ${width}px }
</style><h1>${title}</h1>${shots.map(({ name, data }) => `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${data}"></figure>`).join('')}`

const server = await createServer({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'error', server: { port: 0 } })
await server.listen()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  mkdirSync(SHEETS, { recursive: true })
  const all = readdirSync(WEB).filter((name) => existsSync(join(WEB, name, 'samples.ts')))
  const wanted = process.argv.slice(2)
  for (const page of wanted.length > 0 ? wanted : all) {
    const states = await statesOf(server, page)
    // On a phone the login page is another: it gives the code away as a picture.
    const phones = page === 'login' ? states.map(({ name, query }) => ({ name, query: `${query}&phone=1` })) : states
    for (const look of looksOf(page)) {
      const small = look.viewport === PHONE
      const url = `${server.resolvedUrls.local[0]}${page}/index.html`
      const shots = await photograph(browser, url, small ? phones : states, look)
      const name = [page, `${look.viewport.width}x${look.viewport.height}`, look.colorScheme, look.locale].join('-')
      const table = await (await browser.newContext({ viewport: { width: 1948, height: 800 } })).newPage()
      await table.setContent(sheet(`${name}: ${states.length} states`, shots, small ? 300 : 615))
      await table.screenshot({ path: join(SHEETS, `${name}.png`), fullPage: true })
      await table.context().close()
      console.log(`dist/screenshots/${name}.png: ${shots.length} states`)
    }
  }
} finally {
  await browser.close()
  await server.close()
}
