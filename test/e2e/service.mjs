// Starts the service as shipped (built JavaScript, simulator beside it, durable SQLite) on free ports, and ends it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/**
 * @param {Record<string, string>} more settings
 * @returns {Promise<{ url: string, simulator: string, cpuMs: () => number, stop: () => Promise<void> }>}
 */
export async function startService(more = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-bench-'))
  const port = Number(more.PORT ?? (await freePort()))
  const simulatorPort = await freePort()
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    SIMULATOR_PORT: String(simulatorPort),
    DATABASE_URL: `sqlite:${join(directory, 'saoma.sqlite')}`,
    ...more,
  }
  const child = spawn(process.execPath, [MAIN], { env, cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://localhost:${port}`
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) break
    if (tries === 100 || child.exitCode !== null) throw new Error('The service did not start. Run: npm run build')
    await sleep(100)
  }
  return {
    url,
    simulator: `http://127.0.0.1:${simulatorPort}`,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
