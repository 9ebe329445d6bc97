// Secrets in output: the real program, as talkative as it can be made, with every fault on. Whatever it prints, keeps,
// counts and answers is searched for every secret that it ever had in hand, in every form in which one could be used again.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../world/database.js'
import { DOORS, enterBy, type Visited } from '../world/enter.js'
import { leaksIn } from '../world/leaks.js'
import { createPc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { type Recorder, startRecorder } from '../world/recorder.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { carryEverywhere } from './odd-places.js'

const KEYS = ['canary-signing-key-new-0123456789abcdef', 'canary-signing-key-old-fedcba9876543210']
const SERVICE_KEY = 'canary-service-key-0123456789abcdefghij'
const TABLES = ['tickets', 'sessions', 'callbacks', 'identities', 'accounts', 'unionids', 'vault', 'audit']
const PATHS = [
  ...['/sns/oauth2/access_token', '/sns/userinfo', '/sns/jscode2session', '/cgi-bin/stable_token'],
  ...['/cgi-bin/ticket/getticket', '/cgi-bin/qrcode/create', '/connect/sdk/qrconnect'],
]

let wechat: TestSimulator
let program: Program
/** Behind the program, and in front of it. */
let upstream: Recorder
let front: Recorder
let world: Visited
/** What only the service may know: it stands in no answer. */
const ours = new Map<string, string>()
/** What one visitor holds, and is told once. */
const theirs = new Map<string, string>()
const numbers = new Set<string>()
let printed = ''
let metrics = ''

beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
  upstream = await startRecorder(wechat.url)
  program = await prepareProgram(
    {
      ...wechatEnv(wechat.url, await wechat.apps()),
      WECHAT_API_URL: upstream.url,
      WECHAT_POLL_URL: upstream.url,
      LOGIN_METHODS: 'website,relay,scene,official,sdk',
      LOG_LEVEL: 'debug',
      SESSION_KEYS: KEYS.join(','),
      SERVICE_KEYS: SERVICE_KEY,
    },
    fileURLToPath(new URL('crash.mjs', import.meta.url)),
  )
  for (const app of ['mp', 'mp2']) {
    await wechat.putApp(app, { push: { url: `${program.connectTo}/wechat/notify/${app}` } })
  }
  front = await startRecorder(program.connectTo)
  const site = { publicUrl: program.publicUrl, connectTo: front.url }
  world = {
    ...site,
    wechat,
    pc: () => createPc(site),
    phone: (person) => createPhone(site, person),
  }
  for (const app of await wechat.apps()) {
    ours.set(`the secret of ${app.key}`, app.secret)
    ours.set(`the push token of ${app.key}`, app.notify.token)
    ours.set(`the AES key of ${app.key}`, app.notify.aesKey)
  }
  for (const [n, key] of KEYS.entries()) ours.set(`signing key ${n}`, key)
  ours.set('service key', SERVICE_KEY)
  await program.start()
})
afterAll(async () => {
  await program.dispose()
  await front.close()
  await upstream.close()
  await wechat.close()
})

/** One of each kind after another, and few of each: every one is searched for in a dozen forms. */
const MOST_OF_A_KIND = 4
function keep(into: Map<string, string>, kind: string, value: string): void {
  const known = [...into].filter(([name, other]) => name.startsWith(`${kind} #`) || other === value)
  if (known.length < MOST_OF_A_KIND && !known.some(([, other]) => other === value)) {
    into.set(`${kind} #${known.length}`, value)
  }
}

/** Somebody new tries every door at once. @returns those that let them in in time */
async function everyDoor(withinMs = 12_000): Promise<string[]> {
  const tries = DOORS.map(async (door) => {
    const entered = await enterBy(world, door, await wechat.newPerson())
    for (const [what, value] of entered.secrets) keep(theirs, what.replace(/ \d+/, ''), value)
    return door
  })
  const late = sleep(withinMs, null)
  const outcomes = await Promise.allSettled(tries.map((one) => Promise.race([one, late])))
  return outcomes.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : []))
}

/** Ends the program, if it has not ended already, and starts it again; what it had printed is kept. */
async function restart(): Promise<void> {
  await program.kill('SIGTERM')
  printed += program.output()
  // It asks WeChat for its server tokens anew.
  await sql(program.file, 'DELETE FROM vault')
  await program.start()
}

/** Everything that travelled, by what it is. */
function gather(): void {
  const find = (into: Map<string, string>, what: string, text: string, pattern: RegExp) => {
    for (const [, found = ''] of text.matchAll(pattern)) keep(into, what, decodeURIComponent(found))
  }
  for (const name of ['access_token', 'refresh_token', 'session_key', 'ticket', 'sdk_ticket']) {
    find(ours, name, upstream.said(), new RegExp(`"${name}":"([\\w+/=-]{16,})"`, 'g'))
  }
  find(ours, 'poll code', upstream.said(), /"?wx_code"?[:=]['"]([^'"]+)['"]/g)
  for (const name of ['code', 'js_code'])
    find(ours, name, upstream.asked(), new RegExp(`[?&]${name}=([^& ]{16,})`, 'g'))
  find(theirs, 'state', front.said(), /state=(\w{32,})/g)
  find(theirs, 'cookie', front.said(), /set-cookie: saoma-[\w-]+=([\w.-]{16,});/gi)
  for (const [, number = ''] of front.said().matchAll(/"matchNumber":"(\d+)"/g)) numbers.add(number)
}

const faultsLeft = async (): Promise<number> => (await (await fetch(`${wechat.url}/sim/faults`)).json()).faults.length

test('all this is done to it', async () => {
  expect(await everyDoor()).toEqual([...DOORS])
  const pc = world.pc()
  const { ticket } = await pc.begin('relay')
  const live = await pc.watch(ticket.id)
  await live.until('pending')
  live.close()
  const { secret } = (await wechat.apps())[0] ?? { secret: '' }
  const [token = ''] = [...theirs.values()].filter((value) => value.length === 43)
  const groups: readonly (readonly Record<string, unknown>[])[] = [
    [{ kind: 'status', status: 500 }, { kind: 'html' }, { kind: 'empty' }],
    [{ kind: 'truncated' }, { kind: 'reset' }, { kind: 'reset', after: true }, { kind: 'oversized', bytes: 200_000 }],
    [{ kind: 'hang' }, { kind: 'hang', after: true }, { kind: 'drip', ms: 400 }, { kind: 'delayAfter', ms: 6_000 }],
    // WeChat says our secrets back to us.
    [
      { kind: 'errcode', errcode: 40001, errmsg: `invalid credential ${secret} hints: [ ${secret} ]` },
      { kind: 'errcode', errcode: 40029, errmsg: `invalid code ${token} hints: [ req_id: ${token} ]` },
    ],
    [
      { kind: 'raw', body: `{"errcode":"${secret}","errmsg":{"secret":"${secret}"},"openid":["${token}"]}` },
      { kind: 'raw', body: `<html>${secret} ${token}` },
    ],
  ]
  let ordered = 0
  let struck = 0
  for (const group of groups) {
    await restart()
    // The slow ones all at once.
    for (const faults of group.some(({ kind }) => kind === 'hang') ? [group] : group.map((fault) => [fault])) {
      for (const path of PATHS) for (const fault of faults) await wechat.fault({ path, ...fault })
      // Some calls are reached by those alone whom an earlier call has let through, and some by none while WeChat is left alone.
      await Promise.all([...faults, ...faults].map(() => everyDoor()))
      ordered += PATHS.length * faults.length
      struck += PATHS.length * faults.length - (await faultsLeft())
      await wechat.clearFaults()
    }
    gather()
  }
  expect(struck).toBeGreaterThan(ordered / 2)
  await restart()
  const errmsg = `invalid ip ${secret}, not in whitelist rid: ${secret}`
  await wechat.fault({ path: '/cgi-bin/stable_token', kind: 'errcode', errcode: 40164, errmsg })
  await everyDoor()
  await restart()
}, 180_000)

test('…and its database fails in between, table by table', async () => {
  for (const table of TABLES) {
    const held = await enterBy(world, 'relay', await wechat.newPerson())
    await sql(program.file, `ALTER TABLE ${table} RENAME TO ${table}_away`)
    await everyDoor(2_000)
    for (const path of ['/api/session', '/api/sessions', '/api/account', '/api/account/export']) {
      await held.request(path)
      await held.request(path, 'DELETE')
    }
    await sql(program.file, `ALTER TABLE ${table}_away RENAME TO ${table}`)
  }
  expect(await everyDoor()).toEqual([...DOORS])
  gather()
  await expect.poll(() => program.output()).toContain('"request.failed"')
}, 120_000)

test('…and strangers bring its secrets back in odd places', async () => {
  const some = [...ours.values()].filter((_, n) => n % 3 === 0)
  const more = [...theirs.values()].filter((_, n) => n % 3 === 0)
  expect(await carryEverywhere(world, [...some, ...more])).toBeGreaterThan(1_000)
}, 120_000)

test('…and it crashes with all of them in hand', async () => {
  const headers = { authorization: `Bearer ${SERVICE_KEY}` }
  metrics = await (await fetch(`${program.connectTo}/metrics`, { headers })).text()
  const words = [...ours.values(), ...theirs.values()]
  await program.ask({ how: 'warned', words })
  for (const how of ['thrown', 'rejected', 'no error', 'in a request']) {
    await program.ask({ how, words })
    const [word] = words
    if (how === 'in a request') {
      const cookie = `saoma-session=${words[1]}`
      await fetch(`${program.connectTo}/wechat/callback/pc?code=${word}`, { headers: { cookie } }).catch(
        () => undefined,
      )
    }
    expect((await program.ended()).code).toBe(1)
    printed += program.output()
    await program.start()
  }
  await program.kill('SIGTERM')
  printed += program.output()
}, 60_000)

test('this test knows what it looks for, and where', () => {
  const names = [...ours.keys(), ...theirs.keys()].join('\n')
  for (const kind of [
    ...[
      'access_token',
      'refresh_token',
      'session_key',
      'ticket',
      'code',
      'js_code',
      'poll code',
      'AES key',
      'push token',
    ],
    ...['browser secret', 'phone secret', 'ticket secret', 'session', 'token', 'attempt', 'state', 'cookie'],
  ]) {
    expect(names).toContain(kind)
  }
  expect(ours.size).toBeGreaterThan(40)
  expect(theirs.size).toBeGreaterThan(60)
  expect(numbers.size).toBeGreaterThan(10)
  for (const event of [
    'started',
    'request',
    'request.failed',
    'audit',
    'process.uncaught',
    'process.unhandled',
    'draining',
  ]) {
    expect(printed).toContain(`"msg":"${event}"`)
  }
  expect(metrics).toContain('saoma_logins_total')
  expect(front.said().length).toBeGreaterThan(1_000_000)
})

const all = () => new Map([...ours, ...theirs])

test('secrets in the log: none in what it printed, standing or falling', () => {
  const found = leaksIn(printed, all())
  const held = new Map([...all()].filter(([name]) => found.includes(name)))
  expect(printed.split('\n').filter((line) => leaksIn(line, held).length > 0)).toEqual([])
  expect(printed).not.toContain('matchNumber')
})

test('secrets in files: none beside the database, none in it', () => {
  const directory = dirname(program.file)
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name)).toContain('saoma.sqlite')
  for (const { parentPath, name } of files) {
    expect([name, leaksIn(readFileSync(join(parentPath, name)), all())]).toEqual([name, []])
  }
})

test('secrets in the metrics: none', () => {
  expect(leaksIn(metrics, all())).toEqual([])
})

test('secrets in answers: none of ours in any, and a visitor’s own only where it is handed over', () => {
  // Pages and headers that are always the same are searched once.
  const said = [...new Set(front.said().split('\r\n'))].join('\r\n')
  expect(leaksIn(said, ours)).toEqual([])
  const handedOver = said
    .replace(/^set-cookie: .*$/gim, '')
    .replace(/"(token|secret)":"[^"]+"/g, '')
    // The state goes to WeChat with the browser that holds its cookie: in the frame's address, and on the way there.
    .replace(/[?&]state=\w+/g, '')
  expect(leaksIn(handedOver, theirs)).toEqual([])
})
