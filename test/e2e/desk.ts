// The person at the computer: a browser window with our login page in it.

import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Quiet } from './quiet.js'
import type { Camera } from './read-code.js'

export interface Desk {
  readonly context: BrowserContext
  readonly page: Page
  readonly quiet: Quiet
  /** Opens an address of our site. */
  open(path: string): Promise<void>
  /** The text of a code somewhere on the screen. */
  read(shown: Locator): Promise<string>
  /** The same for the code of the page itself, whosever page it is. */
  code(): Promise<string>
  /** The frame with WeChat's page. */
  readonly frame: FrameLocator
  /** The text of the code in it. */
  frameCode(): Promise<string>
  /** The two digits that the page shows. */
  digits(): Promise<string>
  /** Waits for the account page to greet `nickname`. */
  signedInAs(nickname: string | RegExp): Promise<void>
  /** Waits for a sentence on the screen. */
  reads(text: string | RegExp): Promise<void>
}

export function createDesk(parts: { page: Page; quiet: Quiet; camera: Camera; publicUrl: string }): Desk {
  const { page, quiet, camera, publicUrl } = parts
  const pageCode = page.getByRole('img', { name: '登录二维码' })
  const frame = page.frameLocator('iframe[title="微信登录二维码"]')
  return {
    context: page.context(),
    page,
    quiet,
    open: async (path) => void (await page.goto(publicUrl + path)),
    read: camera.read,
    code: () => camera.read(pageCode),
    frame,
    frameCode: () => camera.read(frame.getByRole('img', { name: '登录二维码' })),
    async digits() {
      const label = await page.getByRole('img', { name: /^核对数字/ }).getAttribute('aria-label')
      return label?.replace(/\D/g, '') ?? ''
    },
    async signedInAs(nickname) {
      await page.waitForURL(`${publicUrl}/account`)
      await page.getByRole('heading', { name: nickname }).waitFor()
      expect(await page.getByRole('button', { name: '退出登录', exact: true }).isEnabled()).toBe(true)
    },
    reads: (text) => page.getByText(text).first().waitFor(),
  }
}
