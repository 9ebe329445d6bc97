// Every door that the simulator has, walked through from its beginning to the session, over HTTP.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppLoggedIn, Redeemed, SignedIn } from '#shared/api.js'
import type { TicketBegun, TicketRead } from '#shared/ticket.js'
import type { Answer, Site } from './browser.js'
import { callAsProgram } from './native-app.js'
import { createPc, type Pc } from './pc.js'
import { createPhone } from './phone.js'
import type { SimulatorControl } from './simulator.js'

/** What came of it: the account, or the code or reason for which there is none. */
export type Entered = { readonly account: string; readonly token?: string } | { readonly refused: string }

export type Door = (site: Site, wechat: SimulatorControl, person: string) => Promise<Entered>

const WAIT_MS = 10_000

export const EVERY_DOOR = {
  async website(site, wechat, person) {
    const pc = createPc(site)
    const begun = await pc.begin('website')
    const { posted } = await pc.arriveInFrame(await wechat.websiteScan(begun, person))
    return posted.status === 200 ? redeemed(pc, begun.ticket.id) : { refused: posted.code ?? posted.text }
  },
  relay: (site, _wechat, person) =>
    byOurPage(site, person, async (pc, begun) => {
      await pc.ticket(begun.ticket.id)
      return `/t/${begun.ticket.id}`
    }),
  scene: (site, wechat, person) =>
    byOurPage(
      site,
      person,
      async (pc, { ticket }) => {
        const { link } = await wechat.scanScene(await codeOf(pc, ticket.id), person)
        return new URL(link ?? site.publicUrl).pathname
      },
      'scene',
    ),
  async sdk(site, wechat, person) {
    const pc = createPc(site)
    const { ticket } = (await pc.browser.post('/api/tickets', { method: 'sdk' })).json<TicketBegun>()
    await wechat.confirmScan(await codeOf(pc, ticket.id), person)
    return redeemed(pc, ticket.id)
  },
  silent: (site, _wechat, person) => inside(site, person, '/wechat/login/mp'),
  official: (site, _wechat, person) => inside(site, person, '/wechat/login/mp?scope=snsapi_userinfo'),
  otherOfficial: (site, _wechat, person) => inside(site, person, '/wechat/login/mp2?scope=snsapi_userinfo'),
  mobile: (site, wechat, person) => byApp(site, wechat, person, 'mobile', 'app'),
  miniProgram: (site, wechat, person) => byApp(site, wechat, person, 'mini-program', 'mini'),
} as const satisfies Record<string, Door>

export type DoorName = keyof typeof EVERY_DOOR
export const DOOR_NAMES = Object.keys(EVERY_DOOR) as readonly DoorName[]

async function byOurPage(
  site: Site,
  person: string,
  linkOf: (pc: Pc, begun: TicketBegun) => Promise<string>,
  method: 'relay' | 'scene' = 'relay',
): Promise<Entered> {
  const pc = createPc(site)
  const begun = (await pc.browser.post('/api/tickets', { method })).json<TicketBegun>()
  const phone = createPhone(site, person)
  await phone.follow(await linkOf(pc, begun))
  const { id } = begun.ticket
  const asked = await phone.question(id)
  if (asked.status !== 200) return { refused: asked.code ?? asked.text }
  const { needsExplicit } = asked.json<{ needsExplicit: string | null }>()
  if (needsExplicit !== null) await phone.follow(needsExplicit)
  const confirmed = await phone.confirm(id, begun.matchNumber)
  if (confirmed.status !== 200) return { refused: (await pc.ticket(id)).ticket.reason ?? confirmed.code ?? '' }
  return redeemed(pc, id)
}

async function inside(site: Site, person: string, address: string): Promise<Entered> {
  const phone = createPhone(site, person)
  const end = await phone.follow(address)
  const session = await phone.browser.get('/api/session')
  if (session.status === 200) return { account: session.json<SignedIn>().account.id }
  return { refused: /"saoma-notice" content="(\w+)"|<p>(\w+)<\/p>/.exec(end.text)?.slice(1).find(Boolean) ?? end.text }
}

async function byApp(
  site: Site,
  wechat: SimulatorControl,
  person: string,
  path: string,
  app: string,
): Promise<Entered> {
  const json = { app, code: await wechat.code(app, person), attempt: randomBytes(24).toString('base64url') }
  return entered(await callAsProgram(site, `/api/login/${path}`, { method: 'POST', json }))
}

/** The code that WeChat made for this page's ticket. */
async function codeOf(pc: Pc, id: string): Promise<string> {
  const read = await until(pc, id, ({ qr, ticket }) => qr !== null || ticket.status !== 'pending')
  if (read.qr === null) throw new Error(`no code: ${JSON.stringify(read.ticket)}`)
  return read.qr.content
}

async function redeemed(pc: Pc, id: string): Promise<Entered> {
  const over = (status: string) => status !== 'pending' && status !== 'scanned'
  const { ticket } = await until(pc, id, (read) => over(read.ticket.status))
  if (ticket.status !== 'confirmed') return { refused: ticket.reason ?? ticket.status }
  return entered(await pc.redeem(id))
}

async function until(pc: Pc, id: string, enough: (read: TicketRead) => boolean): Promise<TicketRead> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const read = await pc.ticket(id)
    if (enough(read)) return read
    if (Date.now() > deadline) throw new Error(`nothing came: ${JSON.stringify(read.ticket)}`)
    await sleep(20)
  }
}

function entered(answer: Answer): Entered {
  if (answer.status !== 200) return { refused: answer.code ?? answer.text }
  const { account, token } = answer.json<AppLoggedIn | Redeemed>()
  return { account: account.id, ...(token === undefined ? {} : { token }) }
}
