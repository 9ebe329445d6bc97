// What /readyz says of the real program when its database cannot serve, and how soon it says that it can again.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { describeOn, SERVERS, scratchDatabase } from '../db/servers.js'
import { stranger } from '../db/temp.js'
import { sql } from '../world/database.js'
import { createPc } from '../world/pc.js'
import { type Program, prepareProgram } from '../world/program.js'
import { startTcpProxy } from '../world/tcp-proxy.js'

const run = promisify(execFile)
let program: Program
async function start(env: Record<string, string> = {}): Promise<void> {
  program = await prepareProgram(env)
  await program.start()
}
afterEach(() => program.dispose())

const ready = [200, { status: 'ready' }]
const not = (...reasons: string[]) => [503, { status: 'not ready', reasons }]
async function readiness() {
  const answer = await fetch(`${program.connectTo}/readyz`)
  return [answer.status, await answer.json()]
}
const becomes = (wanted: unknown, timeout: number) => expect.poll(readiness, { timeout, interval: 50 }).toEqual(wanted)

describe('SQLite', () => {
  test('a file that takes no more bytes: failing, and logins hear `busy`; ready within 5 s of its recovery', async () => {
    await start()
    expect(await readiness()).toEqual(ready)
    await run('prlimit', ['--pid', String(program.pid()), '--fsize=0:unlimited'])
    await becomes(not('database_failing'), 5_000)
    const pc = createPc(program)
    const { ticket } = await pc.begin('relay')
    expect((await pc.read(ticket.id)).code).toBe('busy')
    expect((await fetch(`${program.connectTo}/healthz`)).status).toBe(200)
    await run('prlimit', ['--pid', String(program.pid()), '--fsize=unlimited:unlimited'])
    await becomes(ready, 5_000)
    expect((await pc.ticket(ticket.id)).ticket.status).toBe('pending')
  })

  test('a full disk: full, and ready within 5 s once there is room', async ({ skip }) => {
    const disk = mkdtempSync(join(tmpdir(), 'saoma-disk-'))
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).then(
      () => true,
      () => false,
    )
    onTestFinished(async () => {
      await program.dispose()
      if (mounted) await run('umount', [disk])
      rmSync(disk, { recursive: true })
    })
    program = await prepareProgram({ DATABASE_URL: `sqlite:${disk}/saoma.sqlite` })
    if (!mounted) skip('mounting a small disk needs rights that this user has not')
    await program.start()
    fill(join(disk, 'filler'))
    await becomes(not('database_full'), 10_000)
    rmSync(join(disk, 'filler'))
    await becomes(ready, 5_000)
  })

  test('locked by another process: busy, and ready within 1 s once it is free', async () => {
    await start()
    const other = stranger(program.file)
    await other.exec('BEGIN IMMEDIATE')
    await becomes(not('database_busy'), 6_000)
    await other.exec('COMMIT')
    await becomes(ready, 3_000)
  })

  test('a migration that somebody undid: pending, until it has been run', async () => {
    await start()
    await sql(program.file, "DELETE FROM migrations WHERE name LIKE '0003%'")
    await becomes(not('database_newer'), 3_000)
    await sql(program.file, "INSERT INTO migrations (name) VALUES ('0003-profile-sources')")
    await becomes(ready, 3_000)
    await sql(program.file, 'DELETE FROM migrations')
    await becomes(not('migrations_pending'), 3_000)
  })
})

/** Whatever room there is, to the last byte. */
function fill(file: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  for (const size of [65_536, 4_096, 512, 1]) {
    for (;;) {
      try {
        writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
      } catch {
        break
      }
    }
  }
}

for (const server of SERVERS) {
  describeOn(server, 'a server', () => {
    test('unreachable, silent, and back: not ready with the reason, and ready within 5 s without a restart', async () => {
      const database = await scratchDatabase(server)
      const own = new URL(database.url)
      const proxy = await startTcpProxy(Number(own.port))
      own.port = String(proxy.port)
      onTestFinished(async () => {
        await program.dispose()
        await proxy.close()
        await database.drop()
      })
      await start({ DATABASE_URL: own.href })
      const pc = createPc(program)
      const { ticket } = await pc.begin('relay')
      expect((await pc.ticket(ticket.id)).ticket.status).toBe('pending')

      proxy.cut()
      await becomes(not('database_unreachable'), 5_000)
      expect((await pc.read(ticket.id)).code).toBe('busy')
      proxy.mend()
      await becomes(ready, 5_000)

      proxy.stall()
      await becomes(not('database_busy'), 8_000)
      proxy.mend()
      await becomes(ready, 5_000)
      expect((await pc.ticket(ticket.id)).ticket.status).toBe('pending')
      expect(proxy.size()).toBeLessThanOrEqual(10)
    }, 60_000)

    // MariaDB can be made read only as a whole alone, with everybody's databases.
    test.runIf(server.name === 'PostgreSQL')('read only: not ready with the reason', async () => {
      const database = await scratchDatabase(server)
      onTestFinished(async () => {
        await program.dispose()
        await database.drop()
      })
      await start({ DATABASE_URL: database.url })
      const name = new URL(database.url).pathname.slice(1)
      await database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
      await database.cut()
      await becomes(not('database_read_only'), 5_000)
    })
  })
}
