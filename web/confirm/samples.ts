// Development only: every state of the page at `?state=NAME`, without a server. No build for production contains this.
import { createMachine } from '../machine.js'
import type { ConfirmMachine } from './machine.js'
import { type Asking, type ConfirmEvent, type ConfirmState, reduce } from './state.js'

const site = { name: '示例站点', logoUrl: null, agreementUrl: '/terms', privacyUrl: '/privacy' }
const asking: Asking = {
  name: 'asking',
  question: {
    site,
    status: 'scanned',
    reason: null,
    device: { browser: 'Chrome 142', os: 'Windows 11', address: '203.0.113.24', place: '上海' },
    requestedAt: 0,
    serverTime: 23_000,
    expiresAt: 120_000,
    person: { nickname: '林小满', avatarUrl: '' },
    needsExplicit: null,
    elsewhere: false,
    consent: null,
  },
  seenAt: 0,
  digits: '',
  agreed: false,
  armed: true,
  sending: null,
  wrong: 0,
  problem: null,
}

const { device } = asking.question
const phone = { browser: 'Safari 18', os: 'iOS 18', address: '203.0.113.24', place: '上海' }

export const samples: Readonly<Record<string, ConfirmState>> = {
  loading: { name: 'loading' },
  asking,
  elsewhere: { ...asking, question: { ...asking.question, elsewhere: true } },
  typed: { ...asking, digits: '47' },
  wrong: { ...asking, wrong: 1, problem: 'match_number_wrong' },
  consent: { ...asking, digits: '47', question: { ...asking.question, consent: '2026-11-01' } },
  consented: { ...asking, digits: '47', agreed: true, question: { ...asking.question, consent: '2026-11-01' } },
  explicit: { ...asking, question: { ...asking.question, needsExplicit: 'https://example.org/' } },
  sending: { ...asking, digits: '47', sending: 'confirm' },
  fromPhone: { ...asking, question: { ...asking.question, device: phone } },
  confirmed: { name: 'ended', end: 'confirmed', reason: null, site, device },
  confirmedFromPhone: { name: 'ended', end: 'confirmed', reason: null, site, device: phone },
  denied: { name: 'ended', end: 'denied', reason: null, site, device },
  expired: { name: 'ended', end: 'expired', reason: null, site, device },
  failed: { name: 'ended', end: 'failed', reason: 'match_number_wrong', site, device },
  lost: { name: 'lost', code: 'ticket_unknown' },
  network: { name: 'lost', code: 'network' },
}

/** A machine that stands in the state that `search` names, or null if it names none. */
export function sampleMachine(search: string): ConfirmMachine | null {
  const initial = samples[new URLSearchParams(search).get('state') ?? '']
  return initial ? createMachine<ConfirmState, ConfirmEvent>({ initial, reduce, task: () => null }) : null
}
