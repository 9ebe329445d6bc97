// A page on another site than ours, whose owner means ill.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Lure {
  readonly url: string
  /** What its body is from now on. */
  show(body: string): void
  close(): void
}

/** Opens it, empty. To be closed by who opened it. */
export async function openLure(): Promise<Lure> {
  let body = ''
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>lure</title><link rel="icon" href="data:,"><body>${body}</body>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    show(next) {
      body = next
    },
    close: () => void server.close(),
  }
}
