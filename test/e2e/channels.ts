// The two channels by which a waiting page hears: taking one away, and counting the other's use.
import type { BrowserContext, Page } from 'playwright-core'

/** Every socket of this browser breaks as it opens, as behind a proxy that knows no upgrade. */
export async function blockSockets(context: BrowserContext): Promise<void> {
  await context.routeWebSocket(/\/api\/live$/, (socket) => void socket.close({ code: 1011 }))
}

/** How often the page has read its ticket over HTTP so far. */
export function countReads(page: Page): () => number {
  let reads = 0
  page.on('request', (request) => {
    if (request.method() === 'GET' && /\/api\/tickets\/[^/]+$/.test(request.url())) reads += 1
  })
  return () => reads
}
