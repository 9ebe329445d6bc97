// A site on a free port: keeps what it is pushed, and answers what the test tells it to.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { decryptPush, encryptPush, signPush } from '#server/simulator/wire/push-crypto.js'
import { readXml, writeXml } from '#server/simulator/wire/push-xml.js'
import type { SimApp } from './world.js'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export type SiteReply = { status?: number; body: string; type?: string; headers?: Record<string, string> } | 'silence'

/** A site that answers `success` until told otherwise. It ends with the test. */
export async function startSite() {
  const received: Received[] = []
  let answer: (request: Received) => SiteReply = () => ({ body: 'success' })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '', 'http://site')
    const { method = '', headers } = request
    const query = Object.fromEntries(url.searchParams)
    const one = { method, path: url.pathname, query, headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    const reply = answer(one)
    if (reply === 'silence') return
    response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'text/plain', ...reply.headers })
    response.end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answers(next: typeof answer) {
      answer = next
    },
    /** The only request so far. */
    one(): Received {
      const [first, ...rest] = received
      if (!first || rest.length > 0) throw new Error(`${received.length} requests, not one`)
      return first
    },
  }
}

/** What a push says, decrypted when it is, its signatures checked. @throws when they are wrong */
export function readPush(app: SimApp, { query, body, headers }: Received): Record<string, unknown> {
  const { signature, timestamp = '', nonce = '', msg_signature } = query
  const read = (text: string) => (headers['content-type'] === 'text/xml' ? readXml(text) : JSON.parse(text))
  if (signature !== signPush(app.notify.token, timestamp, nonce)) throw new Error('the signature is wrong')
  const fields = read(body)
  if (query.encrypt_type !== 'aes') return fields
  if (msg_signature !== signPush(app.notify.token, timestamp, nonce, fields.Encrypt)) {
    throw new Error('the msg_signature is wrong')
  }
  return read(decryptPush(app.notify.aesKey, app.appid, fields.Encrypt))
}

/** The passive reply of an account with a text, in the clear. */
export function textReply(push: Record<string, unknown>, text: string, more: Record<string, string> = {}): string {
  return writeXml({
    ToUserName: String(push.FromUserName),
    FromUserName: String(push.ToUserName),
    CreateTime: 1_760_000_000,
    MsgType: 'text',
    Content: text,
    ...more,
  })
}

/** The same as it goes out in secure mode. */
export function sealed({ notify, appid }: SimApp, xml: string): string {
  const [TimeStamp, Nonce] = ['1760000000', '42']
  const Encrypt = encryptPush(notify.aesKey, appid, Buffer.alloc(16, 1), xml)
  const MsgSignature = signPush(notify.token, TimeStamp, Nonce, Encrypt)
  return writeXml({ Encrypt, MsgSignature, TimeStamp: Number(TimeStamp), Nonce })
}
