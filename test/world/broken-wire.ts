// A wire that can break: a TCP proxy which, once armed, swallows the answer to one request as soon as it begins to come.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface BrokenWire {
  readonly url: string
  /**
   * The next request whose first line matches loses its answer: when the first byte of it arrives, `then` is called and
   * both ends are cut.
   */
  swallow(firstLine: RegExp, then: () => void): void
  close(): Promise<void>
}

/** @param target where the service listens, e.g. http://127.0.0.1:3000 */
export async function startBrokenWire(target: string): Promise<BrokenWire> {
  const port = Number(new URL(target).port)
  const open = new Set<Socket>()
  let armed: { firstLine: RegExp; then: () => void } | null = null

  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    let doomed: (() => void) | null = null
    const cut = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        open.delete(socket)
        cut()
      })
    }
    client.on('data', (chunk) => {
      if (armed?.firstLine.test(chunk.toString('latin1'))) {
        doomed = armed.then
        armed = null
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (!doomed) {
        client.write(chunk)
        return
      }
      doomed()
      cut()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallow(firstLine, then) {
      armed = { firstLine, then }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
