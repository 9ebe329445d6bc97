// The phone's page: what every event makes of every state.
import { expect, test } from 'vitest'
import { samples } from '../../web/confirm/samples.js'
import { type Asking, type ConfirmEvent, type ConfirmState, reduce } from '../../web/confirm/state.js'
import { everyEvent } from './every-event.js'

const asking = samples.asking as Asking
const { question } = asking

const STATES: Readonly<Record<string, ConfirmState>> = {
  ...samples,
  unarmed: { ...asking, armed: false, digits: '47' },
  refusing: { ...asking, sending: 'deny' },
}

/** Whatever can happen, each at least once. */
const EVENTS = {
  read: { type: 'read', question, now: 1 },
  'read confirmed': { type: 'read', question: { ...question, status: 'confirmed' }, now: 1 },
  'read late': { type: 'read', question: { ...question, serverTime: question.expiresAt }, now: 1 },
  readFailed: { type: 'readFailed', code: 'ticket_unknown' },
  armed: { type: 'armed' },
  typed: { type: 'typed', text: '12' },
  confirm: { type: 'decide', decision: 'confirm' },
  deny: { type: 'decide', decision: 'deny' },
  'decided confirmed': { type: 'decided', status: 'confirmed' },
  'decided denied': { type: 'decided', status: 'denied' },
  'wrong number': { type: 'decideFailed', code: 'match_number_wrong', question: null, now: 1 },
  'no network': { type: 'decideFailed', code: 'network', question: null, now: 1 },
  'too late': { type: 'decideFailed', code: 'ticket_expired', question: null, now: 1 },
  'not this phone': { type: 'decideFailed', code: 'scanned_elsewhere', question: null, now: 1 },
  tick: { type: 'tick', on: true },
  retry: { type: 'retry' },
} as const satisfies Record<string, ConfirmEvent>

function told(state: ConfirmState): string {
  if (state.name === 'ended') return state.end
  if (state.name === 'lost') return `lost ${state.code}`
  if (state.name === 'loading') return 'loading'
  const { digits, armed, sending, problem } = state
  return ['asking', digits, armed ? '' : 'unarmed', sending ? `sending ${sending}` : '', problem ?? '']
    .filter(Boolean)
    .join(' ')
}

test('every event in every state leads where it should', () => {
  expect(everyEvent(STATES, EVENTS, reduce, told)).toMatchInlineSnapshot(`
    "loading: read → asking unarmed, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown
    asking: read → asking, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking, typed → asking 12, deny → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking
    elsewhere: read → asking, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking, typed → asking 12, deny → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking
    typed: read → asking 47, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking 47, typed → asking 12, confirm → asking 47 sending confirm, deny → asking 47 sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking 47 network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking 47
    wrong: read → asking match_number_wrong, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking match_number_wrong, typed → asking 12, deny → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking
    consent: read → asking 47, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking 47, typed → asking 12, deny → asking 47 sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking 47 network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking 47
    consented: read → asking 47, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking 47, typed → asking 12, confirm → asking 47 sending confirm, deny → asking 47 sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking 47 network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking 47
    explicit: read → asking, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking, typed → asking 12, deny → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking
    sending: read → asking 47 sending confirm, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking 47 sending confirm, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking 47 network, too late → expired, not this phone → lost scanned_elsewhere
    fromPhone: read → asking, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking, typed → asking 12, deny → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking
    confirmed: -
    confirmedFromPhone: -
    denied: -
    expired: -
    failed: -
    lost: retry → loading
    network: retry → loading
    unarmed: read → asking 47 unarmed, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking 47, typed → asking 12 unarmed, deny → asking 47 unarmed sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking unarmed match_number_wrong, no network → asking 47 unarmed network, too late → expired, not this phone → lost scanned_elsewhere, tick → asking 47 unarmed
    refusing: read → asking sending deny, read confirmed → confirmed, read late → expired, readFailed → lost ticket_unknown, armed → asking sending deny, decided confirmed → confirmed, decided denied → denied, wrong number → asking match_number_wrong, no network → asking network, too late → expired, not this phone → lost scanned_elsewhere"
  `)
})
