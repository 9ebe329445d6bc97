// A redis-server of a test's own, which it may kill, hold and empty without harming anybody. Where none is installed its tests
// are skipped in plain sight; with CI=true they fail.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { Redis } from 'ioredis'
import { describe } from 'vitest'
import { freePort } from './free-port.js'

export interface TestRedis {
  readonly url: string
  readonly port: number
  /** A stranger who can reach it, too. Closed with it. */
  stranger(): Redis
  /** SIGKILL: connections break, what it held is gone. */
  kill(): Promise<void>
  /** Again, on the same port; resolves once it answers. */
  start(): Promise<void>
  /** SIGSTOP: connections stand, and nothing answers. */
  hold(): void
  letGo(): void
  /** Everything it holds, scripts included, is gone. */
  flush(): Promise<void>
  close(): Promise<void>
}

const BINARY = process.env.TEST_REDIS_SERVER ?? 'redis-server'
const installed = spawnSync(BINARY, ['--version']).status === 0
const absent = !installed && process.env.CI !== 'true'

/** `describe` with Redis, or its visible absence. */
export function describeWithRedis(title: string, body: () => void): void {
  const hint = 'no redis-server: apt-get install redis-server, or name one in TEST_REDIS_SERVER'
  describe.skipIf(absent)(`${title}${absent ? ` (skipped: ${hint})` : ''}`, body)
}

/** @param settings of redis-server, such as `--requirepass` with its value */
export async function startRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort()
  const password = settings[settings.indexOf('--requirepass') + 1]
  const url = `redis://${settings.includes('--requirepass') ? `:${password}@` : ''}127.0.0.1:${port}`
  const strangers: Redis[] = []
  let child: ChildProcess | null = null
  const last = () => child?.kill('SIGKILL')
  process.once('exit', last)

  const stranger = () => {
    const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
    client.on('error', () => {})
    strangers.push(client)
    return client
  }
  const kill = async () => {
    if (child === null || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    child = null
  }
  const start = async () => {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()]
    child = spawn(BINARY, [...own, ...settings], { stdio: 'ignore' })
    const probe = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    probe.on('error', () => {})
    await probe.ping()
    probe.disconnect()
  }
  await start()
  return {
    url,
    port,
    stranger,
    kill,
    start,
    hold: () => void child?.kill('SIGSTOP'),
    letGo: () => void child?.kill('SIGCONT'),
    async flush() {
      const client = stranger()
      await client.flushall()
      await client.script('FLUSH')
    },
    async close() {
      process.off('exit', last)
      for (const client of strangers) client.disconnect()
      child?.kill('SIGCONT')
      await kill()
    },
  }
}
