// Requests that carry a secret where none belongs: in the query, the path, the headers, the body, a message on the socket.
import { readFileSync } from 'node:fs'
import type { Site } from '../world/browser.js'
import { createBrowser } from '../world/browser.js'
import { openSocket } from '../world/socket.js'
import { exchange, handshake } from './raw.js'

/** Every route, as app.ts lists them. */
export const ROUTES = [
  ...readFileSync(new URL('../../server/app.ts', import.meta.url), 'utf8').matchAll(
    /(?:router|login)\.(get|post|delete)\('([^']+)'/g,
  ),
].map(([, method = '', path = '']) => ({ method: method.toUpperCase(), path }))

const HEADERS = [
  ...['authorization', 'cookie', 'referer', 'user-agent', 'accept-language', 'x-forwarded-for', 'x-request-id'],
  ...['if-none-match', 'content-type', 'sec-fetch-site', 'origin'],
]

/** How a secret may have been written down on its way here. */
export function writings(secret: string): string[] {
  return [secret, Buffer.from(secret, 'base64')]
    .flatMap((one) => {
      const bytes = Buffer.from(one)
      return [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
    })
    .concat(secret, encodeURIComponent(secret))
}

/** Sends every writing of one secret after another to every route, in every place. @returns how many requests it were */
export async function carryEverywhere(site: Site, secrets: readonly string[]): Promise<number> {
  const all = secrets.flatMap(writings)
  let sent = 0
  const next = () => all[sent++ % all.length] ?? ''
  const browser = createBrowser(site)
  const cookies = false
  for (const { method, path } of [...ROUTES, { method: 'PUT', path: '/nothing/:id/there' }]) {
    const address = path.replace(':app', 'pc').replace(':id', 'tkt_x')
    const withBody = method === 'GET' ? {} : { json: {} }
    for (const name of ['code', 'state', 'access_token', 'x']) {
      await browser.request(`${address}?${name}=${encodeURIComponent(next())}`, { method, cookies, ...withBody })
    }
    for (const place of [path.replace(/:\w+/, ''), '/', '/api/', '/assets/']) {
      const end = place.endsWith('/') ? '' : '/'
      await browser.request(`${place}${end}${encodeURIComponent(next())}`, { method, cookies, ...withBody })
      await browser.request(`${place}${end}${next().replace(/^\/+|%/g, '')}/x`, { method, cookies, ...withBody })
    }
    for (const name of HEADERS) {
      const value = name === 'cookie' ? `saoma-session=${next()}; x=${next()}` : `Bearer ${next()}`
      await browser.request(address, { method, cookies, ...withBody, headers: { [name]: value } })
    }
    if (method === 'GET') continue
    for (const type of ['application/json', 'text/xml', 'text/plain']) {
      for (const body of [
        JSON.stringify({ [next()]: next() }),
        JSON.stringify({ code: [next()], attempt: { [next()]: next() }, method: next(), decision: next() }),
        `{"code":"${next()}",`,
        `<xml><${next().replace(/\W/g, '')}>${next()}</xml>`,
        next().repeat(200),
      ]) {
        await browser.request(address, { method, cookies, body, headers: { 'content-type': type } })
      }
    }
  }
  for (let n = 0; n < 20; n += 1) {
    // What Node itself answers, and what the upgrade refuses.
    await exchange(site, `GET /?${next()} HTTP/1.1\r\n${next()}\r\n\r\n`)
    await exchange(site, `${next()} / HTTP/1.1\r\nHost: x\r\n\r\n`)
    await exchange(site, `GET / HTTP/1.1\r\nHost: x\r\nX: ${next().repeat(300)}\r\n\r\n`)
    await exchange(site, handshake(site, { 'sec-websocket-protocol': next() }))
    await exchange(site, handshake(site, { origin: `https://${next()}` }, `GET /api/live?token=${next()} HTTP/1.1`))
    for (const message of [
      { type: 'watch', ticket: next() },
      { type: next() },
      { type: 'session', [next()]: next() },
    ]) {
      const live = await openSocket(site, '')
      live.send(message)
      await live.closed
    }
    const live = await openSocket(site, '')
    live.raw(`{"type":"${next()}`)
    await live.closed
  }
  return sent
}
