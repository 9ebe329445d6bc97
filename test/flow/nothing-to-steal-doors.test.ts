// Promise 6 at the doors that the server opens itself with WeChat: what it sent to WeChat or gave to a program stands
// neither in its log nor, in clear, in a dump of its database.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../world/database.js'
import { DOOR_NAMES, type Door, EVERY_DOOR } from '../world/doors.js'
import { startWorld, type World } from '../world.js'

let world: World
/** By what it is. */
const secrets = new Map<string, Set<string>>()
const keep = (what: string, secret: unknown) => {
  if (typeof secret !== 'string' || secret.length < 12) return
  secrets.set(what, (secrets.get(what) ?? new Set()).add(secret))
}
let dump = ''

interface Call {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

beforeAll(async () => {
  world = await startWorld()
  for (const door of DOOR_NAMES) {
    const come: Door = EVERY_DOOR[door]
    const entered = await come(world, world.wechat, 'alice')
    expect([door, entered]).toEqual([door, { ...entered, account: expect.any(String) }])
    if ('token' in entered) keep('a bearer token', entered.token)
  }
  // A refusal with everything in its address is logged too.
  await world.wechat.fault({ path: '/cgi-bin/qrcode/create', kind: 'errcode', errcode: 48001, times: 1 })
  const pc = world.pc()
  const { ticket } = (await pc.browser.post('/api/tickets', { method: 'scene' })).json<{ ticket: { id: string } }>()
  expect((await pc.ticket(ticket.id)).ticket).toMatchObject({ status: 'failed', reason: 'misconfigured' })

  const { calls } = (await (await fetch(`${world.wechat.url}/sim/calls`)).json()) as { calls: readonly Call[] }
  for (const { path, query } of calls) {
    for (const name of ['access_token', 'secret', 'code', 'js_code', 'signature', 'msg_signature']) {
      keep(`${name} of ${path}`, query[name])
    }
  }
  for (const { secret, notify } of await world.wechat.apps()) {
    keep('an app’s secret', secret)
    keep('a token of pushes', notify.token)
    keep('a key of pushes', notify.aesKey)
  }
  await sql(world.file, 'PRAGMA wal_checkpoint(FULL)')
  const read = (file: string) => readFileSync(file).toString('latin1')
  dump = read(world.file) + read(`${world.file}-wal`)
}, 30_000)
afterAll(() => world.close())

test('there is something to find: tokens of the server, codes of both kinds, secrets, bearer tokens', () => {
  expect([...secrets.keys()]).toEqual(
    expect.arrayContaining([
      'a bearer token',
      'access_token of /cgi-bin/qrcode/create',
      'access_token of /cgi-bin/ticket/getticket',
      'access_token of /sns/userinfo',
      'code of /sns/oauth2/access_token',
      'js_code of /sns/jscode2session',
      'an app’s secret',
      'a key of pushes',
    ]),
  )
})

test.each(['the log', 'a database dump'])('%s holds none of it, in no spelling', (where) => {
  const text = where === 'the log' ? world.log.join('\n') : dump
  expect(text.length).toBeGreaterThan(1_000)
  const spellings = (secret: string) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64url'),
  ]
  const found = [...secrets].filter(([, values]) =>
    [...values].some((secret) => spellings(secret).some((spelling) => text.includes(spelling))),
  )
  expect(found.map(([what]) => what)).toEqual([])
})
