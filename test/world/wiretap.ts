// A listener between a node and WeChat: it passes everything on, and knows afterwards which secrets travelled there.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Wiretap {
  /** Where WeChat seems to be. */
  readonly url: string
  /** Every code that was spent and every token, ticket and session key that was handed out, by what it is. */
  secrets(): ReadonlyMap<string, string>
  close(): Promise<void>
}

const IN_QUERIES = ['code', 'js_code', 'access_token', 'refresh_token', 'secret']
const IN_ANSWERS = ['access_token', 'refresh_token', 'session_key', 'ticket', 'sdk_ticket', 'wx_code']

/** @param target where WeChat really is */
export async function startWiretap(target: string): Promise<Wiretap> {
  const found = new Map<string, string>()
  const keep = (what: string, value: unknown) => {
    const known = [...found.values()].includes(String(value))
    if (typeof value === 'string' && value.length >= 8 && !known) found.set(`${what} ${found.size}`, value)
  }

  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '', target)
    const body = await textOf(req)
    for (const name of IN_QUERIES) keep(name, url.searchParams.get(name))
    for (const name of IN_QUERIES) keep(name, fieldsOf(body)[name])
    try {
      const { method = 'GET', headers } = req
      const type = headers['content-type']
      const answer = await fetch(url, {
        method,
        ...(body === '' ? {} : { body }),
        ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      })
      const text = await answer.text()
      for (const name of IN_ANSWERS) keep(name, fieldsOf(text)[name])
      const poll = /window\.wx_code='([^']+)'/.exec(text)?.[1]
      keep('wx_code', poll)
      res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text)
    } catch {
      req.socket.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: () => found,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
