// A wire to a server that can be cut and mended.
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
  /**
   * As after a sleep: bytes on the connections that began with `lasting` go nowhere for ever, and nobody is told; the others
   * have ended meanwhile. New ones work.
   */
  strand(lasting: RegExp): void
  close(): Promise<void>
}

/** @param target a port on 127.0.0.1, asked for at each connection */
export async function startTcpProxy(target: number | (() => number)): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const stranded = new WeakSet<Socket>()
  const beginnings = new WeakMap<Socket, string>()
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
    const far = connect(typeof target === 'number' ? target : target(), '127.0.0.1')
    const pair = [near, far] as const
    near.once('data', (chunk) => beginnings.set(near, chunk.toString('latin1')))
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => from.destroy())
      from.on('data', (chunk) => void (state === 'open' && !stranded.has(from) && to.write(chunk)))
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
    strand(lasting) {
      for (const [near, far] of pairs) {
        if (lasting.test(beginnings.get(near) ?? '')) for (const socket of [near, far]) stranded.add(socket)
        else near.destroy()
      }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      endAll()
      await closed
    },
  }
}
