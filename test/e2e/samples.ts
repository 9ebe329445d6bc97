// Every state of every page, opened by its address from a server of development: no service, no simulator.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const WEB = fileURLToPath(new URL('../../web/', import.meta.url))

export interface Samples {
  /** Names of a page's states. */
  statesOf(page: string): Promise<readonly string[]>
  address(page: string, state: string): string
  close(): Promise<void>
}

/** The pages that have samples, by their folders. */
export const SAMPLED_PAGES = readdirSync(WEB).filter((name) => existsSync(join(WEB, name, 'samples.ts')))

/** Starts it. To be closed in `afterAll`. */
export async function openSamples(): Promise<Samples> {
  const configFile = join(WEB, 'vite.config.ts')
  const server = await createServer({ configFile, logLevel: 'error', server: { port: 0, watch: null } })
  await server.listen()
  const origin = server.resolvedUrls?.local[0] ?? ''
  return {
    statesOf: async (page) => Object.keys((await server.ssrLoadModule(join(WEB, page, 'samples.ts'))).samples),
    address: (page, state) => `${origin}${page}/index.html?state=${state}`,
    close: () => server.close(),
  }
}
