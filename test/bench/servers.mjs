// PostgreSQL, MariaDB and Redis for the bench: a database of its own on a server that runs on this machine, and a Redis of its
// own. Where there is none, that is said, and what needs it is skipped in plain sight.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './program.mjs'

const POSTGRES_URL = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres'
const MARIADB_URL = process.env.TEST_MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/mysql'
const MS_A_TICK = 10

/** How each is spoken to, what its processes are called, and what counts its statements. */
const KINDS = {
  PostgreSQL: { url: POSTGRES_URL, processes: /^postgres$/, connect: connectPostgres, counted: 'transactions' },
  MariaDB: { url: MARIADB_URL, processes: /^(mariadbd|mysqld)$/, connect: connectMariadb, counted: 'statements' },
}
export const DATABASES = Object.keys(KINDS)

/**
 * @typedef {object} Database
 * @property {string} url
 * @property {string} counted what `asked` counts
 * @property {() => number} cpuMs of the whole server, since its start
 * @property {() => Promise<number>} asked so often since the server's start
 * @property {(text: string) => Promise<Record<string, unknown>[]>} query
 * @property {() => Promise<void>} drop
 */

/** @param {string} kind one of DATABASES @returns {Promise<Database | string>} a new, empty database; or why there is none */
export async function openDatabase(kind) {
  const { url: server, processes, connect, counted } = KINDS[kind]
  const name = `saoma_bench_${process.pid}_${Math.trunc(performance.now())}`
  let admin
  try {
    admin = await connect(server)
    await admin.query(`CREATE DATABASE ${name}`)
  } catch (error) {
    return `no ${kind} answers: ${error.code ?? error.message}`
  }
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const own = await connect(url)
  return {
    ...{ url, counted },
    cpuMs: () => cpuMsOf(processes),
    asked: () => own.asked(),
    query: (text) => own.query(text),
    async drop() {
      await own.end()
      await admin.query(`DROP DATABASE ${name}${kind === 'PostgreSQL' ? ' WITH (FORCE)' : ''}`)
      await admin.end()
    },
  }
}

async function connectPostgres(url) {
  const { default: pg } = await import('pg')
  const client = new pg.Client(url)
  await client.connect()
  const query = async (text) => (await client.query(text)).rows
  return {
    query,
    async asked() {
      // Sessions tell what they did when they are at rest, or a second later.
      await sleep(1_200)
      return Number(
        (await query('SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()'))[0].xact_commit,
      )
    },
    end: () => client.end(),
  }
}

async function connectMariadb(url) {
  const { createConnection } = await import('mariadb')
  const { hostname, port, username, password, pathname } = new URL(url)
  const connection = await createConnection({
    ...{ host: hostname, port: Number(port || 3306), user: username, password: decodeURIComponent(password) },
    database: pathname.slice(1),
  })
  const query = (text) => connection.query(text)
  return {
    query,
    asked: async () => Number((await query("SHOW GLOBAL STATUS LIKE 'Questions'"))[0].Value),
    end: () => connection.end(),
  }
}

/** User and system time of all processes of this name. NaN where there is no /proc. */
function cpuMsOf(named) {
  try {
    const stats = readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .flatMap(statOf)
    const ticks = stats.filter(({ name }) => named.test(name)).map(({ ticks }) => ticks)
    return ticks.reduce((sum, each) => sum + each, 0) * MS_A_TICK
  } catch {
    return Number.NaN
  }
}

function statOf(pid) {
  try {
    const [, name, rest] = /\((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const fields = rest.split(' ')
    return [{ name, ticks: Number(fields[11]) + Number(fields[12]) }]
  } catch {
    return []
  }
}

/** @returns {Promise<{ url: string, cpuMs: () => number, stop: () => Promise<void> } | string>} or why there is none */
export async function openRedis() {
  const port = await freePort()
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()]
  const child = spawn(process.env.TEST_REDIS_SERVER ?? 'redis-server', settings, { stdio: 'ignore' })
  const last = () => child.kill('SIGKILL')
  try {
    await once(child, 'spawn')
  } catch {
    return 'no redis-server is installed'
  }
  process.once('exit', last)
  return {
    url: `redis://127.0.0.1:${port}`,
    cpuMs: () => cpuMsOf(/^redis-server$/),
    async stop() {
      process.off('exit', last)
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
