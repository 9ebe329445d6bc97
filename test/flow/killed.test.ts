// The program is killed at the worst moments, and started again on what it left. The waiting page is left alone meanwhile:
// it only keeps asking, as the real one does.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TicketBegun } from '#shared/ticket.js'
import { type BrokenWire, startBrokenWire } from '../world/broken-wire.js'
import { rows } from '../world/database.js'
import { createPc, newAttempt, type Pc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { METHODS } from '../world.js'

let wechat: TestSimulator
let program: Program
let wire: BrokenWire
beforeAll(async () => {
  wechat = await startSimulator('http://localhost')
  program = await prepareProgram(wechatEnv(wechat.url, await wechat.apps()))
  wire = await startBrokenWire(program.connectTo)
  await program.start()
})
afterAll(async () => {
  await program.dispose()
  await wire.close()
  await wechat.close()
})

/** The PC is behind the wire that breaks. */
const newPc = () => createPc({ publicUrl: program.publicUrl, connectTo: wire.url })

async function confirm(pc: Pc, begun: TicketBegun, person: string): Promise<void> {
  if (begun.ticket.method === 'website') {
    const { posted } = await pc.arriveInFrame(await wechat.websiteScan(begun, person))
    expect(posted.json()).toMatchObject({ status: 'confirmed' })
    return
  }
  const phone = createPhone(program, person)
  await phone.scan(begun.ticket.id)
  expect((await phone.confirm(begun.ticket.id, begun.matchNumber)).json()).toEqual({ status: 'confirmed' })
}

/** The page: asks until the ticket is confirmed, then redeems, always with the same attempt, whatever breaks. */
async function waitingPage(pc: Pc, id: string): Promise<void> {
  const attempt = newAttempt()
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      const { ticket } = await pc.ticket(id)
      const mayRedeem = ticket.status === 'confirmed' || ticket.status === 'redeemed'
      if (mayRedeem && (await pc.redeem(id, attempt)).status === 200) return
    } catch {
      // No answer, or half of one: the page says that it is reconnecting, and goes on.
    }
    await sleep(50)
  }
  throw new Error('the page never ended')
}

const sessions = () => rows(program.file, 'SELECT id FROM sessions')

describe.each(METHODS)(
  'A confirmed login is never lost: not by a restart, `kill -9`, a dropped socket, a sleeping laptop or a Redis outage (%s)',
  (method) => {
    let before = 0
    beforeEach(async () => {
      before = (await sessions()).length
    })

    test('`kill -9` between confirmation and redeem: started again, the waiting page ends signed in, with one session', async () => {
      const pc = newPc()
      const begun = await pc.begin(method)
      await pc.ticket(begun.ticket.id)
      await confirm(pc, begun, await wechat.newPerson())
      expect(await program.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
      const page = waitingPage(pc, begun.ticket.id)
      await sleep(200)
      await program.start()
      await page
      expect((await pc.me()).session.method).toBe(method)
      expect(await sessions()).toHaveLength(before + 1)
    })

    test('`kill -9` between the redeem’s commit and its answer: started again, the waiting page ends signed in, with one session', async () => {
      const pc = newPc()
      const begun = await pc.begin(method)
      await pc.ticket(begun.ticket.id)
      await confirm(pc, begun, await wechat.newPerson())
      const killed = new Promise((resolve) => {
        wire.swallow(/^POST \/api\/tickets\/[^ ]+\/redeem /, () => resolve(program.kill('SIGKILL')))
      })
      const page = waitingPage(pc, begun.ticket.id)
      expect(await killed).toEqual({ code: null, signal: 'SIGKILL' })
      expect(pc.browser.jar.has('saoma-session')).toBe(false)
      await program.start()
      await page
      expect((await pc.me()).session.method).toBe(method)
      expect(await sessions()).toHaveLength(before + 1)
    })
  },
)

test('killed while WeChat is being asked, the ticket ends failed/interrupted within 5 s of the start, and WeChat is not asked again', async () => {
  const pc = newPc()
  const begun = await pc.begin('website')
  await pc.ticket(begun.ticket.id)
  const scan = await wechat.websiteScan(begun, await wechat.newPerson())
  const accounts = () => rows(program.file, 'SELECT id FROM accounts')
  const before = (await accounts()).length
  const asked = async () => (await wechat.calls()).byCode[scan.code] ?? 0
  await wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 3_000 })
  const posting = pc.arriveInFrame(scan).catch(() => 'no answer')
  while ((await asked()) === 0) await sleep(20)
  await program.kill('SIGKILL')
  expect(await posting).toBe('no answer')

  await program.start()
  const live = await straight(pc).watch(begun.ticket.id)
  expect(await live.until('failed', 5_000)).toMatchObject({ reason: 'interrupted' })
  live.close()
  const again = await pc.browser.post(new URL(scan.callback).pathname, { code: scan.code, state: scan.state })
  expect(again.json()).toMatchObject({ status: 'failed' })
  expect(await asked()).toBe(1)
  expect(await accounts()).toHaveLength(before)
  expect((await pc.begin('website')).ticket.status).toBe('pending')
})

/** The same browser, straight to the program. */
function straight(pc: Pc): Pc {
  const same = createPc(program)
  for (const [name, value] of pc.browser.jar) same.browser.jar.set(name, value)
  return same
}

test('SIGTERM: sockets are told 1012, the request under way is answered, and the exit code is 0', async () => {
  const pc = createPc(program)
  const begun = await pc.begin('website')
  const live = await pc.watch(begun.ticket.id)
  await live.until('pending')
  const scan = await wechat.websiteScan(begun, await wechat.newPerson())
  await wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 500 })
  const underWay = pc.browser.post(new URL(scan.callback).pathname, { code: scan.code, state: scan.state })
  while (((await wechat.calls()).byCode[scan.code] ?? 0) === 0) await sleep(20)
  const exit = program.kill('SIGTERM')
  expect(await live.closed).toEqual({ code: 1012, reason: 'restarting' })
  expect((await underWay).json()).toMatchObject({ status: 'confirmed' })
  expect(await exit).toEqual({ code: 0, signal: null })

  await program.start()
  await pc.signIn(begun.ticket.id)
  expect((await pc.session()).status).toBe(200)
})
