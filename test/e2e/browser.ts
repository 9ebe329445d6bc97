// Chromium for the stories: found, started, or said to be missing.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { describe } from 'vitest'

/** Debian's package puts it here. CHROMIUM names another one. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Nothing but our own pages, and no call to anybody else. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const HOW = `there is no Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM to where it is`

/**
 * Starts a browser without windows. To be closed by who started it.
 * @param without flags that Playwright would give it
 */
export function launchBrowser(without: string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, ignoreDefaultArgs: without })
}

/** `describe` for what needs Chromium. Where there is none the tests are skipped, with the reason; in CI they fail. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, tests)
    return
  }
  if (process.env.CI) throw new Error(HOW)
  console.warn(`Skipped: ${HOW}`)
  describe.skip(`${name} (${HOW})`, tests)
}
