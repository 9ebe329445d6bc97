// The login page: what every event makes of every state.
import { expect, test } from 'vitest'
import { samples } from '../../web/login/samples.js'
import {
  initialLogin,
  type LoginEvent,
  type LoginState,
  type Phase,
  reduce,
  type Shown,
} from '../../web/login/state.js'
import { everyEvent } from './every-event.js'
import { ada, site } from './login-world.js'

const shown = (samples.pending as Phase & { shown: Shown }).shown
const { ticket } = shown
const at = (phase: Phase): LoginState => ({
  ...initialLogin,
  config: { ...site, site: { ...site.site, agreementVersion: 'v1' } },
  methods: ['relay', 'website', 'scene'],
  ticked: 'v1',
  phase,
})

const STATES = Object.fromEntries(
  Object.entries({ ...samples, leaving: { name: 'leaving', to: '/' } as const }).map(([name, phase]) => [
    name,
    at(phase),
  ]),
)

/** Whatever can happen, each at least once. Tickets are the samples' own. */
const EVENTS = {
  booted: { type: 'booted', config: site, wanted: null, resumed: null, wechatLink: null },
  'booted, resumed': { type: 'booted', config: site, wanted: null, resumed: shown, wechatLink: null },
  bootFailed: { type: 'bootFailed', code: 'network' },
  alreadyIn: { type: 'alreadyIn' },
  known: { type: 'known', account: ada.account, returnTo: '/' },
  tick: { type: 'tick', on: false },
  agree: { type: 'agree' },
  goOn: { type: 'goOn' },
  somebodyElse: { type: 'somebodyElse' },
  misplaced: { type: 'misplaced', to: 'http://there/' },
  begun: { type: 'begun', shown },
  beginFailed: { type: 'beginFailed', code: 'network' },
  'beginFailed for good': { type: 'beginFailed', code: 'return_to_refused' },
  scanned: { type: 'seen', ticket: { ...ticket, version: 9, status: 'scanned' }, qr: null, now: 0 },
  confirmed: { type: 'seen', ticket: { ...ticket, version: 9, status: 'confirmed' }, qr: null, now: 0 },
  denied: { type: 'seen', ticket: { ...ticket, version: 9, status: 'denied' }, qr: null, now: 0 },
  expired: { type: 'seen', ticket: { ...ticket, version: 9, status: 'expired' }, qr: null, now: 0 },
  linked: { type: 'linked', link: 'polling' },
  unknown: { type: 'unknown' },
  struggling: { type: 'struggling' },
  redeemed: { type: 'redeemed', account: ada.account, returnTo: '/' },
  redeemFailed: { type: 'redeemFailed', code: 'ticket_expired' },
  'redeemFailed for want of consent': { type: 'redeemFailed', code: 'consent_required' },
  choose: { type: 'choose', method: 'website' },
  again: { type: 'again' },
  saved: { type: 'saved', ticketId: ticket.id },
  woke: { type: 'woke' },
} as const satisfies Record<string, LoginEvent>

function told({ phase, saved, ticked, known }: LoginState): string {
  const more = {
    method: 'method' in phase ? phase.method : null,
    status: 'shown' in phase && phase.name === 'watching' ? phase.shown.ticket.status : null,
    end: phase.name === 'over' ? phase.end.kind : null,
    link: phase.name === 'watching' && phase.link !== 'live' ? phase.link : null,
    struggling: phase.name === 'redeeming' && phase.struggling ? 'struggling' : null,
    to: phase.name === 'leaving' ? phase.to : null,
    saved: saved === null ? null : 'saved',
    unticked: ticked === null ? 'unticked' : null,
    known: known === null ? null : 'known',
  }
  return [phase.name, ...Object.values(more).filter((part) => part !== null)].join(' ')
}

test('every event in every state leads where it should', () => {
  expect(everyEvent(STATES, EVENTS, reduce, told)).toMatchInlineSnapshot(`
    "starting: booted → beginning relay, booted, resumed → watching pending joining, bootFailed → unreachable, alreadyIn → leaving /account, known → starting known, tick → starting unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → starting saved
    unreachable: alreadyIn → leaving /account, known → unreachable known, tick → unreachable unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → unreachable saved, woke → beginning relay
    limited: alreadyIn → leaving /account, known → unreachable relay known, tick → unreachable relay unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → unreachable relay saved, woke → beginning relay
    beginning: alreadyIn → leaving /account, known → known known, tick → beginning relay unticked, misplaced → leaving http://there/, begun → watching pending joining, beginFailed → unreachable relay, beginFailed for good → over relay error, choose → beginning website, again → beginning relay, saved → beginning relay saved
    pending: alreadyIn → leaving /account, known → known known, tick → watching pending unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning relay, choose → beginning website, again → beginning relay, saved → watching pending saved
    website: alreadyIn → leaving /account, known → known known, tick → watching pending unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning website, choose → beginning website, again → beginning website, saved → watching pending saved
    offline: alreadyIn → leaving /account, known → known known, tick → watching pending offline unticked, misplaced → leaving http://there/, scanned → watching scanned offline, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning relay, choose → beginning website, again → beginning relay, saved → watching pending offline saved
    stale: alreadyIn → leaving /account, known → stale known, tick → stale unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → stale saved, woke → beginning relay
    scanned: alreadyIn → leaving /account, known → watching scanned known, tick → watching scanned unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → over relay expired, linked → watching scanned polling, unknown → beginning relay, choose → beginning website, again → beginning relay, saved → watching scanned saved
    scene: alreadyIn → leaving /account, known → known known, tick → watching pending unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning scene, choose → beginning website, again → beginning scene, saved → watching pending saved
    fetching: alreadyIn → leaving /account, known → known known, tick → watching pending unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning scene, choose → beginning website, again → beginning scene, saved → watching pending saved
    followed: alreadyIn → leaving /account, known → watching scanned known, tick → watching scanned unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → over relay expired, linked → watching scanned polling, unknown → beginning scene, choose → beginning website, again → beginning scene, saved → watching scanned saved
    websiteConsent: alreadyIn → leaving /account, known → known known, tick → watching pending unticked, misplaced → leaving http://there/, scanned → watching scanned, confirmed → redeeming, denied → over relay denied, expired → beginning relay, linked → watching pending polling, unknown → beginning website, choose → beginning website, again → beginning website, saved → watching pending saved
    consent: alreadyIn → leaving /account, known → consent known, tick → consent unticked, agree → redeeming, misplaced → leaving http://there/, choose → beginning website, again → beginning website, saved → consent saved
    inWechat: alreadyIn → leaving /account, known → known known, tick → inWechat unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → inWechat saved
    redeeming: alreadyIn → leaving /account, known → redeeming known, tick → redeeming unticked, misplaced → leaving http://there/, struggling → redeeming struggling, redeemed → signedIn relay, redeemFailed → over relay error, redeemFailed for want of consent → leaving /login?ticket=sample unticked, saved → redeeming saved
    struggling: alreadyIn → leaving /account, known → redeeming struggling known, tick → redeeming struggling unticked, misplaced → leaving http://there/, redeemed → signedIn relay, redeemFailed → over relay error, redeemFailed for want of consent → leaving /login?ticket=sample unticked, saved → redeeming struggling saved
    signedIn: alreadyIn → leaving /account, known → signedIn relay known, tick → signedIn relay unticked, misplaced → leaving http://there/, saved → signedIn relay saved
    known: alreadyIn → leaving /account, known → known known, tick → known unticked, goOn → leaving /, somebodyElse → watching pending, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → known saved
    denied: alreadyIn → leaving /account, known → over relay denied known, tick → over relay denied unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → over relay denied saved
    expired: alreadyIn → leaving /account, known → over relay expired known, tick → over relay expired unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → over relay expired saved
    failed: alreadyIn → leaving /account, known → over relay failed known, tick → over relay failed unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → over relay failed saved
    codeless: alreadyIn → leaving /account, known → over scene codeless known, tick → over scene codeless unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning scene, saved → over scene codeless saved
    error: alreadyIn → leaving /account, known → over relay error known, tick → over relay error unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → over relay error saved
    cookies: alreadyIn → leaving /account, known → over relay cookies known, tick → over relay cookies unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → over relay cookies saved
    leaving: alreadyIn → leaving /account, known → leaving / known, tick → leaving / unticked, misplaced → leaving http://there/, choose → beginning website, again → beginning relay, saved → leaving / saved"
  `)
})
