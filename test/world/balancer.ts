// A load balancer without stickiness, as operators put in front of several nodes: each connection goes to the next node that
// says it is ready, and to another one when that refuses.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Site } from './browser.js'

export interface Balancer {
  /** Where it listens. */
  readonly url: string
  close(): Promise<void>
}

const LOOK_EVERY_MS = 200

export async function startBalancer(nodes: readonly Pick<Site, 'connectTo'>[]): Promise<Balancer> {
  const ports = nodes.map(({ connectTo }) => Number(new URL(connectTo).port))
  const ready = new Set(ports)
  const sockets = new Set<Socket>()
  let turn = 0

  const look = async (port: number) => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    await answer?.text()
    if (answer?.ok) ready.add(port)
    else ready.delete(port)
  }
  const looking = setInterval(() => void Promise.all(ports.map(look)), LOOK_EVERY_MS)

  function join(near: Socket, left: readonly number[]): void {
    const [port, ...others] = left
    if (port === undefined) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    sockets.add(far)
    far.on('close', () => sockets.delete(far))
    far.once('error', () => join(near, others))
    far.once('connect', () => {
      far.removeAllListeners('error')
      far.on('error', () => near.destroy())
      near.on('error', () => far.destroy())
      near.pipe(far)
      far.pipe(near)
    })
  }

  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => near.destroy())
    near.on('close', () => sockets.delete(near))
    turn += 1
    const inTurn = ports.map((_, n) => ports[(turn + n) % ports.length] ?? 0)
    join(near, [...inTurn.filter((port) => ready.has(port)), ...inTurn.filter((port) => !ready.has(port))])
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      clearInterval(looking)
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
