// Somebody has a photo of the code: its ticket's id, and not the cookie. Everything that can be tried with it, many times.
import { randomBytes } from 'node:crypto'
import { type Answer, createBrowser } from '../world/browser.js'
import { newAttempt } from '../world/pc.js'
import { openSocket } from '../world/socket.js'
import type { World } from '../world.js'

const secret = (): string => randomBytes(32).toString('base64url')

/** Tickets in every state there is, and some that never were. The same strangers try all of them. */
export async function tickets(world: World): Promise<readonly string[]> {
  const pending = await world.pc().begin('relay')
  const attachedPc = world.pc()
  const attached = await attachedPc.begin('relay')
  await attachedPc.ticket(attached.ticket.id)
  const scannedPc = world.pc()
  const scanned = await scannedPc.begin('relay')
  await scannedPc.ticket(scanned.ticket.id)
  await world.phone(await world.wechat.newPerson()).scan(scanned.ticket.id)
  const confirmed = await world.confirmed('relay', await world.wechat.newPerson())
  const website = await world.confirmed('website', await world.wechat.newPerson())
  const redeemed = await world.signedIn('relay', await world.wechat.newPerson())
  const cancelledPc = world.pc()
  const cancelled = await cancelledPc.begin('website')
  await cancelledPc.cancel(cancelled.ticket.id)
  const real = [pending, attached, scanned, confirmed.begun, website.begun, redeemed.begun, cancelled].map(
    ({ ticket }) => ticket.id,
  )
  const [first = ''] = real
  const forged = [
    ...real.map((id) => id.slice(0, -1) + (id.endsWith('A') ? 'B' : 'A')),
    first.toUpperCase(),
    first.toLowerCase(),
    `${first}A`,
    first.slice(0, -1),
    `tkt_${'A'.repeat(60)}`,
    `tkt_${randomBytes(45).toString('base64url')}`,
    'tkt_',
    '%00',
    '__proto__',
  ]
  return [...real, ...forged]
}

export type Try = 'attach' | 'poll' | 'redeem' | 'cancel' | 'question' | 'confirm'
export const TRIES: readonly Try[] = ['attach', 'poll', 'redeem', 'cancel', 'question', 'confirm']

/** What a stranger may hold: nothing, an honest cookie of their own, one made up, two, a program's word, all of it. */
async function disguises(world: World): Promise<readonly Record<string, string>[]> {
  const own = world.pc()
  await own.begin('relay')
  return [
    {},
    { cookie: own.browser.cookieHeader() },
    { cookie: `saoma-browser=${secret()}; saoma-phone=${secret()}` },
    { cookie: `saoma-browser=${secret()}; saoma-browser=${secret()}` },
    { cookie: 'saoma-browser=__proto__; saoma-phone=' },
    { authorization: `Ticket ${secret()}`, origin: '' },
    { authorization: `Bearer ${secret()}`, origin: '' },
    { cookie: `saoma-session=${secret()}; saoma-browser=${secret()}; saoma-phone=${secret()}` },
  ]
}

export interface Tried {
  readonly what: Try
  readonly status: number
  /** All that the stranger sees, but for the request's own id, the date and what a cookie of their own would be. */
  readonly seen: string
}

/** `count` tries in all, over every way, every ticket and every disguise in turn. */
export async function foreignClaims(world: World, ids: readonly string[], count: number): Promise<Tried[]> {
  const clothes = await disguises(world)
  const tried: Tried[] = []
  for (let n = 0; n < count; n += 40) {
    const batch = Array.from({ length: Math.min(40, count - n) }, (_, i) => n + i)
    tried.push(
      ...(await Promise.all(
        batch.map((k) => {
          const what = TRIES[k % TRIES.length] ?? 'poll'
          const id = ids[Math.floor(k / TRIES.length) % ids.length] ?? ''
          const headers = clothes[Math.floor(k / (TRIES.length * ids.length)) % clothes.length] ?? {}
          return attempt(world, what, id, headers)
        }),
      )),
    )
  }
  return tried
}

async function attempt(world: World, what: Try, id: string, headers: Record<string, string>): Promise<Tried> {
  if (what === 'attach') {
    const { cookie = '', ...more } = headers
    // A program's word that is not believed makes it a page without an origin; with one, its word does not count.
    const { origin: _origin, ...words } = more
    const live = await openSocket(world, cookie, words)
    live.send({ type: 'watch', ticket: id })
    const { code, reason } = await live.closed
    return { what, status: code, seen: JSON.stringify([code, reason, live.received]) }
  }
  const browser = createBrowser(world)
  const sent = { headers }
  const path = `/api/tickets/${id}`
  const ask: Record<Exclude<Try, 'attach'>, () => Promise<Answer>> = {
    poll: () => browser.get(path, sent),
    redeem: () => browser.post(`${path}/redeem`, { attempt: newAttempt() }, sent),
    cancel: () => browser.delete(path, sent),
    question: () => browser.get(`/api/confirmations/${id}`, sent),
    confirm: () => browser.post(`/api/confirmations/${id}`, { decision: 'confirm', matchNumber: '47' }, sent),
  }
  const answer = await ask[what]()
  return { what, status: answer.status, seen: seen(answer) }
}

function seen({ status, headers, text }: Answer): string {
  const requestId = headers.get('x-request-id') ?? ''
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name))
  return JSON.stringify([status, kept, text.replace(requestId, 'req_')])
}
