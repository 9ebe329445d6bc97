// A wire that remembers every byte: in front of the program for what it says to visitors, behind it for what WeChat says.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Recorder {
  /** Where to speak to the target through it. */
  readonly url: string
  /** What has been said to the target, and by it: a connection after another. */
  asked(): string
  said(): string
  close(): Promise<void>
}

/** @param target an address on this machine */
export async function startRecorder(target: string): Promise<Recorder> {
  const conversations: { asked: Buffer[]; said: Buffer[] }[] = []
  const open = new Set<Socket>()
  const { hostname, port } = new URL(target)
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    const heard: (typeof conversations)[number] = { asked: [], said: [] }
    conversations.push(heard)
    const ways = [
      [near, far, heard.asked],
      [far, near, heard.said],
    ] as const
    for (const [from, to, memory] of ways) {
      open.add(from)
      from.on('error', () => to.destroy())
      from.on('data', (chunk: Buffer) => {
        memory.push(chunk)
        to.write(chunk)
      })
      from.on('end', () => to.end())
      from.on('close', () => {
        open.delete(from)
        to.destroySoon()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const all = (side: 'asked' | 'said') =>
    conversations.map((heard) => Buffer.concat(heard[side]).toString('latin1')).join('\n')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => all('asked'),
    said: () => all('said'),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
