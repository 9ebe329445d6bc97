// Whether a login costs more when a million people have been here before. All of them return.
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sqlite3 from 'sqlite3'
import { APPS } from '../wechat.mjs'
import { loginsOf } from './logins.mjs'

const FEW = 1_000
const MANY = 1_000_000
const BATCH = 50_000

/** Whoever wechat.mjs calls person 1 … `count`, known by the door of the website. */
const STATEMENTS = [
  `INSERT INTO accounts (id, status, created_at, nickname, avatar_url)
    SELECT printf('acc_bench%016d', n), 'active', 1000, 'Person ' || n, '' FROM numbers`,
  `INSERT INTO identities (appid, openid, platform, unionid, account_id, created_at, last_used_at)
    SELECT '${APPS[0].appid}', printf('oBenchpc_%019d', n), 'main', printf('oUnion___%019d', n), printf('acc_bench%016d', n), 1000, 1000 FROM numbers`,
  `INSERT INTO unionids (platform, unionid, account_id)
    SELECT 'main', printf('oUnion___%019d', n), printf('acc_bench%016d', n) FROM numbers`,
]

async function fill(file, count) {
  const db = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(opened)))
  })
  const run = promisify(db.run.bind(db))
  await run('PRAGMA synchronous = OFF')
  for (let from = 1; from <= count; from += BATCH) {
    const to = Math.min(count, from + BATCH - 1)
    const numbers = `WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to})`
    await run('BEGIN')
    for (const statement of STATEMENTS) await run(statement.replace(/SELECT/, `${numbers} SELECT`))
    await run('COMMIT')
  }
  await run('PRAGMA wal_checkpoint(TRUNCATE)')
  await promisify(db.close.bind(db))()
}

export const accounts = {
  id: 'accounts',
  title: 'Logins with 1,000,000 accounts stored against 1,000',
  rows: [
    { id: 'many', what: 'logins/s, 1,000,000 ÷ 1,000', atLeast: 0.9 },
    { id: 'many.cpu', what: 'CPU per login, 1,000,000 ÷ 1,000', atMost: 1.1 },
  ],
  async measure(bench) {
    const measured = {}
    for (const count of bench.inTurn([FEW, MANY])) {
      const kept = join(bench.directory, `accounts-${count}.sqlite`)
      const prepare = async (file) => {
        if (!existsSync(kept)) {
          await fill(file, count)
          copyFileSync(file, kept)
        } else copyFileSync(kept, file)
      }
      const people = () => 1 + Math.floor(Math.random() * count)
      measured[count] = await loginsOf(bench, 'saoma', 'website', { prepare, people })
    }
    return {
      values: {
        many: measured[MANY].perSecond / measured[FEW].perSecond,
        'many.cpu': measured[MANY].cpuMs / measured[FEW].cpuMs,
      },
      parts: { '1,000: logins/s': measured[FEW].perSecond, '1,000,000: logins/s': measured[MANY].perSecond },
      failures: [...measured[FEW].failures, ...measured[MANY].failures],
    }
  },
}
