// A camera before the screen: finds a QR code in the picture of an element, as a phone would, and reads its text.
import { createRequire } from 'node:module'
import type { Browser, Locator } from 'playwright-core'

export interface Camera {
  /** The text of the code that `shown` shows now. @throws Error when there is none that can be read */
  read(shown: Locator): Promise<string>
}

declare const jsQR: (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null

/** A camera made of a page of its own, which takes pictures apart. It ends with the browser. */
export async function createCamera(browser: Browser): Promise<Camera> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('jsqr') })

  return {
    async read(shown) {
      const picture = (await shown.screenshot()).toString('base64')
      const text = await page.evaluate(async (base64) => {
        const image = new Image()
        image.src = `data:image/png;base64,${base64}`
        await image.decode()
        const { width, height } = image
        const canvas = new OffscreenCanvas(width, height).getContext('2d')
        canvas?.drawImage(image, 0, 0)
        const pixels = canvas?.getImageData(0, 0, width, height).data
        return pixels ? (jsQR(pixels, width, height)?.data ?? null) : null
      }, picture)
      if (text === null) throw new Error('no code can be read there')
      return text
    },
  }
}
