// Development only: every state of the page at `?state=NAME`, without a server. No build for production contains this.

import type { Method, TicketStatus } from '#shared/ticket.js'
import { createMachine } from '../machine.js'
import type { LoginMachine } from './machine.js'
import { offered } from './offer.js'
import { initialLogin, type LoginEvent, type LoginState, type Phase, reduce, type Shown } from './state.js'

const person = { nickname: '林小满', avatarUrl: '' }
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path fill="#fff" d="M0 0h29v29H0z"/><path fill="#000" d="M4 4h7v7H4zM18 4h7v7h-7zM4 18h7v7H4zM14 14h3v3h-3z"/></svg>'

function shown(method: Method, status: TicketStatus): Shown {
  const scannedBy = status === 'pending' ? null : person
  const frame = method === 'website' ? 'about:blank' : null
  return {
    ticket: { id: 'sample', method, status, version: 1, expiresAt: 90_000, serverTime: 0, scannedBy, reason: null },
    attempt: 'sample',
    qr: frame ? null : { content: 'https://example.org/t/sample', svg },
    embedUrl: frame,
    redirectUrl: frame,
    matchNumber: frame ? null : '47',
    deadline: performance.now() + 68_000,
    span: 90_000,
  }
}

const calm = { renewals: 0, strikes: 0, link: 'live' } as const
const relay = shown('relay', 'pending')
const scene = shown('scene', 'pending')
const followed = shown('scene', 'scanned')

export const samples: Readonly<Record<string, Phase>> = {
  starting: { name: 'starting' },
  unreachable: { name: 'unreachable', code: 'network', method: null, waitMs: 0 },
  limited: { name: 'unreachable', code: 'too_many_requests', method: 'relay', waitMs: 40_000 },
  beginning: { name: 'beginning', method: 'relay', renewals: 0, strikes: 0, previous: null, abandoned: null },
  pending: { name: 'watching', shown: relay, ...calm },
  website: { name: 'watching', shown: shown('website', 'pending'), ...calm },
  offline: { name: 'watching', shown: relay, ...calm, link: 'offline' },
  stale: { name: 'stale', shown: relay },
  scanned: { name: 'watching', shown: shown('relay', 'scanned'), ...calm },
  scene: { name: 'watching', shown: scene, ...calm },
  fetching: { name: 'watching', shown: { ...scene, qr: null }, ...calm },
  followed: { name: 'watching', shown: { ...followed, ticket: { ...followed.ticket, scannedBy: null } }, ...calm },
  websiteConsent: { name: 'watching', shown: shown('website', 'pending'), ...calm },
  consent: { name: 'consent', shown: shown('website', 'confirmed') },
  inWechat: { name: 'inWechat' },
  redeeming: { name: 'redeeming', shown: shown('relay', 'confirmed'), struggling: false },
  struggling: { name: 'redeeming', shown: shown('relay', 'confirmed'), struggling: true },
  signedIn: {
    name: 'signedIn',
    method: 'relay',
    returnTo: '/',
    account: { id: 'acc_sample', createdAt: 0, ...person },
  },
  known: {
    name: 'known',
    returnTo: '/',
    account: { id: 'acc_sample', createdAt: 0, ...person },
    next: { name: 'watching', shown: relay, ...calm },
  },
  denied: { name: 'over', method: 'relay', end: { kind: 'denied', reason: 'refused_on_phone', person } },
  expired: { name: 'over', method: 'relay', end: { kind: 'expired', reason: null } },
  failed: { name: 'over', method: 'relay', end: { kind: 'failed', reason: 'platform_unreachable' } },
  codeless: { name: 'over', method: 'scene', end: { kind: 'codeless', reason: 'platform_unreachable' } },
  error: { name: 'over', method: 'relay', end: { kind: 'error', code: 'return_to_refused' } },
  cookies: { name: 'over', method: 'relay', end: { kind: 'cookies' } },
}

/** A machine in the state that `search` names, as a phone's with `&phone=1`, or null if it names none. */
export function sampleMachine(search: string): LoginMachine | null {
  const query = new URLSearchParams(search)
  const onPhone = query.has('phone')
  const phase = samples[query.get('state') ?? '']
  if (!phase) return null
  const methods: readonly Method[] = ['website', 'relay', 'official', 'sdk', 'scene']
  const site = {
    name: '示例站点',
    logoUrl: null,
    agreementUrl: '/terms',
    privacyUrl: '/privacy',
    agreementVersion: /consent/i.test(query.get('state') ?? '') ? '2026-11-01' : null,
    icp: '京ICP备00000000号',
  }
  const initial: LoginState = {
    ...initialLogin,
    config: {
      site,
      publicUrl: location.origin,
      methods: [...methods],
      languages: ['zh', 'en'],
      simulator: 'http://127.0.0.1:3001',
    },
    methods: offered(methods, onPhone),
    onPhone,
    wechatLink: onPhone ? `${location.origin}/login` : null,
    saved: query.get('saved'),
    phase,
  }
  return createMachine<LoginState, LoginEvent>({ initial, reduce, task: () => null })
}
