// The server's token on several nodes with one database: one of them asks WeChat, and the others wait for what it is told.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { LEASE_MS, takeTurn } from '#server/core/lease.js'
import type { WechatApp } from '#server/core/ports.js'
import { createVault } from '#server/core/vault.js'
import type { DatabaseStore } from '#server/db/store.js'
import { createPlatform } from '#server/wechat/platform.js'
import { describeOn, type ScratchDatabase, SERVERS, scratchDatabase } from '../db/servers.js'
import { type SimApp, startSimulator, type TestSimulator } from '../world/simulator.js'
import { SILENT, vaultParts } from './deps.js'
import { failure } from './fake-wechat.js'

const STABLE = '/cgi-bin/stable_token'
const OLD = '/cgi-bin/token'
/** An app of each kind, and by which call its token is asked for. */
const KINDS = [
  ['mp', 'official', STABLE],
  ['app', 'mobile', OLD],
] as const

for (const server of SERVERS) {
  describeOn(server, 'a server token of four nodes', () => {
    let database: ScratchDatabase
    let wechat: TestSimulator
    let apps: readonly SimApp[]
    const stores: DatabaseStore[] = []
    let offset = 0
    const clock = () => Date.now() + offset

    beforeAll(async () => {
      database = await scratchDatabase(server)
      for (let node = 0; node < 4; node += 1) stores.push(await database.open({ clock }))
      await stores[0]?.migrate()
      wechat = await startSimulator('http://localhost:1')
      apps = await wechat.apps()
    })
    afterAll(async () => {
      await wechat.close()
      await database.drop()
    })

    /** Nodes that have just started, and none of which knows anything yet. */
    async function nodes(key: string, kind: WechatApp['kind'], path: string) {
      await database.query('DELETE FROM vault')
      await wechat.clearFaults()
      const { appid = '', secret = '' } = apps.find((one) => one.key === key) ?? {}
      const own = { platform: 'main', bound: true, notify: null, strangers: 'ask', scene: 'confirm' } as const
      const app: WechatApp = { key, kind, appid, secret, ...own }
      const urls = { openUrl: wechat.url, apiUrl: wechat.url, pollUrl: wechat.url }
      const four = stores.map((store) => {
        const vault = createVault({ ...vaultParts(store, ['a key of all nodes']), clock })
        const platform = createPlatform({ ...urls, log: SILENT, clock, vault, random: Math.random })
        onTestFinished(() => platform.close())
        return () => (kind === 'mobile' ? platform.beginScan(app) : platform.createSceneCode(app, 'scene', 90_000))
      })
      const asked = async () => (await wechat.calls()).byPath[path] ?? 0
      const before = await asked()
      return {
        app,
        four,
        all: () => Promise.all(four.map((use) => use())),
        calls: async () => (await asked()) - before,
      }
    }
    const leases = async () => (await database.query("SELECT name FROM vault WHERE name LIKE 'lease:%'")).length
    /** Somebody outside of the service asks WeChat in a way that ends the token which all nodes hold. */
    async function endToken(app: WechatApp): Promise<void> {
      const grant = { grant_type: 'client_credential', appid: app.appid, secret: app.secret }
      if (app.kind === 'mobile') {
        await fetch(`${wechat.url}${OLD}?${new URLSearchParams(grant)}`)
        offset += 301_000
        await wechat.advance(301_000)
        // With it nobody would need the token.
        await database.query("DELETE FROM vault WHERE name LIKE 'sdk-ticket:%'")
        return
      }
      const json = { 'content-type': 'application/json' }
      const body = JSON.stringify({ ...grant, force_refresh: true })
      await fetch(`${wechat.url}${STABLE}`, { method: 'POST', headers: json, body })
    }

    test.each(KINDS)(
      '%s: all want it at the same moment, and WeChat is slow: it is asked for once',
      async (...kind) => {
        const { all, calls } = await nodes(...kind)
        await wechat.fault({ path: kind[2], kind: 'delay', ms: 400, times: 9 })
        await all()
        await all()
        expect(await calls()).toBe(1)
        expect(await leases()).toBe(0)
      },
    )

    test.each(KINDS)('%s: all find it void at the same moment (40001): one renews it', async (...kind) => {
      const { app, all, calls } = await nodes(...kind)
      await all()
      await endToken(app)
      const had = await calls()
      await wechat.fault({ path: kind[2], kind: 'delay', ms: 300, times: 9 })
      await all()
      expect((await calls()) - had).toBe(1)
      expect(await leases()).toBe(0)
    })

    test('WeChat gives the same one again: nobody asks a second time for those who waited', async () => {
      const { all, calls } = await nodes(...KINDS[0])
      await all()
      await wechat.fault({ path: '/cgi-bin/qrcode/create', kind: 'errcode', errcode: 40001, times: 4 })
      await wechat.fault({ path: STABLE, kind: 'delay', ms: 400, times: 9 })
      await all()
      expect(await calls()).toBe(2)
    })

    test('the holder fails: the next one asks, and not all at once', async () => {
      const { four, calls } = await nodes(...KINDS[0])
      await wechat.fault({ path: STABLE, kind: 'errcode', errcode: 50002, times: 1 })
      const outcomes = await Promise.allSettled(four.map((use) => use()))
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
      expect(await calls()).toBe(2)
      expect(await leases()).toBe(0)
    })

    test('the holder died: it is missed after a few seconds, by one of the others', async () => {
      const { app, all, calls } = await nodes(...KINDS[0])
      const dead = { ...vaultParts(stores[0] ?? expect.fail(), ['a key of all nodes']), clock }
      const turn = await takeTurn(dead, `token:${app.appid}`, async () => null, performance.now() + 1_000)
      expect('release' in turn && (await leases())).toBe(1)
      const started = performance.now()
      await all()
      expect(performance.now() - started).toBeGreaterThan(LEASE_MS - 100)
      expect(await calls()).toBe(1)
      expect(await leases()).toBe(0)
    })

    test('the holder ended between two looks: whoever takes the lease then finds what it left, and gives it back', async () => {
      const { app } = await nodes(...KINDS[0])
      const mine = { ...vaultParts(stores[0] ?? expect.fail(), ['a key of all nodes']), clock }
      let looks = 0
      const turn = await takeTurn(mine, `token:${app.appid}`, async () => (looks++ === 0 ? null : 'left'), Infinity)
      expect([turn, await leases()]).toEqual([{ done: 'left' }, 0])
    })

    test('a wrong secret is found out by every node for itself, in turn, and no lease stays', async () => {
      const { four, calls } = await nodes(...KINDS[0])
      await wechat.fault({ path: STABLE, kind: 'errcode', errcode: 40125, times: 99 })
      for (const use of [...four, ...four]) expect(await failure(use())).toMatchObject({ kind: 'config' })
      expect(await calls()).toBe(4)
      expect(await leases()).toBe(0)
    })

    test('a clock that is ten minutes off at one node makes no second holder', async () => {
      const { app } = await nodes(...KINDS[0])
      const at = (ms: number, store = stores[0] ?? expect.fail()) =>
        takeTurn({ ...vaultParts(store, ['a key']), clock: () => clock() + ms }, app.appid, async () => null, Infinity)
      const first = await at(-600_000)
      let second = false
      const waiting = at(600_000, stores[1]).then((turn) => {
        second = true
        return turn
      })
      for (let looks = 0; looks < 5; looks += 1) await database.query('SELECT 1')
      expect(second).toBe(false)
      if ('release' in first) await first.release()
      const turn = await waiting
      expect(second).toBe(true)
      if ('release' in turn) await turn.release()
    })
  })
}
