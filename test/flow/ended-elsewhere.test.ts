// A session that ends on one node: the page that is open on another is told within the safety net's time, every route of
// every node refuses at once, and no slow request brings it back.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteAccount } from '#server/core/account/erase.js'
import { disableAccount, endSessions } from '#server/core/account/operate.js'
import { AN_OPERATOR } from '#server/core/audit.js'
import type { Store } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import { serverAddress } from '#server/db/address.js'
import { openPool, REQUEST_LIMITS } from '#server/db/server-pool.js'
import { LIVE_TIMING } from '#server/push/live.js'
import { describeOn, SERVERS } from '../db/servers.js'
import { callAsProgram, logInByApp } from '../world/native-app.js'
import type { Pc } from '../world/pc.js'
import { openSocket } from '../world/socket.js'
import { startTwoNodes, type TwoNodes } from '../world/two-nodes.js'

/** The net's longest interval, and as much again for the reading itself. */
const NET_MS = LIVE_TIMING.safetyNet * 1.25 + 1_000
const ENDED = { type: 'session.ended', reason: 'ended' }
const STALE_MS = 6 * 60_000

const OPERATOR: readonly (readonly [string, (store: Store, account: string, now: number) => Promise<unknown>])[] = [
  ['disabled', disableAccount],
  ['deleted', (store, account, now) => inTransaction(store, (tx) => deleteAccount(tx, account, now, AN_OPERATOR))],
  ['signed out everywhere', endSessions],
]

for (const server of SERVERS) {
  describeOn(server, 'a session ended on another node', () => {
    let nodes: TwoNodes
    beforeAll(async () => {
      nodes = await startTwoNodes(server)
    }, 30_000)
    afterAll(() => nodes.close())

    const newPerson = () => nodes.here.wechat.newPerson()
    const signedIn = async (person: string) => (await nodes.here.signedIn('website', person)).pc
    /** A page on the second node that watches its session. */
    /** A watch is not acknowledged: whoever begins one and ends the session at once may hear `signed_out` instead. */
    const watched = () => sleep(300)
    const watching = async (pc: Pc) => {
      const there = nodes.thereAs(pc)
      const live = await there.socket()
      live.send({ type: 'session' })
      await watched()
      return live
    }
    const everyRoute = async (pc: Pc) => {
      const { browser } = nodes.thereAs(pc)
      return Promise.all([
        browser.get('/api/session'),
        browser.get('/api/account'),
        browser.get('/api/account/export'),
        browser.get('/api/sessions'),
        browser.delete('/api/sessions'),
        browser.delete('/api/sessions/ses_1'),
        browser.delete('/api/account'),
      ])
    }

    test('by its person in another browser', async () => {
      const person = await newPerson()
      const [one, other] = [await signedIn(person), await signedIn(person)]
      const live = await watching(one)
      const { id } = (await one.me()).session
      expect((await other.browser.delete(`/api/sessions/${id}`)).status).toBe(204)
      for (const answer of await everyRoute(one)) expect(answer).toMatchObject({ status: 401, code: 'signed_out' })
      expect(await live.next(NET_MS)).toEqual(ENDED)
      live.close()
    })

    test('of an app: its socket is told, and its token is nobody’s', async () => {
      const person = await newPerson()
      const [pc, app] = [await signedIn(person), await logInByApp(nodes.here, person)]
      const authorization = `Bearer ${app.token}`
      const live = await openSocket(nodes.there, '', { authorization, origin: '' })
      live.send({ type: 'session' })
      await watched()
      expect((await callAsProgram(nodes.there, '/api/session', { headers: { authorization } })).status).toBe(200)
      expect((await pc.browser.delete('/api/sessions')).status).toBe(204)
      expect((await callAsProgram(nodes.there, '/api/session', { headers: { authorization } })).status).toBe(401)
      expect(await live.next(NET_MS)).toEqual(ENDED)
      live.close()
    })

    test.each(OPERATOR)('by an operator’s program: the account is %s', async (_, act) => {
      const pc = await signedIn(await newPerson())
      const live = await watching(pc)
      const { account } = await pc.me()
      // As the operator's program does it: on a store of its own, without a bus.
      const store = await nodes.database.open({ clock: () => nodes.here.now(), guest: true })
      await act(store, account.id, nodes.here.now())
      for (const answer of await everyRoute(pc)) expect(answer).toMatchObject({ status: 401, code: 'signed_out' })
      expect(await live.next(NET_MS)).toEqual(ENDED)
      live.close()
    })

    describe('session resurrection:', () => {
      /** Holds rows that `text` selects until it is let go. */
      async function hold(text: string): Promise<() => Promise<void>> {
        const pool = await openPool(serverAddress(nodes.database.url), { ...REQUEST_LIMITS, connections: 1 })
        let release = () => {}
        const released = new Promise<void>((resolve) => {
          release = resolve
        })
        let done: Promise<unknown> = released
        await new Promise<void>((resolve, reject) => {
          done = pool.sequelize.transaction(async (transaction) => {
            await pool.sql(transaction).rows(`${text} FOR UPDATE`)
            resolve()
            await released
          })
          done.catch(reject)
        })
        return async () => {
          release()
          await done
          await pool.close()
        }
      }

      /** Resolves when so many statements wait for rows that somebody holds. */
      async function blocked(count: number): Promise<void> {
        const text =
          server.name === 'PostgreSQL'
            ? "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            : "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        // InnoDB shows the same picture again to whoever looks more often than every 100 ms.
        while ((await nodes.database.query(text)).length < count) await settled(150)
      }

      /** The writes of the first node are all taken, by sessions whose use is to be noted and whose rows are held. */
      async function busyWriter() {
        const person = await newPerson()
        const idlers = await Promise.all(Array.from({ length: 8 }, () => signedIn(person)))
        const ids = await Promise.all(idlers.map(async (pc) => (await pc.me()).session.id))
        nodes.here.advance(STALE_MS)
        const letGo = await hold(`SELECT id FROM sessions WHERE id IN (${ids.map((id) => `'${id}'`).join(', ')})`)
        const waiting = idlers.map((pc) => pc.session())
        await blocked(waiting.length)
        return { letGo, waiting }
      }

      const settled = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

      test('a slow request whose use is to be noted, under way at the logout: 1,000 old cookies and tokens get 401', async () => {
        const person = await newPerson()
        const [pc, app] = [await signedIn(person), await logInByApp(nodes.here, person)]
        const authorization = `Bearer ${app.token}`
        const there = nodes.thereAs(pc)
        const { letGo, waiting } = await busyWriter()
        // Read, found good, and waiting to write down that they were used.
        const slow = [pc.session(), app.get('/api/session')]
        await settled(200)
        expect((await there.logout()).status).toBe(204)
        const out = await callAsProgram(nodes.there, '/api/session', { method: 'DELETE', headers: { authorization } })
        expect(out.status).toBe(204)
        await letGo()
        expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([401, 401])
        expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(8).fill(200))
        const late = Array.from({ length: 1_000 }, (_, index) =>
          index % 2 === 0 ? nodes.thereAs(pc).session() : app.get('/api/session'),
        )
        expect(new Set((await Promise.all(late)).map(({ status }) => status))).toEqual(new Set([401]))
      }, 60_000)

      test.each([
        ['delete the account', 'DELETE', '/api/account'],
        ['take all data along', 'GET', '/api/account/export'],
      ])(
        'a slow request that would %s, under way at the logout, does nothing',
        async (_, method, path) => {
          const person = await newPerson()
          const [pc, third] = [await signedIn(person), await signedIn(person)]
          const { account } = await pc.me()
          const letGo = await hold(`SELECT id FROM accounts WHERE id = '${account.id}'`)
          const slow = pc.browser.request(path, { method })
          await blocked(1)
          expect((await nodes.thereAs(pc).logout()).status).toBe(204)
          await letGo()
          expect(await slow).toMatchObject({ status: 401, code: 'signed_out' })
          expect((await third.me()).account.id).toBe(account.id)
          const acts = await nodes.database.query(`SELECT act FROM audit WHERE account_id = '${account.id}'`)
          expect(acts.map(({ act }) => String(act))).not.toContain('exported')
        },
        30_000,
      )

      test('a slow request that would end all others, under way at the logout, ends none: 1,000 old cookies get 401', async () => {
        const person = await newPerson()
        const [pc, third] = [await signedIn(person), await signedIn(person)]
        const there = nodes.thereAs(pc)
        const other = nodes.thereAs(pc)
        const { account } = await pc.me()
        // Loaded its session, and waits for its account, whose row is held.
        const letGo = await hold(`SELECT id FROM accounts WHERE id = '${account.id}'`)
        const slow = pc.browser.delete('/api/sessions')
        await blocked(1)
        expect((await there.logout()).status).toBe(204)
        await letGo()
        expect(await slow).toMatchObject({ status: 401, code: 'signed_out' })
        expect((await third.session()).status).toBe(200)
        const late = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? pc : other).session())
        expect(new Set((await Promise.all(late)).map(({ status }) => status))).toEqual(new Set([401]))
      }, 60_000)
    })
  })
}
