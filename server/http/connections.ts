// The end of an HTTP server: whoever is being answered gets the answer, and kept-alive clients are told to leave instead
// of finding their connection cut.
import type { Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Connections {
  /** To be called with each response before anything is done with it. */
  entered(res: ServerResponse): void
  /** From here on each answer is its connection's last. */
  dismiss(): void
  /** Closes the port, and `lingerMs` later what is idle then; resolves once the last request is answered. */
  close(lingerMs: number): Promise<void>
}

export function trackConnections(server: Server): Connections {
  const underWay = new Set<ServerResponse>()
  let dismissing = false
  /** False when the answer's headers have gone out already. */
  const last = (res: ServerResponse) => !res.headersSent && res.setHeader('Connection', 'close') === res
  return {
    entered(res) {
      const { socket } = res
      if (dismissing && last(res)) return
      underWay.add(res)
      res.once('close', () => {
        // Still there although all are dismissed: it could not be told, and its connection ends behind the answer.
        if (underWay.delete(res) && dismissing) socket?.end()
      })
    },
    dismiss() {
      dismissing = true
      for (const res of underWay) if (last(res)) underWay.delete(res)
    },
    async close(lingerMs) {
      // An HTTP server's own `close` cuts idle connections at once: also those whose first request is on its way.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
      if (lingerMs > 0) await Promise.race([closed, sleep(lingerMs)])
      server.closeIdleConnections()
      await closed
    },
  }
}
