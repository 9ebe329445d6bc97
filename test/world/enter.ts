// Whole logins by every door there is, and what only their owners hold afterwards.
import type { AppLoggedIn } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import type { World } from '../world.js'
import type { Answer, createBrowser } from './browser.js'
import { callAsProgram } from './native-app.js'
import { newAttempt } from './pc.js'

export const DOORS = ['website', 'relay', 'official', 'scene', 'sdk', 'mobile', 'mini-program'] as const
export type Door = (typeof DOORS)[number]

export interface Entered {
  readonly accountId: string
  /** Every secret of this login that the visitor's side knows, by what it is. */
  readonly secrets: ReadonlyMap<string, string>
  /** A call as whoever is signed in now. */
  request(path: string, method?: string): Promise<Answer>
}

const PATIENCE_MS = 10_000

/** As much of a world as a visitor sees. */
export type Visited = Pick<World, 'publicUrl' | 'connectTo' | 'wechat' | 'pc' | 'phone'>

/** `person` logs in by `door`, from the first click to the session. @throws when they are not let in */
export async function enterBy(world: Visited, door: Door, person: string): Promise<Entered> {
  const secrets = new Map<string, string>()
  const attempt = newAttempt()
  const keep = (what: string, value: string | null | undefined) => {
    if (value) secrets.set(`${what} (${door})`, value)
  }
  const keepLinks = (links: readonly string[]) => {
    for (const link of links) {
      const { searchParams } = new URL(link, world.publicUrl)
      for (const name of ['code', 'state']) keep(`${name} ${secrets.size}`, searchParams.get(name))
    }
  }

  if (door === 'mobile' || door === 'mini-program') {
    const app = door === 'mobile' ? 'app' : 'mini'
    const code = await world.wechat.code(app, person)
    const json = { app, code, attempt }
    const answer = await callAsProgram(world, `/api/login/${door}`, { method: 'POST', json })
    const { account, token } = answer.json<AppLoggedIn>()
    for (const [what, value] of Object.entries({ code, attempt, token })) keep(what, value)
    return { accountId: account.id, secrets, request: byToken(world, token) }
  }
  keep('attempt', attempt)
  if (door === 'sdk') {
    const json = { method: 'sdk', client: 'native' }
    const begun = (await callAsProgram(world, '/api/tickets', { method: 'POST', json })).json<TicketBegun>()
    const headers = { authorization: `Ticket ${begun.secret}` }
    const address = `/api/tickets/${begun.ticket.id}`
    const read = async () => (await callAsProgram(world, address, { headers })).json<TicketRead>()
    let scanned = false
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      const { ticket, qr } = await read()
      const { status } = ticket
      if (status === 'confirmed') break
      // WeChat may take its time over the code.
      if (qr !== null && !scanned) await world.wechat.confirmScan(qr.content, person)
      scanned ||= qr !== null
      const over = status !== 'pending' && status !== 'scanned'
      if (over || Date.now() > deadline) throw new Error(`not let in: ${status}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const redeem = { method: 'POST', json: { attempt }, headers }
    const { account, token } = (await callAsProgram(world, `${address}/redeem`, redeem)).json<AppLoggedIn>()
    keep('ticket secret', begun.secret)
    keep('token', token)
    return { accountId: account.id, secrets, request: byToken(world, token) }
  }
  if (door === 'official') {
    const phone = world.phone(person)
    const trail: string[] = []
    await phone.follow('/wechat/login/mp?scope=snsapi_userinfo', trail)
    keepLinks(trail)
    return entered(phone.browser)
  }

  const pc = world.pc()
  const begun = (await pc.browser.post('/api/tickets', { method: door })).json<TicketBegun>()
  const { id } = begun.ticket
  const read = await pc.ticket(id)
  if (door === 'website') {
    keepLinks([begun.embedUrl ?? '', begun.redirectUrl ?? ''])
    const scan = await world.wechat.websiteScan(begun, person)
    keep('code', scan.code)
    await pc.arriveInFrame(scan)
  } else {
    const phone = world.phone(person)
    const trail: string[] = []
    const link = door === 'scene' ? (await world.wechat.scanScene(read.qr?.content ?? '', person)).link : null
    await phone.follow(link === null ? `/t/${id}` : link.slice(world.publicUrl.length), trail)
    const { needsExplicit } = (await phone.question(id)).json<{ needsExplicit: string | null }>()
    if (needsExplicit !== null) await phone.follow(needsExplicit, trail)
    await phone.confirm(id, begun.matchNumber)
    keepLinks(trail)
    keep('phone secret', phone.browser.cookie('phone'))
  }
  await pc.signIn(id, attempt)
  return entered(pc.browser)

  async function entered(browser: ReturnType<typeof createBrowser>): Promise<Entered> {
    keep('browser secret', browser.cookie('browser'))
    keep('session', browser.cookie('session'))
    const request: Entered['request'] = (path, method = 'GET') => browser.request(path, { method })
    const { account } = (await request('/api/session')).json<{ account: { id: string } }>()
    return { accountId: account.id, secrets, request }
  }
}

function byToken(world: Visited, token: string): Entered['request'] {
  const headers = { authorization: `Bearer ${token}` }
  return (path, method = 'GET') => callAsProgram(world, path, { method, headers })
}
