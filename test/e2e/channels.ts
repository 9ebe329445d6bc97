// The two channels by which a waiting page hears: taking them away, and counting their use.
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core'

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

/** A network that can be lost. To be laid before the context opens a page. */
export async function layWire(context: BrowserContext): Promise<{ cut(): Promise<void>; mend(): Promise<void> }> {
  const sockets = new Set<WebSocketRoute>()
  let lost = false
  await context.routeWebSocket(/\/api\/live$/, (socket) => {
    if (lost) return void socket.close({ code: 1011 })
    socket.connectToServer()
    sockets.add(socket)
  })
  return {
    async cut() {
      lost = true
      await context.setOffline(true)
      // Chromium leaves open sockets alone when it plays at being offline.
      await Promise.all([...sockets].map((socket) => socket.close({ code: 1011 })))
      sockets.clear()
    },
    async mend() {
      lost = false
      await context.setOffline(false)
    },
  }
}
