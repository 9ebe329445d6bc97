// Everything that is refused with a code, one row each: the answer's code and status, and that WeChat was not asked.
// The refusals that end a ticket instead (WeChat's own) are in ends.test.ts, those of sockets in sockets.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ERRORS, type ErrorCode } from '#shared/errors.js'
import { startWorld, type World } from '../world.js'
import { CALLBACKS } from './refusals/callbacks.js'
import { DOORS, SERVICE_KEY } from './refusals/doors.js'
import { PHONES } from './refusals/phones.js'
import type { Refusal } from './refusals/refusal.js'
import { TICKETS } from './refusals/tickets.js'
import { WIRE } from './refusals/wire.js'

let world: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, serviceKeys: [SERVICE_KEY] }) })
})
afterAll(() => world.close())

const seen = new Set<string>()
const TABLES: Record<string, readonly Refusal[]> = {
  'what is wrong on the wire': WIRE,
  tickets: TICKETS,
  'WeChat’s return': CALLBACKS,
  phones: PHONES,
  'the other doors': DOORS,
}

describe.each(Object.entries(TABLES))('%s', (_, rows) => {
  test.each(rows)('$name → $status $code', async ({ run, code, status, before }) => {
    const upstream = await world.wechat.upstream()
    const answer = await run(world)
    expect(answer).toMatchObject({ status, code })
    expect(answer.json()).toEqual({
      error: { code, message: expect.stringMatching(/\S/), requestId: answer.headers.get('x-request-id') },
    })
    if (before) expect(await world.wechat.upstream()).toBe(upstream)
    seen.add(code)
  })
})

test('every code of shared/errors is produced here', () => {
  const elsewhere: Partial<Record<ErrorCode, string>> = {
    internal: 'headers.test.ts: a table is taken away',
    busy: 'test/db: the writer’s queue is full',
    open_on_computer: 'official.test.ts: a site that has none but a computer’s code',
    too_many_requests: 'limits.test.ts: floods',
    consent_required: 'consent.test.ts: every door',
  }
  expect([...seen, ...Object.keys(elsewhere)].sort()).toEqual(Object.keys(ERRORS).sort())
})
