// The tickets of the limit: plain objects in memory, lost with the process. The checks are Saoma's: whose secret it is,
// whose state, one use of each, and until when.
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export const PENDING_MS = { website: 600_000, relay: 90_000 }
export const SCANNED_MS = 120_000
export const CONFIRMED_MS = 24 * 3_600_000
const MATCH_TRIES = 3

/** What is wrong, by the name and the status that Saoma gives it. */
export class Refusal extends Error {
  constructor(status, code) {
    super(code)
    this.status = status
    this.code = code
  }
}

export const hashOf = (...parts) => createHash('sha256').update(parts.join('\n')).digest('base64url')
export const newSecret = () => randomBytes(32).toString('base64url')

function same(hash, secret) {
  return hash !== null && secret !== undefined && timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(secret)))
}

/** @param {{ clock: () => number, announce: (ticket: object) => void }} deps */
export function createTickets({ clock, announce }) {
  const tickets = new Map()
  const states = new Map()
  const codes = new Set()

  function move(ticket, change) {
    Object.assign(ticket, change)
    ticket.version += 1
    announce(ticket)
  }

  /** Past its time it has expired, and nothing else can become of it. */
  function settle(ticket) {
    const open = ticket.status === 'pending' || ticket.status === 'scanned' || ticket.status === 'confirmed'
    if (open && ticket.expiresAt <= clock()) move(ticket, { status: 'expired' })
    return ticket
  }

  function mintState(ticket, purpose, holderHash) {
    const state = randomBytes(24).toString('hex')
    states.set(hashOf(state), { ticket, purpose, holderHash, outcome: null })
    return state
  }

  return {
    begin(method, secret) {
      const now = clock()
      const ticket = {
        id: `tkt_${randomBytes(45).toString('base64url')}`,
        ...{ method, status: 'pending', version: 1, createdAt: now, expiresAt: now + PENDING_MS[method] },
        ...{ browserHash: hashOf(secret), phoneHash: null, proof: null, account: null, attempt: null, tries: 0 },
        matchNumber: method === 'relay' ? String(randomInt(100)).padStart(2, '0') : null,
      }
      tickets.set(ticket.id, ticket)
      return { ticket, state: method === 'website' ? mintState(ticket, 'website', ticket.browserHash) : null }
    },

    /** The browser's own ticket. @throws Refusal */
    own(id, secret) {
      const ticket = tickets.get(id)
      if (!ticket || !same(ticket.browserHash, secret)) throw new Refusal(404, 'ticket_unknown')
      return settle(ticket)
    },

    /** The link in the code, opened on a phone. @returns the state for WeChat */
    open(id, secret) {
      const ticket = tickets.get(id)
      if (ticket?.method !== 'relay') throw new Refusal(404, 'ticket_unknown')
      if (settle(ticket).status === 'expired') throw new Refusal(410, 'ticket_expired')
      if (ticket.phoneHash !== null && !same(ticket.phoneHash, secret)) throw new Refusal(409, 'scanned_elsewhere')
      return mintState(ticket, 'relay_base', hashOf(secret))
    },

    explicitState: (ticket) => mintState(ticket, 'relay_explicit', ticket.phoneHash),

    /** Whose answer this is. Each state and each code counts once. @throws Refusal */
    claim(state, code, appKey, { browser, phone }) {
      const claimed = states.get(hashOf(state))
      const secret = claimed?.purpose === 'website' ? browser : phone
      if (!claimed || !same(claimed.holderHash, secret)) throw new Refusal(400, 'state_invalid')
      if ((claimed.purpose === 'website' ? 'pc' : 'mp') !== appKey) throw new Refusal(400, 'state_invalid')
      if (claimed.outcome) return claimed
      const { ticket } = claimed
      if (settle(ticket).status === 'expired') throw new Refusal(400, 'state_expired')
      if (ticket.phoneHash !== null && ticket.phoneHash !== claimed.holderHash)
        throw new Refusal(409, 'scanned_elsewhere')
      const codeHash = hashOf(appKey, code)
      if (codes.has(codeHash)) throw new Refusal(409, 'code_used')
      codes.add(codeHash)
      return claimed
    },

    /** @param person null for one that WeChat has to ask first */
    scanned(ticket, phoneHash, openid, proof, person) {
      const again = ticket.status === 'scanned' && ticket.phoneHash === phoneHash && ticket.openid === openid
      const open = ticket.status === 'pending' || again
      if (!open) throw new Refusal(409, 'ticket_over')
      const expiresAt = clock() + SCANNED_MS
      move(ticket, { status: 'scanned', phoneHash, openid, proof, person, expiresAt })
    },

    /** The phone's own ticket. @throws Refusal */
    ofPhone(id, secret) {
      const ticket = tickets.get(id)
      if (!ticket || !same(ticket.phoneHash, secret)) throw new Refusal(404, 'ticket_unknown')
      return settle(ticket)
    },

    /** @throws Refusal when this is not what the PC shows; the third time ends the ticket */
    checkNumber(ticket, given) {
      if (given === ticket.matchNumber) return
      ticket.tries += 1
      if (ticket.tries >= MATCH_TRIES) move(ticket, { status: 'failed' })
      throw new Refusal(422, 'match_number_wrong')
    },

    confirmed(ticket, account) {
      if (ticket.status !== 'pending' && ticket.status !== 'scanned') throw new Refusal(409, 'ticket_over')
      move(ticket, { status: 'confirmed', account, expiresAt: clock() + CONFIRMED_MS })
    },

    failed: (ticket) => move(ticket, { status: 'failed' }),

    /** @throws Refusal; @returns true for the first time, false for the same attempt again */
    redeem(ticket, attempt) {
      const attemptHash = hashOf(ticket.id, attempt)
      if (ticket.status === 'redeemed' && ticket.attempt === attemptHash) return false
      if (ticket.status === 'redeemed') throw new Refusal(409, 'ticket_redeemed')
      if (ticket.status === 'expired') throw new Refusal(410, 'ticket_expired')
      if (ticket.status !== 'confirmed') throw new Refusal(409, 'ticket_not_confirmed')
      move(ticket, { status: 'redeemed', attempt: attemptHash })
      return true
    },

    view: ({ id, method, status, version, expiresAt, person = null }) => {
      return { id, method, status, version, expiresAt, serverTime: clock(), scannedBy: person, reason: null }
    },

    /** Forgets what is over: nothing here may grow without end. */
    sweep() {
      const now = clock()
      for (const [id, ticket] of tickets) if (ticket.expiresAt + 60_000 < now) tickets.delete(id)
      for (const [hash, { ticket }] of states) if (!tickets.has(ticket.id)) states.delete(hash)
      if (codes.size > 1_000_000) codes.clear()
    },
  }
}
