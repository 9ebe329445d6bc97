// What a browser complains about: errors on the console, uncaught exceptions, violations of the Content-Security-Policy,
// in every page, popup and frame of a context.
import type { BrowserContext } from 'playwright-core'

export interface Quiet {
  /** Complaints like this one belong to the story: they are not counted. */
  expect(pattern: RegExp): void
  /** What was complained about unexpectedly so far, a line each. */
  complaints(): readonly string[]
}

/** The login page asks whether somebody is signed in; Chromium reports the answer "nobody", a 401, as an error. */
const NOBODY_SIGNED_IN = /status of 401 .*\/api\/session(\?returnTo=.*)?$/

/** Listens from now on. To be called before the context has a page. */
export async function listenTo(context: BrowserContext): Promise<Quiet> {
  const heard: string[] = []
  const expected = [NOBODY_SIGNED_IN]
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP ${event.effectiveDirective} refused ${event.blockedURI}`)
    })
  })
  context.on('console', (message) => {
    if (message.type() === 'error') heard.push(`${message.text()} at ${message.location().url}`)
  })
  context.on('weberror', (error) => heard.push(`uncaught: ${error.error().stack ?? error.error().message}`))
  return {
    expect: (pattern) => void expected.push(pattern),
    complaints: () => heard.filter((line) => !expected.some((pattern) => pattern.test(line))),
  }
}
