// What Node itself answers or ends, before any middleware.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { answerWell, guardServer, HTTP_LIMITS } from '#server/http/node-server.js'
import { strictHeaders } from '#server/http/security-headers.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listening(silenceMs?: number): Promise<{ server: Server; port: number }> {
  const body = Buffer.alloc(200_000, 'x')
  const server = createServer(HTTP_LIMITS)
  answerWell(server, strictHeaders(true), (_req, res) => res.end(body))
  guardServer(server, strictHeaders(true), silenceMs)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** Everything that is answered to these bytes. */
async function said(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  socket.write(bytes)
  await once(socket, 'close')
  return text
}

describe('what cannot be parsed is answered, with every security header', () => {
  test.each<[string, string, number]>([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a method that is none', 'STEAL / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['two lengths of one body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a smuggled body',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no Host, among good requests', 'GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a wish that nobody knows', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n', 417],
    ['an address whose host is none', 'GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
    // What does not fit is left out by Node in silence, and the proxy's own X-Forwarded-For comes last.
    [
      'more than 100 headers',
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(99)}X-Forwarded-For: y\r\n\r\n`,
      431,
    ],
    ['more than 8 KiB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`, 431],
  ])('%s', async (_, bytes, status) => {
    const { port } = await listening()
    const text = await said(port, bytes)
    expect(text.slice(0, 500)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    for (const [header, value] of Object.entries(strictHeaders(true))) expect(text).toContain(`${header}: ${value}\r\n`)
    expect(text).toContain('Connection: close')
  })
})

test('a connection that was well before is answered too', async () => {
  const { port } = await listening()
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (text.length > 200_000 && !text.includes('431')) socket.write(`GET / HTTP/1.1\r\nX: ${'x'.repeat(9_000)}`)
  })
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'close')
  expect(text.slice(-1_500)).toMatch(/HTTP\/1\.1 431 .*x-frame-options: DENY/s)
})

test('a request that does not end is told so, with every security header', async () => {
  const server = createServer({ ...HTTP_LIMITS, headersTimeout: 100, connectionsCheckingInterval: 50 })
  guardServer(server, strictHeaders(true))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const text = await said((server.address() as AddressInfo).port, 'GET / HTTP/1.1\r\nHost: x\r\n')
  expect(text).toMatch(/^HTTP\/1\.1 408 /)
  for (const [header, value] of Object.entries(strictHeaders(true))) expect(text).toContain(`${header}: ${value}\r\n`)
})

test('an answer that nobody reads is given up, with its memory', async () => {
  const { server, port } = await listening(300)
  const gone = new Promise<void>((resolve) => {
    server.on('connection', (connection) => connection.on('close', () => resolve()))
  })
  const deaf = connect(port, '127.0.0.1')
  deaf.on('error', () => {})
  deaf.pause()
  deaf.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200))
  await gone
  deaf.destroy()
}, 5_000)

test('a hundred headers are taken', async () => {
  const { port } = await listening()
  const text = await said(port, `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(98)}\r\n`)
  expect(text).toMatch(/^HTTP\/1\.1 200 /)
})

test.each([
  ['http://x/a/b?c=d', '/a/b?c=d'],
  ['http://evil.example//a', '//a'],
  ['http://x', '/'],
  ['/a%zz?c', '/a%zz?c'],
  ['*', '*'],
])('a request for %s is one for %s', async (asked, seen) => {
  const server = createServer(HTTP_LIMITS)
  answerWell(server, strictHeaders(true), (req, res) => res.end(`<${req.url}>`))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await said(port, `OPTIONS ${asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toContain(`<${seen}>`)
})

test('connections are bounded in number', async () => {
  const { server } = await listening()
  expect(server.maxConnections).toBeGreaterThan(18_000)
  expect(server.maxConnections).toBeLessThan(20_000)
})
