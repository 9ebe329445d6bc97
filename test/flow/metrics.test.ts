// What the service counts of itself: for the operator alone, true to what happened, and silent about who it was.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser } from '../world/browser.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

const KEY = 'a-service-key-for-tests-0123456789abcdef'
let world: World
let production: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, serviceKeys: [KEY] }) })
  production = await startWorld({ config: (config) => ({ ...config, serviceKeys: [KEY], production: true }) })
})
afterAll(() => Promise.all([world.close(), production.close()]))

const read = (of: World, headers: Record<string, string> = {}) => createBrowser(of).get('/metrics', { headers })
const withKey = { authorization: `Bearer ${KEY}` }

/** The value of the sample that begins so. */
async function sample(start: string): Promise<number> {
  const { text } = await read(world)
  const line = text.split('\n').find((one) => one.startsWith(`${start} `))
  return Number(line?.slice(start.length + 1) ?? 0)
}

describe('who may read them', () => {
  test('in production, whoever has a service key, and nobody else, from this machine neither', async () => {
    expect(await read(production)).toMatchObject({ status: 401, code: 'service_key_wrong' })
    expect((await read(production, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await read(production, { ...withKey, origin: production.publicUrl })).status).toBe(403)
    expect((await read(production, withKey)).status).toBe(200)
  })

  test('in development also whoever is on this machine, and nobody whom a proxy brings', async () => {
    expect((await read(world)).status).toBe(200)
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via']) {
      expect((await read(world, { [name]: '127.0.0.1' })).status).toBe(401)
    }
  })

  test('without SERVICE_KEYS nobody in production', async () => {
    const keyless = await startWorld({ config: (config) => ({ ...config, production: true }) })
    try {
      for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer undefined' }]) {
        expect((await read(keyless, headers)).status).toBe(401)
      }
    } finally {
      await keyless.close()
    }
  })
})

describe('what they say', () => {
  test('tickets begun and ended, logins, calls, pushes and sockets are counted where they happen', async () => {
    const names = [
      'saoma_tickets_begun_total{method="website"}',
      'saoma_tickets_ended_total{method="website",status="redeemed",reason=""}',
      'saoma_tickets_ended_total{method="relay",status="denied",reason="refused_on_phone"}',
      'saoma_tickets_ended_total{method="relay",status="expired",reason="cancelled"}',
      'saoma_logins_total{method="website"}',
      'saoma_logins_total{method="mobile"}',
      'saoma_wechat_calls_total{path="/sns/oauth2/access_token",outcome="ok"}',
      'saoma_wechat_calls_total{path="/sns/oauth2/access_token",outcome="code_rejected"}',
      'saoma_refusals_total{code="signed_out"}',
      'saoma_push_seconds_count',
    ]
    const before = await Promise.all(names.map(sample))
    const pc = world.pc()
    const begun = await pc.begin('website')
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    expect(await sample('saoma_sockets')).toBe(1)
    await pc.arrive(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
    await live.until('confirmed')
    await pc.signIn(begun.ticket.id)
    await live.until('redeemed')
    live.close()
    const refusing = world.pc()
    const { ticket } = await refusing.begin('relay')
    await refusing.ticket(ticket.id)
    const phone = world.phone('alice')
    await phone.scan(ticket.id)
    await phone.deny(ticket.id)
    const leaving = world.pc()
    await leaving.cancel((await leaving.begin('relay')).ticket.id)
    await logInByApp(world, await world.wechat.newPerson())
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'errcode', errcode: 40029, times: 1 })
    await expect(logInByApp(world, 'bob')).rejects.toThrow()
    await world.pc().session()
    const after = await Promise.all(names.map(sample))
    const grown = Object.fromEntries(names.map((name, n) => [name, (after[n] ?? 0) - (before[n] ?? 0)]))
    expect(grown).toEqual({
      ...Object.fromEntries(names.map((name) => [name, 1])),
      // The phone scanned once or twice, the website once, and the app once.
      'saoma_wechat_calls_total{path="/sns/oauth2/access_token",outcome="ok"}': expect.any(Number),
      saoma_push_seconds_count: 2,
    })
  })

  test('the process, the event loop and the writer’s queue are there', async () => {
    const { text, headers } = await read(world)
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_heap_used_bytes',
      'saoma_event_loop_delay_p99_seconds',
      'saoma_event_loop_delay_max_seconds',
      'saoma_writer_queue',
    ]) {
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
    }
  })

  test('nothing in them tells of a person, a ticket, an address or a secret', async () => {
    const { pc, id, redeemed } = await world.signedIn('relay', await world.wechat.newPerson({ nickname: '某某某' }))
    const { text } = await read(world)
    for (const secret of [
      id,
      redeemed.account.id,
      pc.browser.cookie('session'),
      '某某某',
      '127.0.0.1',
      KEY,
      'person-',
    ]) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toMatch(/tkt_|acc_|ses_|[?&](code|secret|state)=/)
  })
})
