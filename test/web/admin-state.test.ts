// The console's reducer: what every event makes of every state.
import { expect, test } from 'vitest'
import type { AdminNumbers } from '#shared/admin.js'
import { samples } from '../../web/admin/samples.js'
import { type AdminEvent, type AdminState, type Desk, reduce } from '../../web/admin/state.js'

const sample = (name: string): AdminState => samples[name] ?? expect.fail(`no sample ${name}`)
const deskOf = (name: string): Desk => {
  const state = sample(name)
  return state.name === 'desk' ? state : expect.fail(`${name} is no desk`)
}
const desk = deskOf('overview')
const account = deskOf('account')
const { me, known } = desk
const seen = account.seen ?? expect.fail('nobody is seen')
const found = deskOf('found').found ?? []
const wish = deskOf('asking').asking ?? expect.fail('nothing is asked')
const outcome = deskOf('ordered').outcome ?? expect.fail('nothing came of it')
const step = desk.numbers[0]?.steps[0] ?? expect.fail('no step')
const numbersOf = (id: string): AdminNumbers => ({
  node: { id, host: 'h', startedAt: 0, alone: false },
  everyMs: 5_000,
  steps: [{ ...step, at: Number.MAX_SAFE_INTEGER }],
  serverTime: 0,
})

const STATES: Readonly<Record<string, AdminState>> = {
  loading: sample('loading'),
  unreachable: sample('unreachable'),
  gone: sample('gone'),
  claim: sample('claim'),
  claiming: sample('claiming'),
  overview: desk,
  'overview of nothing yet': sample('overviewEmpty'),
  finding: sample('finding'),
  opening: sample('opening'),
  account,
  asking: sample('asking'),
  carrying: sample('carrying'),
  ordered: sample('ordered'),
  stale: sample('stale'),
}
const EVENTS: readonly AdminEvent[] = [
  { type: 'loaded', me, section: 'accounts', account: 'acc_1' },
  { type: 'loaded', me: { ...me, role: 'claimant' }, section: 'overview', account: null },
  { type: 'loadFailed', code: 'network' },
  { type: 'gone' },
  { type: 'retry' },
  { type: 'claim', code: 'ABC' },
  { type: 'claimed' },
  { type: 'go', section: 'jobs' },
  { type: 'numbers', numbers: numbersOf('other') },
  { type: 'showNode', node: desk.node },
  { type: 'showNode', node: 'nobody' },
  { type: 'read', read: { of: 'operators', news: known.operators ?? { operators: [] } } },
  { type: 'search', query: 'x' },
  { type: 'search', query: '' },
  { type: 'found', found },
  { type: 'open', account: 'acc_2' },
  { type: 'seen', seen },
  { type: 'close' },
  { type: 'ask', wish },
  { type: 'keep' },
  { type: 'carryOut' },
  { type: 'ordered', outcome },
  { type: 'started' },
  { type: 'failed', code: 'internal' },
]

/** An event in a few words. */
function eventText(event: AdminEvent): string {
  if (event.type === 'loaded') return `loaded ${event.me.role}`
  if (event.type === 'showNode') return `showNode ${event.node === 'nobody' ? 'unknown' : 'known'}`
  return event.type === 'search' ? `search '${event.query}'` : event.type
}

/** A state in a few words: where, who is found, opened and seen, what is asked, done and said. */
function told(state: AdminState): string {
  if (state.name === 'claim') return ['claim', state.code && 'busy', state.problem].filter(Boolean).join(' ')
  if (state.name !== 'desk') return state.name
  const { section, numbers, node, known, opening } = state
  return [
    section,
    `${numbers.length}n${node === '' ? '' : '*'}`,
    known.operators && 'ops',
    state.found === null ? 'finding' : `${state.found.length}f`,
    opening && 'opening',
    state.seen && 'seen',
    state.asking && '?',
    state.busy && 'busy',
    state.outcome && 'outcome',
    state.problem,
  ]
    .filter(Boolean)
    .join(' ')
}

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  loading: [
    'loaded operator → accounts 0n 0f opening',
    'loaded claimant → claim',
    'loadFailed → unreachable',
    'gone → gone',
  ],
  unreachable: ['gone → gone', 'retry → loading'],
  gone: [],
  claim: ['gone → gone', 'claim → claim busy'],
  claiming: ['gone → gone', 'claimed → loading', 'failed → claim internal'],
  overview: [
    'gone → gone',
    'go → jobs 1n* ops 0f',
    'numbers → overview 2n* ops 0f',
    'showNode known → overview 1n* ops 0f',
    'read → overview 1n* ops 0f',
    "search 'x' → overview 1n* ops finding",
    "search '' → overview 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'close → overview 1n* ops 0f',
    'ask → overview 1n* ops 0f ?',
    'failed → overview 1n* ops 0f internal',
  ],
  'overview of nothing yet': [
    'gone → gone',
    'go → jobs 0n ops 0f',
    'numbers → overview 1n* ops 0f',
    'read → overview 0n ops 0f',
    "search 'x' → overview 0n ops finding",
    "search '' → overview 0n ops 0f",
    'open → accounts 0n ops 0f opening',
    'close → overview 0n ops 0f',
    'ask → overview 0n ops 0f ?',
    'failed → overview 0n ops 0f internal',
  ],
  finding: [
    'gone → gone',
    'go → jobs 1n* ops finding',
    'numbers → accounts 2n* ops finding',
    'showNode known → accounts 1n* ops finding',
    'read → accounts 1n* ops finding',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'found → accounts 1n* ops 1f',
    'open → accounts 1n* ops finding opening',
    'close → accounts 1n* ops finding',
    'ask → accounts 1n* ops finding ?',
    'failed → accounts 1n* ops 0f internal',
  ],
  opening: [
    'gone → gone',
    'go → jobs 1n* ops 0f opening',
    'numbers → accounts 2n* ops 0f opening',
    'showNode known → accounts 1n* ops 0f opening',
    'read → accounts 1n* ops 0f opening',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'seen → accounts 1n* ops 0f seen',
    'close → accounts 1n* ops 0f',
    'ask → accounts 1n* ops 0f opening ?',
    'failed → accounts 1n* ops 0f internal',
  ],
  account: [
    'gone → gone',
    'go → jobs 1n* ops 0f seen',
    'numbers → accounts 2n* ops 0f seen',
    'showNode known → accounts 1n* ops 0f seen',
    'read → accounts 1n* ops 0f seen',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'close → accounts 1n* ops 0f',
    'ask → accounts 1n* ops 0f seen ?',
    'failed → accounts 1n* ops 0f seen internal',
  ],
  asking: [
    'gone → gone',
    'go → jobs 1n* ops 0f seen',
    'numbers → accounts 2n* ops 0f seen ?',
    'showNode known → accounts 1n* ops 0f seen ?',
    'read → accounts 1n* ops 0f seen ?',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'close → accounts 1n* ops 0f',
    'ask → accounts 1n* ops 0f seen ?',
    'keep → accounts 1n* ops 0f seen',
    'carryOut → accounts 1n* ops 0f seen ? busy',
    'failed → accounts 1n* ops 0f seen ? internal',
  ],
  carrying: [
    'gone → gone',
    'numbers → accounts 2n* ops 0f seen ? busy',
    'showNode known → accounts 1n* ops 0f seen ? busy',
    'read → accounts 1n* ops 0f seen ? busy',
    'ordered → accounts 1n* 0f opening seen outcome',
    'started → accounts 1n* ops 0f seen',
    'failed → accounts 1n* ops 0f seen ? internal',
  ],
  ordered: [
    'gone → gone',
    'go → jobs 1n* ops 0f seen',
    'numbers → accounts 2n* ops 0f seen outcome',
    'showNode known → accounts 1n* ops 0f seen outcome',
    'read → accounts 1n* ops 0f seen outcome',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'close → accounts 1n* ops 0f',
    'ask → accounts 1n* ops 0f seen ?',
    'failed → accounts 1n* ops 0f seen outcome internal',
  ],
  stale: [
    'gone → gone',
    'go → jobs 1n* ops 0f seen',
    'numbers → accounts 2n* ops 0f seen ? signed_out',
    'showNode known → accounts 1n* ops 0f seen ? signed_out',
    'read → accounts 1n* ops 0f seen ? signed_out',
    "search 'x' → accounts 1n* ops finding",
    "search '' → accounts 1n* ops 0f",
    'open → accounts 1n* ops 0f opening',
    'close → accounts 1n* ops 0f',
    'ask → accounts 1n* ops 0f seen ?',
    'keep → accounts 1n* ops 0f seen',
    'carryOut → accounts 1n* ops 0f seen ? busy',
    'failed → accounts 1n* ops 0f seen ? internal',
  ],
}

test('every event in every state leads where it should', () => {
  const table = Object.entries(STATES).map(([name, state]) => {
    const cells = EVENTS.map((event) => {
      const after = reduce(state, event)
      return after === state ? null : `${eventText(event)} → ${told(after)}`
    })
    return [name, cells.filter((cell) => cell !== null)]
  })
  expect(Object.fromEntries(table)).toEqual(EXPECTED)
})

test('nothing but the answer to an order ends it: not another section, person, search or question', () => {
  const carrying = STATES.carrying as Desk
  for (const type of ['go', 'open', 'search', 'close', 'ask', 'keep', 'carryOut'] as const) {
    const event = EVENTS.find((one) => one.type === type) ?? expect.fail(type)
    expect(reduce(carrying, event)).toBe(carrying)
  }
})

test('nothing is ordered without the question', () => {
  for (const state of [desk, account, STATES.opening as Desk]) expect(reduce(state, { type: 'carryOut' })).toBe(state)
})
