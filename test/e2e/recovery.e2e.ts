// A page that was away: without a network, in the background, asleep, left and come back to, behind a proxy that knows no
// sockets. While it is away a phone scans its code. Back again it knows within three seconds, and the login ends signed in.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { startTcpProxy } from '../world/tcp-proxy.js'
import { describeInBrowser } from './browser.js'
import { blockSockets, layWire } from './channels.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

/** RECOVERY_AWAY_MS=60000 is the long form. */
const AWAY_MS = Number(process.env.RECOVERY_AWAY_MS ?? 3_000)
const BACK_WITHIN_MS = 3_000
/** For a machine that does other things as well. */
const ROOM_MS = 1_500
const SOCKETS = /^GET \/api\/live/

// Between the browser and the server, so that connections can die without a word.
const wire = await startTcpProxy(() => Number(new URL(stage.world().connectTo).port))
const stage = setStageOn(wire.port)
function setStageOn(port: number) {
  return setStage({
    known: ['alice'],
    publicUrl: `http://localhost:${port}`,
    withoutFlags: ['--disable-back-forward-cache'],
  })
}
afterAll(() => wire.close())

describeInBrowser('A waiting page', () => {
  /** Takes the page away from its server. Returns what brings it back. */
  type Leave = (desk: Desk, id: string) => Promise<() => Promise<unknown>>

  /** The whole story: wait, be away while the code is scanned, be back, and finish. */
  async function story(desk: Desk, leave: Leave, awayMs = AWAY_MS): Promise<void> {
    desk.quiet.expect(/net::ERR_|WebSocket connection/)
    const attached = desk.page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
    const read = desk.page.waitForResponse(/\/api\/tickets\/tkt_/)
    await desk.open('/login?method=relay')
    await Promise.any([attached, read])
    const id = String((await desk.code()).split('/').pop())
    const phone = stage.world().phone('alice')
    const back = await leave(desk, id)
    await phone.scan(id)
    await sleep(awayMs)

    const since = Date.now()
    await back()
    await desk.reads('Alice 小林 已扫码')
    expect(Date.now() - since).toBeLessThan(BACK_WITHIN_MS + ROOM_MS)
    await phone.confirm(id, await desk.digits())
    await desk.signedInAs('Alice 小林')
  }

  test('that had no network', async () => {
    const desk = await stage.desk()
    const lost = await layWire(desk.context)
    await story(desk, async () => {
      await lost.cut()
      await desk.reads('网络中断，正在重新连接')
      return lost.mend
    })
  }, 120_000)

  test('that has no sockets and had no network', async () => {
    const desk = await stage.desk()
    await blockSockets(desk.context)
    await story(desk, async ({ context }) => {
      await context.setOffline(true)
      await desk.reads('网络中断，正在重新连接')
      return () => context.setOffline(false)
    })
  }, 120_000)

  test('that had no network when the login was to be collected', async () => {
    const desk = await stage.desk()
    await desk.open('/login?method=relay')
    const phone = await stage.handset()
    await phone.scan(await desk.code(), 'alice')
    const digits = await desk.digits()
    desk.quiet.expect(/net::ERR_/)
    const collected = desk.page.waitForRequest(/\/redeem$/)
    await desk.context.route(/\/redeem$/, (route) => route.abort('internetdisconnected'))
    await phone.confirm(digits)
    await collected
    await desk.context.setOffline(true)
    await desk.context.unroute(/\/redeem$/)
    await sleep(AWAY_MS + 4_000)
    const since = Date.now()
    await desk.context.setOffline(false)
    await desk.signedInAs('Alice 小林')
    expect(Date.now() - since).toBeLessThan(BACK_WITHIN_MS + ROOM_MS)
  }, 120_000)

  test('whose connections all broke, without anybody having gone anywhere', async () => {
    const desk = await stage.desk()
    await story(desk, async () => {
      wire.cut()
      await desk.reads('网络中断，正在重新连接')
      return async () => wire.mend()
    })
  }, 120_000)

  test('that was in the background, and whose connections died there without a word', async () => {
    const desk = await stage.desk()
    // A page of Chromium without windows is never hidden by itself.
    const becomes = (state: DocumentVisibilityState) =>
      desk.page.evaluate((visibility) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibility })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await story(desk, async () => {
      await becomes('hidden')
      wire.strand(SOCKETS)
      return () => becomes('visible')
    })
  }, 120_000)

  test('that slept with its machine, and whose connections died in its sleep', async () => {
    const desk = await stage.desk()
    await story(
      desk,
      async () => {
        const pids = await renderersOf(desk)
        for (const pid of pids) process.kill(pid, 'SIGSTOP')
        wire.strand(SOCKETS)
        return async () => pids.forEach((pid) => void process.kill(pid, 'SIGCONT'))
      },
      Math.max(AWAY_MS, 7_000),
    )
  }, 120_000)

  test('that was left for another and come back to', async () => {
    const desk = await stage.desk()
    await story(desk, async ({ page }) => {
      await page.goto(`${stage.world().wechat.url}/phone`)
      return () => page.goBack()
    })
  }, 120_000)
})

/** The processes of this browser that run pages. */
async function renderersOf({ context }: Desk): Promise<readonly number[]> {
  const session = await context.browser()?.newBrowserCDPSession()
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {}
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  expect(pids).not.toEqual([])
  return pids
}
