// A wire to PostgreSQL that notes what is asked: every message for which the client then waits is a round trip.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface PostgresWire {
  /** The same database, through the wire. */
  readonly url: string
  /** What was asked since the last call, one text a round trip. */
  taken(): string[]
  close(): Promise<void>
}

/** @param target the address of a database, without TLS */
export async function startPostgresWire(target: string): Promise<PostgresWire> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const { hostname, port } = new URL(target)
    const far = connect(Number(port || 5432), hostname)
    const read = createReader((text) => void asked.push(text))
    near.on('data', read)
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    taken: () => asked.splice(0),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes what a client says, in pieces of any size. A query is one trip, and so is all up to a Sync. */
function createReader(tell: (text: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let begun = false
  let parsed: string[] = []
  const message = (type: string, body: Buffer) => {
    const textAt = (from: number) => body.toString('utf8', from, body.indexOf(0, from))
    if (type === 'Q') tell(textAt(0))
    if (type === 'P') parsed.push(textAt(body.indexOf(0) + 1))
    if (type !== 'S') return
    tell(parsed.join('; '))
    parsed = []
  }
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      // The first message has no type.
      const head = begun ? 1 : 0
      if (rest.length < head + 4) return
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return
      if (begun) message(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, end))
      begun = true
      rest = rest.subarray(end)
    }
  }
}
