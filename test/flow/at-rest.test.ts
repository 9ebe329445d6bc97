// What lies on disk after whole logins by every door: nothing that opens anything, in any form, on any database.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOn, MARIADB, POSTGRES, type ScratchDatabase, scratchDatabase } from '../db/servers.js'
import { createBrowser } from '../world/browser.js'
import { sql } from '../world/database.js'
import { DOORS, enterBy } from '../world/enter.js'
import { formsOf, leaksIn } from '../world/leaks.js'
import { startWiretap, type Wiretap } from '../world/wiretap.js'
import { startWorld, type World } from '../world.js'

const KEY = 'a-canary-of-a-signing-key-0123456789abcdef'

interface Rest {
  readonly url?: string
  /** Everything that is kept, as bytes. */
  dump(world: World): Promise<Buffer>
  /** Runs a statement beside the service. */
  run(world: World, statement: string): Promise<void>
}

function atRest(open: () => Promise<Rest & { close?(): Promise<void> }>): void {
  let rest: Awaited<ReturnType<typeof open>>
  let world: World
  let tap: Wiretap
  const secrets = new Map<string, string>()

  beforeAll(async () => {
    rest = await open()
    const { url } = rest
    world = await startWorld({
      keys: [KEY],
      async apiBy(real) {
        tap = await startWiretap(real)
        return tap.url
      },
      config: (config) => (url === undefined ? config : { ...config, databaseUrl: url }),
    })
    const person = await world.wechat.newPerson()
    for (const door of DOORS) {
      const { secrets: held, request } = await enterBy(world, door, person)
      for (const [what, value] of held) secrets.set(what, value)
      expect((await request('/api/session')).status).toBe(200)
    }
    // A refusal and a login that is never collected leave rows too.
    const { begun } = await world.confirmed('relay', person)
    const asked = world.pc()
    await asked.ticket((await asked.begin('website')).ticket.id).catch(() => undefined)
    expect(begun.ticket.id).toMatch(/^tkt_/)
    await world.wechat.event('mp', person, 'user_info_modified')
    for (const [what, value] of tap.secrets()) secrets.set(`WeChat’s ${what}`, value)
    for (const app of await world.wechat.apps()) {
      secrets.set(`the secret of ${app.key}`, app.secret)
      secrets.set(`the push token of ${app.key}`, app.notify.token)
      secrets.set(`the AES key of ${app.key}`, app.notify.aesKey)
    }
    secrets.set('the signing key', KEY)
  })
  afterAll(async () => {
    await world.close()
    await tap.close()
    await rest.close?.()
  })

  test('the traffic had every kind of secret: this test knows what it looks for', () => {
    const kinds = [
      ...['browser secret', 'phone secret', 'ticket secret', 'session', 'token', 'attempt'],
      ...[
        'WeChat’s code',
        'WeChat’s js_code',
        'WeChat’s access_token',
        'WeChat’s refresh_token',
        'WeChat’s session_key',
      ],
      ...['WeChat’s ticket', 'WeChat’s secret', 'the secret of pc'],
    ]
    const names = [...secrets.keys()].join('\n')
    for (const kind of kinds) expect(names).toContain(kind)
    expect([...secrets.keys()].filter((name) => name.startsWith('state')).length).toBeGreaterThanOrEqual(4)
    expect(secrets.size).toBeGreaterThan(50)
  })

  test('stolen disk: none of them is in a dump, raw, hex, base64, base64url or URL-encoded', async () => {
    const dump = await rest.dump(world)
    expect(dump.length).toBeGreaterThan(5_000)
    // What is kept on purpose is there, so that the dump is one of this database.
    expect(dump.includes('acc_')).toBe(true)
    expect(leaksIn(dump, secrets)).toEqual([])
  })

  test('each of them would be found, however it were written', async () => {
    for (const [name, secret] of secrets) {
      for (const form of formsOf(secret)) {
        const place = Buffer.concat([Buffer.from('before'), form, Buffer.from('after')])
        expect(leaksIn(place, new Map([[name, secret]]))).toEqual([name])
      }
    }
  })

  test.each(['utf8', 'hex', 'base64', 'base64url'] as const)('one that is planted in %s is found', async (encoding) => {
    const canary = `canary-${encoding}-Zk3vQ8rT1wX5yB7nM2pL`
    const planted = Buffer.from(`some text around ${canary} and more`).toString(encoding)
    await rest.run(world, `INSERT INTO vault VALUES ('planted in ${encoding}', '${planted}', 0)`)
    expect(leaksIn(await rest.dump(world), new Map([['canary', canary]]))).toEqual(['canary'])
  })

  test('stolen disk: nothing in it that looks like a secret signs anybody in', async () => {
    const words = new Set((await rest.dump(world)).toString('latin1').match(/[\w-]{43,}/g) ?? [])
    expect(words.size).toBeGreaterThan(10)
    const tried = new Set<string>()
    for (const word of words) {
      tried.add(word.slice(0, 43))
      tried.add(word.slice(-43))
      if (/^[0-9a-f]{64}$/.test(word)) tried.add(Buffer.from(word, 'hex').toString('base64url'))
    }
    for (const secret of tried) {
      const cookie = `saoma-session=${secret}`
      expect((await createBrowser(world).get('/api/session', { headers: { cookie } })).status).toBe(401)
      const authorization = `Bearer ${secret}`
      const byToken = await createBrowser(world).get(`${world.connectTo}/api/session`, { headers: { authorization } })
      expect(byToken.status).toBe(401)
    }
  })
}

describe('at rest, in SQLite’s file and its write-ahead log', () => {
  atRest(async () => ({
    dump: async (world) => Buffer.concat(['', '-wal', '-shm'].map((ending) => readFileSync(`${world.file}${ending}`))),
    run: (world, statement) => sql(world.file, statement),
  }))
})

for (const server of [POSTGRES, MARIADB]) {
  describeOn(server, 'at rest', () => {
    atRest(async () => {
      const database = await scratchDatabase(server)
      return {
        url: database.url,
        dump: () => dumpOf(database, server.name),
        run: async (_, statement) => void (await database.query(statement)),
        close: database.drop,
      }
    })
  })
}

/** Every value of every column of every table. */
async function dumpOf(database: ScratchDatabase, on: 'PostgreSQL' | 'MariaDB'): Promise<Buffer> {
  const schema = on === 'PostgreSQL' ? 'current_schema()' : 'DATABASE()'
  const tables = await database.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}`,
  )
  expect(tables.length).toBeGreaterThanOrEqual(10)
  const parts: Buffer[] = []
  for (const { name } of tables) {
    for (const row of await database.query(`SELECT * FROM ${String(name)}`)) {
      for (const value of Object.values(row)) {
        parts.push(Buffer.isBuffer(value) ? value : Buffer.from(String(value)), Buffer.from('\n'))
      }
    }
  }
  return Buffer.concat(parts)
}
