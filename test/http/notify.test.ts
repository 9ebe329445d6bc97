// The edge of a push: it is answered before WeChat gives up, whatever the database does, and its body is bounded.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa from 'koa'
import { afterEach, expect, test } from 'vitest'
import type { Hint, Log, Store, WechatApp } from '#server/core/ports.js'
import { errorFunnel } from '#server/http/errors.js'
import { notifyRoutes } from '#server/http/routes/notify.js'
import { createPushes } from '#server/wechat/pushes/pushes.js'
import { openScratchStore, SILENT } from '../core/scratch-store.js'
import { signedPush } from '../world/signed-push.js'

const notify = { token: 'a-token', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }
const APP: WechatApp = {
  ...{ key: 'mp', kind: 'official', appid: 'wx0123456789abcdef', secret: 'secret', platform: 'main' },
  ...{ bound: true, strangers: 'ask', scene: 'confirm', notify },
}
const cancelled = () =>
  signedPush({ ...APP, notify }, { Event: 'user_authorization_cancellation', OpenID: 'oSomebody' })

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

let server: Server | null = null
afterEach(() => server?.close())

/** The two routes over a real store whose writes begin when `begins` has settled; answered within a second. */
async function site(slow: { begins: Promise<void>; fails?: boolean }, log: Log = SILENT) {
  const { store } = await openScratchStore(Date.now)
  const hints: Hint[] = []
  const slowed: Store = {
    read: store.read,
    begun: store.begun,
    exclusive: store.exclusive,
    async write(work) {
      await slow.begins
      if (slow.fails) throw new Error('the disk is gone')
      return store.write(work)
    },
  }
  const routes = notifyRoutes(
    {
      pushes: createPushes({ clock: Date.now, random: (bytes) => Buffer.alloc(bytes) }),
      apps: [APP, { ...APP, key: 'mute', notify: null }],
      store: slowed,
      bus: { publish: (hint) => void hints.push(hint), subscribe: () => () => {} },
      clock: Date.now,
      log,
      login: { handleScan: async () => 'scanned' },
    },
    1_000,
  )
  const router = new Router()
  router.post('/wechat/notify/:app', routes.take)
  const koa = new Koa()
  koa.use(errorFunnel({ log, notice: () => {}, meter: { refused() {} } }))
  koa.use(router.routes())
  const listening = createServer(koa.callback())
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  return async ({ address, body }: { address: string; body: string }) => {
    const answer = await fetch(origin + address, { method: 'POST', body })
    return { status: answer.status, text: await answer.text() }
  }
}

test('a notice that takes too long is refused for now, takes effect once, and is answered when WeChat comes again', async () => {
  const disk = gate()
  const lines: unknown[] = []
  const log: Log = { ...SILENT, info: (event, data) => void (event === 'notice.taken' && lines.push(data)) }
  const send = await site({ begins: disk.opened }, log)
  const push = cancelled()
  expect((await send(push)).status).toBe(503)
  disk.open()
  await expect.poll(() => lines).toHaveLength(1)
  expect(await send(push)).toEqual({ status: 200, text: 'success' })
  expect(lines).toEqual([{ app: 'mp', notice: 'cancelled', known: false, endedSessions: 0 }])
})

test('a failure after the answer is in the log', async () => {
  const late: string[] = []
  const disk = gate()
  const send = await site({ begins: disk.opened, fails: true }, { ...SILENT, warn: (event) => void late.push(event) })
  expect((await send(cancelled())).status).toBe(503)
  disk.open()
  await expect.poll(() => late).toContain('push.failed_late')
})

test('a failure before it makes WeChat come again', async () => {
  const send = await site({ begins: Promise.resolve(), fails: true })
  expect((await send(cancelled())).status).toBe(500)
})

test('a scan is answered with the login’s text, encrypted', async () => {
  const send = await site({ begins: Promise.resolve() })
  const scan = signedPush({ ...APP, notify }, { FromUserName: 'oSomebody', Event: 'SCAN', EventKey: 'tkt_x' })
  const answer = await send(scan)
  expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<Encrypt>') })
  expect(answer.text).not.toContain('scanned')
})

test('a body over 64 KiB hears why it is refused', async () => {
  const send = await site({ begins: Promise.resolve() })
  const { address } = cancelled()
  const answer = await send({ address, body: 'x'.repeat(64 * 1024 + 1) })
  expect(answer).toMatchObject({ status: 413, text: expect.stringContaining('body_too_large') })
  expect((await send({ address, body: 'x'.repeat(8 * 1024 * 1024) })).status).toBe(413)
  // Small enough to be read, and then nobody's.
  expect((await send({ address, body: 'x'.repeat(64 * 1024) })).status).toBe(403)
})

test('an app without a token takes no pushes', async () => {
  const send = await site({ begins: Promise.resolve() })
  const { address, body } = cancelled()
  expect((await send({ address: address.replace('/mp?', '/mute?'), body })).status).toBe(404)
})
