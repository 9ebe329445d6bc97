// Backup and restore as README says, each while twenty people a second log in.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeOn, MARIADB, POSTGRES, type ScratchDatabase, scratchDatabase } from '../db/servers.js'
import { temporaryDirectory } from '../db/temp.js'
import { rows, sql } from '../world/database.js'
import { backedUp, run } from './under-load.js'

describe('SQLite', () => {
  test('VACUUM INTO', async () => {
    const copy = join(temporaryDirectory(), 'backup.sqlite')
    await backedUp(null, async (file) => {
      await sql(file, `VACUUM INTO '${copy}'`)
      return {
        url: `sqlite:${copy}`,
        query: (text) => rows(copy, text),
        async check() {
          expect(await rows(copy, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
          expect(await rows(copy, 'PRAGMA foreign_key_check')).toEqual([])
        },
      }
    })
  }, 120_000)
})

/** Two databases on one server: the one in use, and an empty one for the copy. */
async function two(
  open: () => Promise<ScratchDatabase>,
  work: (used: ScratchDatabase, empty: ScratchDatabase) => Promise<void>,
) {
  const databases = [await open(), await open()] as const
  try {
    await work(...databases)
  } finally {
    for (const database of databases) await database.drop()
  }
}

describeOn(POSTGRES, 'backup', () => {
  test('pg_dump and pg_restore', async () => {
    const dump = join(temporaryDirectory(), 'saoma.dump')
    await two(
      () => scratchDatabase(POSTGRES),
      (used, empty) =>
        backedUp(used.url, async () => {
          await run('pg_dump', ['--format=custom', `--file=${dump}`, used.url])
          await run('pg_restore', [
            '--exit-on-error',
            '--single-transaction',
            '--no-owner',
            `--dbname=${empty.url}`,
            dump,
          ])
          // Every foreign key was checked as it was made anew.
          return { url: empty.url, query: empty.query, check: async () => {} }
        }),
    )
  }, 120_000)
})

describeOn(MARIADB, 'backup', () => {
  test('mariadb-dump --single-transaction', async () => {
    const dump = join(temporaryDirectory(), 'saoma.sql')
    await two(
      () => scratchDatabase(MARIADB),
      (used, empty) =>
        backedUp(used.url, async () => {
          const { host, port, user, password, name } = parts(used.url)
          const to = [`--host=${host}`, `--port=${port}`, `--user=${user}`]
          const env = { MYSQL_PWD: password }
          await run('mariadb-dump', [...to, '--single-transaction', `--result-file=${dump}`, name], env)
          await run('mariadb', [...to, '--execute', `source ${dump}`, parts(empty.url).name], env)
          return {
            url: empty.url,
            query: empty.query,
            async check() {
              const tables = await empty.query(
                'SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE()',
              )
              expect(tables.length).toBeGreaterThan(8)
              const names = tables.map(({ t }) => String(t))
              const checked = await run(
                'mariadb',
                [...to, '--batch', '--execute', `CHECK TABLE ${names.join()}`, parts(empty.url).name],
                env,
              )
              expect(
                checked
                  .trim()
                  .split('\n')
                  .slice(1)
                  .filter((line) => !line.endsWith('\tOK')),
              ).toEqual([])
            },
          }
        }),
    )
  }, 120_000)
})

function parts(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url)
  return { host: hostname, port: port || '3306', user: username, password, name: pathname.slice(1) }
}
