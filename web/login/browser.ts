// The login page's ports in a real browser.

import * as z from 'zod/mini'
import { type BeginTicket, type Redeem, Redeemed, SignedIn, SiteConfig } from '#shared/api.js'
import { METHODS, type Method, TicketBegun, TicketRead } from '#shared/ticket.js'
import type { Http } from '../http.js'
import type { Language } from '../language.js'
import { safeAddress } from '../safe-address.js'
import { browserTimers, onBrowserWake, openBrowserSocket } from '../world.js'
import { isPhone } from './offer.js'
import type { Agreements, Asked, Keep, LoginApi, LoginPorts } from './ports.js'
import { readTold, type Told } from './told.js'

const KEY = 'saoma.ticket'
const AGREED = 'saoma.agreed'
const TICKED = 'saoma.ticked'
/** Longer than any ticket lives: a confirmed one waits a day for a laptop that sleeps. */
const FORGET_MS = 25 * 3_600_000
const KeptShape = z.object({
  ticketId: z.string(),
  method: z.enum(METHODS),
  attempt: z.string(),
  returnTo: z.nullable(z.string()),
  begunAt: z.number(),
})

/** Everything `createLogin` needs. Takes the one-time parameters out of the address bar. */
export function browserPorts(http: Http, language: () => Language): LoginPorts {
  const asked = takeAsked()
  const told = readTold(document.querySelector('meta[name="saoma-told"]')?.getAttribute('content'))
  return {
    api: loginApi(http, asked, told, language),
    openSocket: openBrowserSocket,
    onWake: onBrowserWake,
    timers: browserTimers,
    keep: sessionKeep,
    agreements: browserAgreements,
    asked,
    newAttempt: () => base64url(crypto.getRandomValues(new Uint8Array(32))),
    leave: (to) => location.replace(safeAddress(to) ?? '/account'),
  }
}

function takeAsked(): Asked {
  const query = new URLSearchParams(location.search)
  const asked: Asked = {
    ticket: query.get('ticket'),
    method: query.get('method'),
    returnTo: query.get('returnTo'),
    app: query.get('app'),
    onPhone: isPhone(navigator.userAgent),
    origin: location.origin,
    path: location.pathname + location.search,
  }
  if (asked.ticket !== null) history.replaceState(null, '', location.pathname)
  return asked
}

function loginApi(http: Http, asked: Asked, told: Told | null, language: () => Language): LoginApi {
  const ticketPath = (id: string): string => `/api/tickets/${encodeURIComponent(id)}`
  // The app asked for is of one kind: it goes with the method that the page opened on, not with the others.
  let first: Method | null = null
  let nobody = told?.signedIn === false
  return {
    async config(signal) {
      if (told) return { ok: true, value: told.config }
      return http({ method: 'GET', path: '/api/config', schema: SiteConfig, signal })
    },
    async session(signal) {
      const asWasTold = nobody
      // Somebody may have signed in since, in another tab.
      nobody = false
      if (asWasTold) return { ok: false, code: 'signed_out' }
      return http({ method: 'GET', path: `/api/session${returnToQuery(asked)}`, schema: SignedIn, signal })
    },
    begin(method, signal) {
      first ??= method
      const body: BeginTicket = {
        method,
        language: language(),
        ...(asked.returnTo === null ? {} : { returnTo: asked.returnTo }),
        ...(asked.app === null || method !== first ? {} : { app: asked.app }),
      }
      return http({ method: 'POST', path: '/api/tickets', schema: TicketBegun, body, signal })
    },
    read: (id, signal) => http({ method: 'GET', path: ticketPath(id), schema: TicketRead, signal }),
    redeem(id, attempt, consent, signal) {
      const body: Redeem = { attempt, ...(consent === null ? {} : { consent }) }
      return http({ method: 'POST', path: `${ticketPath(id)}/redeem`, schema: Redeemed, body, signal })
    },
    abandon: (id) => void http({ method: 'DELETE', path: ticketPath(id), schema: null }),
  }
}

function returnToQuery({ returnTo }: Asked): string {
  return returnTo === null ? '' : `?${new URLSearchParams({ returnTo })}`
}

/** This tab's storage. A browser that refuses it loses a reload's comfort and nothing else. */
const sessionKeep: Keep = {
  load() {
    try {
      const kept = KeptShape.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? ''))
      return kept.success && Date.now() - kept.data.begunAt < FORGET_MS ? kept.data : null
    } catch {
      return null
    }
  },
  save(kept) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ ...kept, begunAt: Date.now() }))
    } catch {}
  },
  clear() {
    try {
      sessionStorage.removeItem(KEY)
    } catch {}
  },
}

/** Which texts were agreed to says nothing of whom: it is kept for the next visitor's sake, too, and opens nothing. */
const browserAgreements: Agreements = {
  load() {
    try {
      return localStorage.getItem(AGREED)
    } catch {
      return null
    }
  },
  save(version) {
    try {
      localStorage.setItem(AGREED, version)
    } catch {}
  },
  ticked() {
    try {
      return sessionStorage.getItem(TICKED)
    } catch {
      return null
    }
  },
  tick(version) {
    try {
      if (version === null) sessionStorage.removeItem(TICKED)
      else sessionStorage.setItem(TICKED, version)
    } catch {}
  },
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}
