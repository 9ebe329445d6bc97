// Starts what is measured, each as a process of its own: Saoma as it is shipped, the references, and WeChat. The server
// under test has a core to itself; driver and WeChat share the other one.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from './client/http.mjs'
import { freePort } from './program.mjs'
import { APPS, codeFor, nicknameOf } from './wechat.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const MAIN = here('../../dist/server/main.js')
const READY_WITHIN_MS = 60_000
const TICKS_PER_SECOND = 100

const pinnable =
  cpus().length > 1 &&
  (() => {
    try {
      execFileSync('taskset', ['-p', String(process.pid)])
      return true
    } catch {
      return false
    }
  })()
export const SERVER_CORE = pinnable ? 0 : null
export const LOAD_CORE = pinnable ? 1 : null
/** For who shares the machine with others. */
export const ALL_CORES = pinnable ? `0-${cpus().length - 1}` : null

/** Keeps this process, the driver, off the server's core. */
export function pinDriver() {
  if (LOAD_CORE !== null) execFileSync('taskset', ['-a', '-p', '-c', String(LOAD_CORE), String(process.pid)])
}

const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** @param {number | string | null} core @param {string[]} args of node */
function start(core, args, { cwd, env, output, ipc = false }) {
  const command = core === null ? [process.execPath] : ['taskset', '-c', String(core), process.execPath]
  const stdio = ['ignore', output ?? 'ignore', output ?? 'inherit', ...(ipc ? ['ipc'] : [])]
  const child = spawn(command[0], [...command.slice(1), ...args], { cwd, env, stdio })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** A module of the bench as a program that says more than its exit. */
async function startModule(path, options) {
  const child = start(LOAD_CORE, [here(path), JSON.stringify(options)], { env: { PATH: process.env.PATH }, ipc: true })
  const told = once(child, 'message').then(([message]) => message)
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${path} did not start`)))
  return { child, ready: await Promise.race([told, gone]) }
}

/** WeChat's stand-in. @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function startWechat(options = {}) {
  const { child, ready } = await startModule('./wechat.mjs', options)
  return { url: ready.url, stop: () => end(child) }
}

/**
 * Pages that wait and do nothing else, in a process of their own. @param {{ port: number, count: number, tickets: boolean, perNetwork?: number, method?: string }} options
 * @returns {Promise<{ perSecond: number, upgradeSeconds: number, refused: number, stop: () => Promise<void> }>}
 */
export async function startIdle(options) {
  const { child, ready } = await startModule('./idle.mjs', options)
  return { ...ready, stop: () => end(child) }
}

/**
 * @typedef {object} System
 * @property {string} name
 * @property {number} pid
 * @property {import('./login.mjs').Site} site
 * @property {string} file the database
 * @property {number} bootMs until its first answer
 * @property {() => number} cpuMs user and system, all threads, since its start
 * @property {() => number} rssBytes
 * @property {() => Promise<{ heapUsed: number, rss: number, stallMs: number }>} memory after a collection, and the longest
 *   stall of the event loop since the last time; only with `probe`
 * @property {() => Promise<void>} stop
 */

/**
 * @param {'saoma' | 'limit' | 'textbook' | 'bare'} name
 * @param {{ wechat: string, synchronous?: 'FULL' | 'NORMAL', probe?: boolean, prepare?: (file: string) => Promise<void>, core?: string | number | null, env?: Record<string, string> }} options
 *   `probe`: can be asked for its memory; `prepare`: fills the database, which has been made, before the start; `env`: settings of
 *   Saoma's own
 * @returns {Promise<System>}
 */
export async function startSystem(
  name,
  { wechat, synchronous = 'FULL', probe = false, prepare, core = SERVER_CORE, env },
) {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-bench-'))
  const file = join(directory, `${name}.sqlite`)
  const nodeFlags = probe ? ['--expose-gc', '--import', here('./probe.mjs')] : []
  const boot = () => startServer({ name, directory, file, wechat, synchronous, nodeFlags, probe, core, env })
  let started = await boot()
  if (prepare) {
    await end(started.child)
    await prepare(file)
    started = await boot()
  }
  const { child, url, bootMs } = started
  const site = {
    port: Number(new URL(url).port),
    origin: url,
    code: codeFor,
    nickname: nicknameOf,
    accounts: new Map(),
  }
  return {
    ...{ name, pid: child.pid, site, file, bootMs },
    cpuMs: () => cpuMs(child.pid),
    rssBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readProc(child.pid, 'status'))?.[1]) * 1024,
    async memory() {
      child.send('measure')
      return (await once(child, 'message'))[0]
    },
    async stop() {
      await end(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startServer({ name, directory, file, wechat, synchronous, nodeFlags, probe, core, env: own }) {
  const port = await freePort()
  const saoma = name === 'saoma'
  const program = saoma ? [MAIN] : [here(`./${name}/server.mjs`), JSON.stringify({ wechat, file, synchronous, port })]
  const env = { PATH: process.env.PATH, ...(saoma ? settings({ port, file, wechat, synchronous }) : {}), ...own }
  const output = openSync(join(directory, 'log'), 'a')
  const startedAt = performance.now()
  const child = start(core, [...nodeFlags, ...program], { cwd: directory, env, output, ipc: probe })
  closeSync(output)
  while (!(await answers(port))) {
    if (performance.now() - startedAt > READY_WITHIN_MS || child.exitCode !== null) {
      const log = readFileSync(join(directory, 'log'), 'utf8').slice(-2_000)
      throw new Error(`${name} did not start. Run: npm run build\n${log}`)
    }
    await sleep(5)
  }
  return { child, url: `http://localhost:${port}`, bootMs: performance.now() - startedAt }
}

/**
 * Saoma's, as an operator has them who stands behind one proxy: its limits count the visitors' networks that the proxy
 * tells of, its log goes to a file.
 */
function settings({ port, file, wechat, synchronous }) {
  return {
    PORT: String(port),
    TRUSTED_PROXIES: '1',
    DATABASE_URL: `sqlite:${file}`,
    ...(synchronous === 'FULL' ? {} : { SQLITE_SYNCHRONOUS: synchronous.toLowerCase() }),
    WECHAT_APPS: JSON.stringify(APPS),
    ...{ WECHAT_OPEN_URL: wechat, WECHAT_API_URL: wechat, WECHAT_POLL_URL: wechat },
  }
}

/** Whether it says anything yet. */
async function answers(port) {
  const connection = new Connection(port)
  try {
    return (await connection.request('GET', '/healthz', '')).status > 0
  } catch {
    return false
  } finally {
    connection.close()
  }
}

/** Empty where there is no /proc: what is read from it is NaN then, and is no sample. */
function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** User and system time of all threads. */
export function cpuMs(pid) {
  const stat = readProc(pid, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
