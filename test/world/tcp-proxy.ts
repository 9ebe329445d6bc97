// A wire to a database server that can be cut and mended.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Connections that go through it now. */
  size(): number
  /** Ends every connection; whoever comes is hung up on, until `mend`. */
  cut(): void
  /** Bytes go nowhere, and nobody is told, until `mend`, which ends those connections. */
  stall(): void
  mend(): void
  close(): Promise<void>
}

/** @param target a port on 127.0.0.1 */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: 'open' | 'cut' | 'stalled' = 'open'
  const endAll = () => {
    for (const sockets of pairs) for (const socket of sockets) socket.destroy()
  }
  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    if (state === 'cut') {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => from.destroy())
      from.on('data', (chunk) => void (state === 'open' && to.write(chunk)))
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    size: () => pairs.size,
    cut() {
      state = 'cut'
      endAll()
    },
    stall() {
      state = 'stalled'
    },
    mend() {
      if (state === 'stalled') endAll()
      state = 'open'
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      endAll()
      await closed
    },
  }
}
