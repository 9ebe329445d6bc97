// Makes web/public/icons/*.png of icon.svg: `node web/desktop/draw-icons.mjs`. To be run again when the sign changes.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const FOLDER = fileURLToPath(new URL('../public/icons/', import.meta.url))
const sign = readFileSync(`${FOLDER}icon.svg`, 'utf8')
/** For systems that cut icons into a shape of their own: ground to the edges, the sign within the middle 80 %. */
const maskable = sign.replace(' rx="8"', '').replace('<g ', '<g transform="translate(3.2 3.2) scale(.8)" ')

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
for (const [name, svg, size] of [
  ['icon-192', sign, 192],
  ['icon-512', sign, 512],
  ['maskable-512', maskable, 512],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(
    `<style>body { margin: 0 } svg { display: block }</style>${svg.replace('<svg ', `<svg width="${size}" height="${size}" `)}`,
  )
  writeFileSync(`${FOLDER}${name}.png`, await page.screenshot({ omitBackground: true }))
}
await browser.close()
