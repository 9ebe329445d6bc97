// Every state of every page, as those meet it who do not look at it, do not touch it, or need other colours or no movement.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser, launchBrowser } from './browser.js'
import { openSamples, SAMPLED_PAGES, type Samples } from './samples.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** More than a minute of states, on a machine that has other things to do. */
const PATIENCE_MS = 240_000
/** A field for a date and time is as many stops as it has parts. */
const STOPS_IN_DATES = 16
const ON_PHONES = ['confirm', 'callback', 'notice']

describeInBrowser('Every state', () => {
  let browser: Browser
  let samples: Samples

  beforeAll(async () => {
    browser = await launchBrowser()
    samples = await openSamples()
  })
  afterAll(async () => {
    await browser?.close()
    await samples?.close()
  })

  async function eachState(
    name: string,
    options: Parameters<Browser['newContext']>[0],
    look: (page: Page, state: string) => Promise<void>,
  ): Promise<void> {
    const viewport = ON_PHONES.includes(name) ? { width: 360, height: 640 } : { width: 1280, height: 800 }
    const context = await browser.newContext({ viewport, locale: 'zh-CN', reducedMotion: 'reduce', ...options })
    const page = await context.newPage()
    for (const state of await samples.statesOf(name)) {
      await page.goto(samples.address(name, state))
      await page.locator('#page > *').first().waitFor()
      await look(page, state)
    }
    await context.close()
  }

  const looks = SAMPLED_PAGES.flatMap((name) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ name, colorScheme })),
  )
  test.each(looks)(
    'of $name has nothing serious for axe to find ($colorScheme)',
    async ({ name, colorScheme }) => {
      const found: string[] = []
      await eachState(name, { colorScheme }, async (page, state) => {
        await page.evaluate(AXE)
        const { violations } = await page.evaluate(() =>
          (globalThis as typeof globalThis & { axe: { run(): Promise<AxeResults> } }).axe.run(),
        )
        for (const { id, impact, nodes } of violations) {
          if (impact !== 'serious' && impact !== 'critical') continue
          found.push(...nodes.map((node) => `${state}: ${id} ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`))
        }
      })
      expect(found).toEqual([])
    },
    PATIENCE_MS,
  )

  test.each(SAMPLED_PAGES)(
    'of %s is worked by keyboard: each control has its turn, and shows it',
    async (name) => {
      const missed: string[] = []
      await eachState(name, {}, async (page, state) => {
        const controls = await page.evaluate(() => {
          const all = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex="0"]')
          const usable = [...all].filter(
            (one) => one.checkVisibility({ visibilityProperty: true }) && !(one as HTMLButtonElement).disabled,
          )
          for (const [i, one] of usable.entries())
            one.dataset.turn = String(i)
            // From the page's beginning, whatever it had chosen to begin with.
          ;(document.activeElement as HTMLElement | null)?.blur()
          getSelection()?.setPosition(document.body, 0)
          return usable.length
        })
        const reached = new Set<string>()
        const unseen: string[] = []
        for (let press = 0; press < controls + 2 + STOPS_IN_DATES; press++) {
          await page.keyboard.press('Tab')
          const at = await page.evaluate(() => {
            const one = document.activeElement as HTMLElement | null
            if (one?.dataset.turn === undefined) return null
            // A date is a field of fields, each of which has its own.
            if (one instanceof HTMLInputElement && one.type === 'datetime-local')
              return { turn: one.dataset.turn, ringed: true, html: '' }
            // The ring may go round what the field lies in.
            const ringed = [one, one.parentElement].some((of) => of && getComputedStyle(of).outlineStyle !== 'none')
            return { turn: one.dataset.turn, ringed, html: one.outerHTML.slice(0, 100) }
          })
          if (at) reached.add(at.turn)
          if (at && !at.ringed) unseen.push(at.html)
        }
        if (reached.size < controls) missed.push(`${state}: ${reached.size} of ${controls}`)
        missed.push(...unseen.map((html) => `${state}: no ring: ${html}`))
      })
      expect(missed).toEqual([])
    },
    PATIENCE_MS,
  )

  test.each(SAMPLED_PAGES)(
    'of %s keeps its controls’ edges in forced colours, and stands still for who wants that',
    async (name) => {
      const amiss: string[] = []
      await eachState(name, { forcedColors: 'active' }, async (page, state) => {
        amiss.push(
          ...(
            await page.evaluate(() => {
              const buttons = [...document.querySelectorAll<HTMLElement>('.button, .weui-btn')]
              const edgeless = buttons.filter((one) => getComputedStyle(one).borderStyle === 'none')
              const moving = document.getAnimations().filter((one) => {
                const { duration, iterations } = one.effect?.getTiming() ?? {}
                const isSpinner = one.effect instanceof KeyframeEffect && one.effect.target?.className === 'spinner'
                return !isSpinner && (Number(duration) > 1 || iterations === Number.POSITIVE_INFINITY)
              })
              return [
                ...edgeless.map((one) => `no edge: ${one.outerHTML.slice(0, 80)}`),
                ...moving.map(() => 'something moves'),
              ]
            })
          ).map((text) => `${state}: ${text}`),
        )
      })
      expect(amiss).toEqual([])
    },
    PATIENCE_MS,
  )
})
