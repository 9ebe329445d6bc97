// The account page's reducer: what every event makes of every state, and what is asked before sessions end.
import { expect, test } from 'vitest'
import type { OwnSession } from '#shared/api.js'
import {
  type AccountEvent,
  type AccountState,
  type Ending,
  type Here,
  initialAccount,
  reduce,
} from '../../web/account/state.js'
import { ada, site } from './login-world.js'

const device = (id: string, current = false): OwnSession => ({
  ...ada.session,
  ...{ id, current, kind: 'browser', name: 'Firefox · Linux' },
})
const devices = { serverTime: 5, sessions: [device('ses_1', true), device('ses_2'), device('ses_3')] }
const calm = { logins: null, ending: null, erasing: false, cooled: false, busy: null, problem: null, exported: null }
const here: Here = { name: 'here', me: ada, config: site, doors: null, devices, ...calm }
const ONE: Ending = { id: 'ses_2' }
const sessionsOf = (state: AccountState) =>
  state.name === 'here' ? (state.devices?.sessions ?? []).map(({ id }) => id) : null

const STATES: Readonly<Record<string, AccountState>> = {
  loading: initialAccount,
  here,
  'here, without a list': { ...here, devices: null },
  'asked about one': { ...here, ending: ONE },
  'asked about the others': { ...here, ending: 'others' },
  'ending one': { ...here, ending: ONE, busy: 'end' },
  'ending the others': { ...here, ending: 'others', busy: 'end' },
  'asked about the account': { ...here, erasing: true },
  'cooled down': { ...here, erasing: true, cooled: true },
  erasing: { ...here, erasing: true, cooled: true, busy: 'erase' },
  'logging out': { ...here, busy: 'logOut' },
  exporting: { ...here, busy: 'export' },
  ended: { name: 'ended', config: site },
  erased: { name: 'erased', config: site },
  gone: { name: 'gone' },
  unreachable: { name: 'unreachable', code: 'network' },
}
const fewer = { serverTime: 9, sessions: devices.sessions.slice(0, 2) }
const EVENTS: readonly AccountEvent[] = [
  { type: 'loaded', me: ada, config: site, doors: null, devices, logins: null },
  { type: 'loadFailed', code: 'network' },
  { type: 'signedOut' },
  { type: 'retry' },
  { type: 'devices', devices: fewer },
  { type: 'askEnd', which: ONE },
  { type: 'askEnd', which: 'others' },
  { type: 'end' },
  { type: 'ended' },
  { type: 'askErase' },
  { type: 'cooled' },
  { type: 'keep' },
  { type: 'erase' },
  { type: 'erased' },
  { type: 'logOut' },
  { type: 'export' },
  { type: 'exported', text: '{}' },
  { type: 'failed', code: 'internal' },
  { type: 'sessionEnded' },
]
/** A state in a few words: its name, what is being done, what is asked, and how many devices are shown. */
function told(state: AccountState): string {
  if (state.name !== 'here') return state.name
  const ending = state.ending === null ? '' : state.ending === 'others' ? 'others?' : `${state.ending.id}?`
  const parts = [state.busy ?? '', ending, state.erasing ? `erase${state.cooled ? '!' : '?'}` : '', state.problem ?? '']
  return ['here', ...parts.filter(Boolean), sessionsOf(state)?.length].join(' ')
}

test('every event in every state leads where it should', () => {
  const table = Object.entries(STATES).map(([name, state]) => {
    const cells = EVENTS.map((event) => {
      const after = reduce(state, event)
      const what = event.type === 'askEnd' ? `askEnd ${event.which === 'others' ? 'others' : 'one'}` : event.type
      return after === state ? null : `${what} → ${told(after)}`
    })
    return [name, cells.filter((cell) => cell !== null)]
  })
  expect(Object.fromEntries(table)).toEqual({
    loading: ['loaded → here 3', 'loadFailed → unreachable', 'signedOut → gone'],
    here: [
      ...['signedOut → gone', 'devices → here 2', 'askEnd one → here ses_2? 3', 'askEnd others → here others? 3'],
      ...['ended → here 3', 'askErase → here erase? 3', 'keep → here 3', 'erased → erased', 'logOut → here logOut 3'],
      ...['export → here export 3', 'exported → here 3', 'failed → here internal 3', 'sessionEnded → ended'],
    ],
    'here, without a list': [
      ...['signedOut → gone', 'devices → here 2', 'ended → here 0', 'askErase → here erase? 0', 'keep → here 0'],
      ...['erased → erased', 'logOut → here logOut 0', 'export → here export 0', 'exported → here 0'],
      ...['failed → here internal 0', 'sessionEnded → ended'],
    ],
    'asked about one': [
      ...[
        'signedOut → gone',
        'devices → here ses_2? 2',
        'askEnd one → here ses_2? 3',
        'askEnd others → here others? 3',
      ],
      ...['end → here end ses_2? 3', 'ended → here 2', 'askErase → here erase? 3', 'keep → here 3', 'erased → erased'],
      ...['logOut → here logOut ses_2? 3', 'export → here export ses_2? 3', 'exported → here ses_2? 3'],
      ...['failed → here ses_2? internal 3', 'sessionEnded → ended'],
    ],
    'asked about the others': [
      ...[
        'signedOut → gone',
        'devices → here others? 2',
        'askEnd one → here ses_2? 3',
        'askEnd others → here others? 3',
      ],
      ...['end → here end others? 3', 'ended → here 1', 'askErase → here erase? 3', 'keep → here 3', 'erased → erased'],
      ...['logOut → here logOut others? 3', 'export → here export others? 3', 'exported → here others? 3'],
      ...['failed → here others? internal 3', 'sessionEnded → ended'],
    ],
    'ending one': [
      ...['signedOut → gone', 'devices → here end ses_2? 2', 'ended → here 2', 'erased → erased'],
      ...['exported → here ses_2? 3', 'failed → here ses_2? internal 3', 'sessionEnded → ended'],
    ],
    'ending the others': [
      ...['signedOut → gone', 'devices → here end others? 2', 'ended → here 1', 'erased → erased'],
      ...['exported → here others? 3', 'failed → here others? internal 3', 'sessionEnded → ended'],
    ],
    'asked about the account': [
      ...['signedOut → gone', 'devices → here erase? 2', 'askEnd one → here ses_2? erase? 3'],
      ...[
        'askEnd others → here others? erase? 3',
        'ended → here erase? 3',
        'askErase → here erase? 3',
        'cooled → here erase! 3',
        'keep → here 3',
      ],
      ...['erased → erased', 'logOut → here logOut erase? 3'],
      ...['export → here export erase? 3', 'exported → here erase? 3', 'failed → here erase? internal 3'],
      'sessionEnded → ended',
    ],
    'cooled down': [
      ...['signedOut → gone', 'devices → here erase! 2', 'askEnd one → here ses_2? erase! 3'],
      ...[
        'askEnd others → here others? erase! 3',
        'ended → here erase! 3',
        'askErase → here erase? 3',
        'keep → here 3',
      ],
      ...['erase → here erase erase! 3', 'erased → erased', 'logOut → here logOut erase! 3'],
      ...['export → here export erase! 3', 'exported → here erase! 3', 'failed → here erase! internal 3'],
      'sessionEnded → ended',
    ],
    erasing: [
      ...['signedOut → gone', 'devices → here erase erase! 2', 'ended → here erase! 3', 'erased → erased'],
      ...['exported → here erase! 3', 'failed → here erase! internal 3'],
    ],
    'logging out': [
      ...['signedOut → gone', 'devices → here logOut 2', 'ended → here 3', 'erased → erased', 'exported → here 3'],
      'failed → here internal 3',
    ],
    exporting: [
      ...['signedOut → gone', 'devices → here export 2', 'ended → here 3', 'erased → erased', 'exported → here 3'],
      ...['failed → here internal 3', 'sessionEnded → ended'],
    ],
    ended: ['signedOut → gone'],
    erased: ['signedOut → gone'],
    gone: ['signedOut → gone'],
    unreachable: ['signedOut → gone', 'retry → loading'],
  })
})
