// Where the stories take place: one Chromium and one world for a file's tests, fresh windows and phones for each. When a
// test is over, no page of it may have complained.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startWorld, type World, type WorldOptions } from '../world.js'
import { launchBrowser } from './browser.js'
import { createDesk, type Desk } from './desk.js'
import { createHandset, type Handset } from './handset.js'
import { listenTo, type Quiet } from './quiet.js'
import { type Camera, createCamera } from './read-code.js'

const PC =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const WECHAT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI Language/zh_CN'
// Movement takes the machine's time and tells no story.
const BOTH: BrowserContextOptions = { locale: 'zh-CN', reducedMotion: 'reduce' }
const DESK: BrowserContextOptions = { ...BOTH, userAgent: PC, viewport: { width: 1280, height: 800 } }
const HANDSET: BrowserContextOptions = {
  ...BOTH,
  userAgent: WECHAT,
  viewport: { width: 375, height: 667 },
  isMobile: true,
  hasTouch: true,
}
/** Nothing on one machine takes longer, unless it never comes. */
const PATIENCE_MS = 15_000

export interface Stage {
  world(): World
  /** A new browser at a PC, or with other options wherever else. */
  desk(options?: BrowserContextOptions): Promise<Desk>
  /** Another tab of the same browser. */
  tab(of: Desk): Promise<Desk>
  handset(options?: BrowserContextOptions): Promise<Handset>
  /** The simulated phone in a window that a desk's page has opened. */
  popup(page: Page): Handset
}

export interface StageOptions extends WorldOptions {
  /** People who have an account here already: they are not asked for WeChat's explicit consent again. */
  readonly known?: readonly string[]
  /** The address of a service that the file starts by itself, in place of a world. */
  readonly site?: () => string
  /** Flags that Playwright would give the browser, and this story's browser is not to have. */
  readonly withoutFlags?: string[]
}

/** Sets the stage for the tests of a file. */
export function setStage(options: StageOptions = {}): Stage {
  let browser: Browser
  let camera: Camera
  let world: World | null = null
  const open = new Map<BrowserContext, Quiet>()

  beforeAll(async () => {
    browser = await launchBrowser(options.withoutFlags)
    camera = await createCamera(browser)
    if (options.site) return
    world = await startWorld(options)
    for (const person of options.known ?? []) await world.signedIn('relay', person)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPictures([...open.keys()], task.name)
    const complaints = [...open.values()].flatMap((quiet) => quiet.complaints())
    await Promise.all([...open.keys()].map((context) => context.close()))
    open.clear()
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await world?.close()
    await browser?.close()
  })

  const theWorld = (): World => {
    if (!world) throw new Error('This stage has no world of its own.')
    return world
  }
  const publicUrl = () => options.site?.() ?? theWorld().publicUrl

  async function newContext(contextOptions: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext(contextOptions)
    context.setDefaultTimeout(PATIENCE_MS)
    open.set(context, await listenTo(context))
    return context
  }
  const quietOf = (context: BrowserContext): Quiet => {
    const quiet = open.get(context)
    if (!quiet) throw new Error('That context is not of this test.')
    return quiet
  }
  async function deskIn(context: BrowserContext): Promise<Desk> {
    return createDesk({ page: await context.newPage(), quiet: quietOf(context), camera, publicUrl: publicUrl() })
  }

  return {
    world: theWorld,
    desk: async (more = {}) => deskIn(await newContext({ ...DESK, ...more })),
    tab: ({ context }) => deskIn(context),
    async handset(more = {}) {
      const context = await newContext({ ...HANDSET, ...more })
      return createHandset({ page: await context.newPage(), quiet: quietOf(context) })
    },
    popup: (page) => createHandset({ page, quiet: quietOf(page.context()) }),
  }
}

/** What every page showed when a story went wrong, for whoever has to find out why. */
async function keepPictures(contexts: readonly BrowserContext[], story: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-e2e-'))
  const pages = contexts.flatMap((context) => context.pages())
  await Promise.allSettled(pages.map((page, i) => page.screenshot({ path: join(directory, `${i}.png`) })))
  console.error(`${story}: what the pages showed is in ${directory}`)
}
