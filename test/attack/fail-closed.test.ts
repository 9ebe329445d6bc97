// Fail closed: whatever of the service is broken, nobody is taken for signed in, every route says so in the form of an
// error, and whoever was signed in is so again once it is mended.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { type Answer, createBrowser, type Site } from '../world/browser.js'
import { sql } from '../world/database.js'
import { callAsProgram } from '../world/native-app.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { openSocket } from '../world/socket.js'
import { startTcpProxy } from '../world/tcp-proxy.js'

const SERVICE_KEY = 'a-service-key-for-tests-0123456789abcdef'
const KEY = 'a-key-that-signs-tickets-0123456789abcdef'
let wechat: TestSimulator
beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
})
afterAll(() => wechat.close())

/** Who holds every kind of proof: a session, a bearer token, a ticket of their own, and one that is confirmed. */
interface Holder {
  readonly pc: Pc
  readonly token: string
  readonly pending: string
  readonly confirmed: string
}

async function holder(site: Site): Promise<Holder> {
  const person = await wechat.newPerson()
  const pc = createPc(site)
  const confirmed = async () => {
    const begun = await pc.begin('website')
    await pc.ticket(begun.ticket.id)
    const { posted } = await pc.arriveInFrame(await wechat.websiteScan(begun, person))
    expect(posted.json()).toMatchObject({ status: 'confirmed' })
    return begun.ticket.id
  }
  await pc.signIn(await confirmed())
  const json = { app: 'app', code: await wechat.code('app', person) }
  const { token } = (await callAsProgram(site, '/api/login/mobile', { method: 'POST', json })).json<{ token: string }>()
  const { ticket } = await pc.begin('relay')
  await pc.ticket(ticket.id)
  return { pc, token, pending: ticket.id, confirmed: await confirmed() }
}

/** Every route that opens something to whoever holds a session, a ticket or a phone's cookie. */
async function knock(site: Site, { pc, token, pending, confirmed }: Holder): Promise<[string, Answer][]> {
  const answers: [string, Answer][] = []
  const add = async (what: string, asking: Promise<Answer>) => void answers.push([what, await asking])
  for (const [method, path] of [
    ...[['GET', '/api/session'] as const, ['GET', '/api/sessions'] as const, ['GET', '/api/account'] as const],
    ...[['GET', '/api/account/export'] as const, ['DELETE', '/api/sessions/ses_x'] as const],
    ...[['DELETE', '/api/sessions'] as const, ['DELETE', '/api/account'] as const, ['DELETE', '/api/session'] as const],
  ]) {
    // The cookie is sent and what is answered is not kept: a logout that failed leaves everything as it was.
    const headers = { cookie: pc.browser.cookieHeader() }
    await add(`${method} ${path}`, createBrowser(site).request(path, { method, headers }))
    const bearer = { method, headers: { authorization: `Bearer ${token}` } }
    await add(`${method} ${path} by token`, callAsProgram(site, path, bearer))
  }
  const withKey = { authorization: `Bearer ${SERVICE_KEY}` }
  const introspect = { method: 'POST', json: { token }, headers: withKey }
  await add('introspect', callAsProgram(site, '/api/introspect', introspect))
  await add('GET a ticket', pc.read(pending))
  await add('redeem', pc.redeem(confirmed))
  await add('GET a question', pc.browser.get(`/api/confirmations/${pending}`))
  await add('confirm', pc.browser.post(`/api/confirmations/${pending}`, { decision: 'confirm', matchNumber: '00' }))
  return answers
}

/** Nobody is let in, none of the answers holds anything, and each says what it is. */
function allRefused(answers: readonly [string, Answer][], statuses: readonly number[]): void {
  expect(answers.length).toBeGreaterThan(15)
  for (const [what, { status, text, headers, cookies }] of answers) {
    if (what === 'introspect' && text === '{"active":false}') continue
    expect([what, statuses.includes(status), status]).toEqual([what, true, status])
    expect(JSON.parse(text)).toEqual({
      error: { code: expect.any(String), message: expect.any(String), requestId: expect.stringMatching(/^req_/) },
    })
    expect(headers.get('x-saoma-account')).toBeNull()
    expect(cookies.filter((line) => /session=\w/.test(line))).toEqual([])
  }
}

/** All is as before: the session, the token, and the login that was confirmed and not collected. */
async function recovered(site: Site, { pc, token, confirmed }: Holder): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  // One attempt, as a page makes it: what succeeded while the rest did not yet is the same success again.
  const attempt = newAttempt()
  const whole = async () => [
    (await pc.session()).status,
    (await callAsProgram(site, '/api/session', { headers })).status,
    (await pc.redeem(confirmed, attempt)).status,
  ]
  await expect.poll(whole, { timeout: 8_000 }).toEqual([200, 200, 200])
}

const start = async (env: Record<string, string> = {}, imports?: string): Promise<Program> => {
  const program = await prepareProgram(
    { ...wechatEnv(wechat.url, await wechat.apps()), SERVICE_KEYS: SERVICE_KEY, SESSION_KEYS: KEY, ...env },
    imports,
  )
  await program.start()
  return program
}

describe('a broken SQLite file', () => {
  let program: Program
  let held: Holder
  beforeAll(async () => {
    program = await start()
  })
  beforeEach(async () => {
    held = await holder(program)
  })
  afterAll(() => program.dispose())

  const withoutTables = async (tables: readonly string[], work: () => Promise<void>) => {
    for (const table of tables) await sql(program.file, `ALTER TABLE ${table} RENAME TO ${table}_away`)
    await work()
    for (const table of tables) await sql(program.file, `ALTER TABLE ${table}_away RENAME TO ${table}`)
  }

  test('without the tables of sessions and tickets nobody is signed in, and afterwards everybody is again', async () => {
    await withoutTables(['sessions', 'tickets'], async () => {
      allRefused(await knock(program, held), [500, 503, 404])
    })
    await recovered(program, held)
  })

  test('without any table the same', async () => {
    const all = ['sessions', 'tickets', 'accounts', 'identities', 'unionids', 'callbacks', 'audit']
    await withoutTables(all, async () => {
      allRefused(await knock(program, held), [500, 503, 404])
    })
    await recovered(program, held)
  })

  test('rows that were scribbled over are nobody’s session, and nobody’s ticket', async () => {
    await sql(program.file, 'CREATE TABLE safe AS SELECT * FROM sessions')
    await sql(program.file, 'CREATE TABLE safe_tickets AS SELECT * FROM tickets')
    await sql(program.file, "UPDATE sessions SET account_id = 'garbage', kind = 'admin', device = '{', method = ''")
    await sql(program.file, "UPDATE tickets SET status = 'garbage', device = '{', proof = '{', version = -1")
    allRefused(await knock(program, held), [401, 404, 409, 410, 500, 503])
    for (const [table, safe] of [
      ['sessions', 'safe'],
      ['tickets', 'safe_tickets'],
    ]) {
      await sql(program.file, `DELETE FROM ${table}`)
      await sql(program.file, `INSERT INTO ${table} SELECT * FROM ${safe}`)
      await sql(program.file, `DROP TABLE ${safe}`)
    }
    await recovered(program, held)
  })
})

for (const server of SERVERS) {
  describeOn(server, 'a database', () => {
    test('that is cut off, or silent: nobody is signed in meanwhile, and everybody is again afterwards', async () => {
      const database = await scratchDatabase(server)
      const own = new URL(database.url)
      const proxy = await startTcpProxy(Number(own.port))
      own.port = String(proxy.port)
      const program = await start({ DATABASE_URL: own.href })
      try {
        const held = await holder(program)
        proxy.cut()
        allRefused(await knock(program, held), [500, 503, 404])
        proxy.mend()
        await recovered(program, held)
        const again = await holder(program)
        proxy.stall()
        allRefused(await knock(program, again), [500, 503, 404])
        proxy.mend()
        await recovered(program, again)
      } finally {
        await program.dispose()
        await proxy.close()
        await database.drop()
      }
    }, 120_000)
  })
}

test('counters that fail: what they guard is refused, sockets too, and it works again once they do', async () => {
  const hook = fileURLToPath(new URL('broken-limiter.mjs', import.meta.url))
  const program = await start({ TRUSTED_PROXIES: '1' }, hook)
  const far = { 'x-forwarded-for': '203.0.113.9' }
  try {
    const held = await holder(program)
    await program.ask({ broken: true })
    const { pc, pending, confirmed } = held
    const answers = [
      await pc.browser.get(`/api/tickets/${pending}`, { headers: far }),
      await pc.browser.post(`/api/tickets/${confirmed}/redeem`, { attempt: newAttempt() }, { headers: far }),
      await createBrowser(program).post('/api/tickets', { method: 'relay' }, { headers: far }),
      await createBrowser(program).get('/wechat/login/mp', { headers: far }),
      await callAsProgram(program, '/api/introspect', { method: 'POST', json: {}, headers: far }),
      await callAsProgram(program, '/api/login/mobile', {
        method: 'POST',
        json: { app: 'app', code: 'x' },
        headers: far,
      }),
    ]
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [500, 'internal']))
    expect(answers.flatMap(({ cookies }) => cookies)).toEqual([])
    await expect(openSocket(program, pc.browser.cookieHeader(), far)).rejects.toThrow()
    await program.ask({ broken: false })
    ;(await openSocket(program, pc.browser.cookieHeader(), far)).close()
    await recovered(program, held)
  } finally {
    await program.dispose()
  }
})

describe('without good keys it does not start', () => {
  test.each<[string, Record<string, string>, (directory: string) => void]>([
    ['SESSION_KEYS_FILE is a directory', { SESSION_KEYS_FILE: '.' }, () => {}],
    ['SESSION_KEYS_FILE is not there', { SESSION_KEYS_FILE: 'nowhere' }, () => {}],
    ['SESSION_KEYS_FILE is empty', { SESSION_KEYS_FILE: 'keys' }, (at) => writeFileSync(join(at, 'keys'), '\n')],
    ['SESSION_KEYS_FILE is garbage', { SESSION_KEYS_FILE: 'keys' }, (at) => writeFileSync(join(at, 'keys'), '\0\x01')],
    ['the kept keys are empty', {}, (at) => writeFileSync(join(at, 'session-keys'), '')],
    ['the kept keys are garbage', {}, (at) => writeFileSync(join(at, 'session-keys'), '\0\x01garbage')],
    ['the kept keys are a directory', {}, (at) => mkdirSync(join(at, 'session-keys'))],
  ])('%s', async (_, env, spoil) => {
    const program = await prepareProgram({ ...wechatEnv(wechat.url, await wechat.apps()), ...env })
    try {
      spoil(dirname(program.file))
      await expect(program.start()).rejects.toThrow(/did not start: .*(SESSION_KEYS|session-keys|EISDIR)/s)
      expect((await program.ended()).code).toBe(1)
      await expect(fetch(program.connectTo)).rejects.toThrow()
    } finally {
      await program.dispose()
    }
  })
})

test('a key that was exchanged while it was down: tickets of the old one are nobody’s, and sessions are whose they were', async () => {
  const program = await start({ SESSION_KEYS: '' })
  try {
    const held = await holder(program)
    await program.kill('SIGTERM')
    writeFileSync(join(dirname(program.file), 'session-keys'), `${KEY}\n`)
    await program.start()
    const { pc, pending, confirmed } = held
    expect([(await pc.read(pending)).status, (await pc.redeem(confirmed)).status]).toEqual([404, 404])
    expect((await pc.session()).status).toBe(200)
  } finally {
    await program.dispose()
  }
})
