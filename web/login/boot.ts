// The first questions: what does this site offer, is somebody signed in already, and was this tab waiting for a ticket?
import type { SiteConfig } from '#shared/api.js'
import type { TicketRead } from '#shared/ticket.js'
import { askUntil } from '../attempts.js'
import { type Answer, mayRetry } from '../http.js'
import { wechatLink } from './offer.js'
import type { LoginPorts } from './ports.js'
import { show } from './show.js'
import type { LoginEvent, Shown } from './state.js'

type Start =
  | { readonly misplaced: string }
  | { readonly signedIn: true }
  | { readonly signedIn: false; readonly config: SiteConfig; readonly resumed: Shown | null }

/** Sends `booted`, `alreadyIn`, `misplaced` or `bootFailed`, once. */
export function bootTask(ports: LoginPorts, send: (event: LoginEvent) => void): () => void {
  const { asked } = ports
  return askUntil(ports.timers, (signal) => start(ports, signal), {
    done(answer) {
      if (!answer.ok) send({ type: 'bootFailed', code: answer.code, waitMs: answer.waitMs })
      else if ('misplaced' in answer.value) send({ type: 'misplaced', to: answer.value.misplaced })
      else if (answer.value.signedIn) send({ type: 'alreadyIn' })
      else
        send({
          type: 'booted',
          config: answer.value.config,
          resumed: answer.value.resumed,
          wanted: asked.method ?? ports.keep.load()?.method ?? null,
          wechatLink: wechatLink(answer.value.config, asked),
        })
    },
  })
}

async function start(ports: LoginPorts, signal: AbortSignal): Promise<Answer<Start>> {
  const { api, asked } = ports
  // Whoever says what they came for is not sent to their account instead.
  const plain = asked.ticket === null && asked.method === null && asked.returnTo === null
  const [config, session, resumed] = await Promise.all([
    api.config(signal),
    plain ? api.session(signal) : null,
    resume(ports, signal),
  ])
  if (config.ok && config.value.publicUrl !== asked.origin) {
    // Cookies and WeChat know one address only; under any other the server refuses whatever the page asks.
    return { ok: true, value: { misplaced: config.value.publicUrl + asked.path } }
  }
  if (session?.ok) return { ok: true, value: { signedIn: true } }
  if (!config.ok) return config
  if (!resumed.ok) return resumed
  return { ok: true, value: { signedIn: false, config: config.value, resumed: resumed.value } }
}

/** The ticket of before, if it is worth going on with. Fails only when asking again may help. */
async function resume(ports: LoginPorts, signal: AbortSignal): Promise<Answer<Shown | null>> {
  const { api, asked, keep } = ports
  const kept = keep.load()
  const ticketId = asked.ticket ?? kept?.ticketId
  if (ticketId === undefined) return { ok: true, value: null }
  const answer = await api.read(ticketId, signal)
  if (!answer.ok) return mayRetry(answer.code) ? answer : { ok: true, value: null }
  if (!worthResuming(answer.value, asked.ticket !== null)) return { ok: true, value: null }
  // A ticket leads where it was begun to lead: who asks for another place gets another ticket, unless this one is won.
  const elsewhere = asked.ticket === null && kept?.returnTo !== asked.returnTo
  if (elsewhere && answer.value.ticket.status !== 'confirmed') return { ok: true, value: null }
  const attempt = kept?.ticketId === ticketId ? kept.attempt : ports.newAttempt()
  keep.save({ ticketId, method: answer.value.ticket.method, attempt, returnTo: kept?.returnTo ?? null })
  return { ok: true, value: show({ ...answer.value, embedUrl: null, redirectUrl: null }, attempt, ports.timers.now()) }
}

function worthResuming({ ticket }: TicketRead, returned: boolean): boolean {
  switch (ticket.status) {
    case 'confirmed':
    case 'redeemed':
      return true
    case 'pending':
      // The addresses of WeChat's page are told once, when a ticket begins.
      return ticket.method !== 'website' && ticket.expiresAt > ticket.serverTime
    case 'scanned':
      return ticket.expiresAt > ticket.serverTime
    default:
      // Back from WeChat, the visitor is told how it ended. A reload simply wants a new code.
      return returned
  }
}
