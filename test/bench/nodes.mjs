// Two nodes over PostgreSQL and a Redis of their own. From the phone's confirmation being sent to the
// page being told: both at one node, and the phone at the other one; beside the bare way of one message through Redis, in the
// same run. The bar: the other node costs at most two such ways more.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import pg from 'pg'
import { WebSocket } from 'ws'
import { cpuMs } from './systems.mjs'

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))
const POSTGRES_URL = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres'
const WARM_UP = 30
const LOGINS = 300
/** So that a lost push is a failure and not a hang. */
const PATIENCE_MS = 30_000
const HINTS_A_TICK = 15
const HINT_SECONDS = 4

const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  return port
}

async function until(holds) {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds().catch(() => false)) return
    await sleep(50)
  }
  throw new Error('It did not start. Run: npm run build')
}

/** A browser that keeps our cookies and follows as far as it is told. */
function browser(publicUrl, connectTo, own = {}) {
  const jar = new Map()
  const ask = async (address, { json, ...options } = {}) => {
    const { href } = new URL(address, publicUrl)
    const ours = href.startsWith(`${publicUrl}/`)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(ours ? connectTo + href.slice(publicUrl.length) : href, {
      ...options,
      redirect: 'manual',
      headers: {
        ...own,
        ...(ours && cookie && { cookie }),
        ...(json && { origin: publicUrl, 'content-type': 'application/json' }),
      },
      ...(json && { method: 'POST', body: JSON.stringify(json) }),
    })
    for (const line of ours ? answer.headers.getSetCookie() : []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      jar.set(name, value)
    }
    const text = await answer.text()
    const location = answer.headers.get('location')
    return { status: answer.status, text, location: location && new URL(location, href).href }
  }
  const follow = async (address) => {
    let answer = await ask(address)
    for (let hops = 0; answer.location && hops < 8; hops++) answer = await ask(answer.location)
    return answer
  }
  return { ask, follow, cookie: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }
}

/** One login by `relay`. @returns {Promise<number>} milliseconds from the phone's answer being sent to the page being told */
async function confirmation({ publicUrl, page: pageAt, phone: phoneAt, person }) {
  const page = browser(publicUrl, pageAt)
  const { ticket, matchNumber } = JSON.parse((await page.ask('/api/tickets', { json: { method: 'relay' } })).text)
  const headers = { origin: publicUrl, cookie: page.cookie() }
  const socket = new WebSocket(`${pageAt.replace('http', 'ws')}/api/live`, 'saoma.v1', { headers })
  await once(socket, 'open')
  const statuses = new Map()
  let wake = () => {}
  socket.on('message', (data) => {
    const { status } = JSON.parse(String(data)).ticket
    if (!statuses.has(status)) statuses.set(status, performance.now())
    wake()
  })
  const heard = async (status) => {
    const tooLate = AbortSignal.timeout(PATIENCE_MS)
    while (!statuses.has(status)) {
      await new Promise((resolve, reject) => {
        wake = resolve
        tooLate.onabort = () => reject(new Error(`never told that it is ${status}`))
      })
    }
    return statuses.get(status)
  }
  socket.send(JSON.stringify({ type: 'watch', ticket: ticket.id }))
  await heard('pending')
  const phone = browser(publicUrl, phoneAt, { 'x-sim-person': person, 'user-agent': 'MicroMessenger/8.0.50 iPhone' })
  await phone.follow(`/t/${ticket.id}`)
  const { needsExplicit } = JSON.parse((await phone.ask(`/api/confirmations/${ticket.id}`)).text)
  if (needsExplicit) await phone.follow(needsExplicit)
  await heard('scanned')
  await sleep(5)
  const sent = performance.now()
  const answering = phone.ask(`/api/confirmations/${ticket.id}`, { json: { decision: 'confirm', matchNumber } })
  const told = await heard('confirmed')
  const { status, text } = await answering
  if (status !== 200) throw new Error(`not confirmed: ${status} ${text}`)
  socket.close()
  return told - sent
}

/** One message through Redis, by a client that has been at rest for as long as the nodes have. */
async function bareWay(url) {
  const [publisher, subscriber] = [new Redis(url), new Redis(url)]
  await subscriber.subscribe('bare')
  return {
    /** @returns {Promise<number>} milliseconds from its being published to its being heard */
    async once() {
      await sleep(5)
      const heard = once(subscriber, 'message')
      const sent = performance.now()
      publisher.publish('bare', 'x'.repeat(150))
      await heard
      return performance.now() - sent
    },
    close() {
      for (const client of [publisher, subscriber]) client.disconnect()
    },
  }
}

/**
 * What a hint costs a node where nobody watches its ticket, as for almost all hints of the other nodes. One a message: a
 * node that has many to tell puts them into one. @returns {Promise<number>} microseconds of its processor
 */
async function costOfHint(url, pid) {
  const publisher = new Redis(url)
  const [channel] = await publisher.pubsub('CHANNELS')
  const told = async (seconds, perTick) => {
    const before = cpuMs(pid)
    let sent = 0
    for (const end = performance.now() + seconds * 1_000; performance.now() < end; sent += perTick) {
      const batch = publisher.pipeline()
      for (let n = 0; n < perTick; n++) {
        const hint = { topic: 'ticket', id: `tkt_${randomBytes(30).toString('hex')}`, version: 3 }
        batch.publish(channel, JSON.stringify({ node: 'bench', hints: [hint] }))
      }
      await batch.exec()
      await sleep(5)
    }
    return { ms: cpuMs(pid) - before, sent }
  }
  await told(1, HINTS_A_TICK)
  const rest = await told(HINT_SECONDS, 0)
  const busy = await told(HINT_SECONDS, HINTS_A_TICK)
  publisher.disconnect()
  return ((busy.ms - rest.ms) * 1_000) / busy.sent
}

/** @returns {Promise<Record<'same' | 'other' | 'bare', number[]> & { hintUs: number, failures: string[] }>} samples in milliseconds; see costOfHint */
export async function measureNodes() {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-bench-'))
  const name = `saoma_bench_${process.pid}`
  const admin = new pg.Client(POSTGRES_URL)
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  const database = Object.assign(new URL(POSTGRES_URL), { pathname: `/${name}` }).href
  const [redisPort, here, there, simulatorPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const redisUrl = `redis://127.0.0.1:${redisPort}`
  const redis = start('redis-server', [
    '--port',
    `${redisPort}`,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ])
  const publicUrl = `http://localhost:${here}`
  const env = {
    ...{
      PATH: process.env.PATH,
      PUBLIC_URL: publicUrl,
      DATABASE_URL: database,
      REDIS_URL: redisUrl,
      LOG_LEVEL: 'warn',
    },
    SESSION_KEYS: 'a-key-for-measurements-only-0123456789',
  }
  const node = (port, more) =>
    start(process.execPath, [MAIN], { cwd: directory, env: { ...env, PORT: `${port}`, ...more } })
  const ready = (port) => until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  const nodes = [node(here, { SIMULATOR_PORT: `${simulatorPort}` })]
  try {
    await ready(here)
    const simulator = `http://127.0.0.1:${simulatorPort}`
    const { apps } = await (await fetch(`${simulator}/sim/apps`)).json()
    const listed = apps.map(({ key, kind, appid, secret, openPlatform, notify }) => ({
      ...{ key, kind, appid, secret, notify },
      ...(openPlatform && { openPlatform }),
    }))
    const wechat = { WECHAT_OPEN_URL: simulator, WECHAT_API_URL: simulator, WECHAT_POLL_URL: simulator }
    nodes.push(node(there, { WECHAT_APPS: JSON.stringify(listed), ...wechat }))
    await ready(there)

    const [one, other] = [here, there].map((port) => `http://127.0.0.1:${port}`)
    const bare = await bareWay(redisUrl)
    const [samples, failures] = [{ same: [], other: [], bare: [] }, []]
    for (let n = -WARM_UP; n < LOGINS; n++) {
      const trial = { publicUrl, page: one, person: 'alice' }
      const pairs = [
        ['same', one],
        ['other', other],
      ]
      const told = {}
      try {
        for (const [kind, phone] of n % 2 === 0 ? pairs : pairs.toReversed()) {
          told[kind] = await confirmation({ ...trial, phone })
        }
        told.bare = await bare.once()
      } catch (error) {
        failures.push(error.message)
        continue
      }
      // Neighbours in time, or none of them.
      if (n >= 0) for (const [kind, ms] of Object.entries(told)) samples[kind].push(ms)
    }
    bare.close()
    return { ...samples, failures, hintUs: await costOfHint(redisUrl, nodes[1].pid) }
  } finally {
    await Promise.all(nodes.map((child) => [child.kill('SIGTERM'), once(child, 'exit')][1]))
    redis.kill('SIGKILL')
    await admin.query(`DROP DATABASE ${name}`)
    await admin.end()
    rmSync(directory, { recursive: true, force: true })
  }
}
