// The server is killed at the two worst moments while a page waits. The page is left alone: once the server is back, it
// ends signed in.

import type { Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../world/database.js'
import { type Program, prepareProgram, wechatEnv } from '../world/program.js'
import { startSimulator, type TestSimulator } from '../world/simulator.js'
import { describeInBrowser } from './browser.js'
import type { Desk } from './desk.js'
import { setStage } from './stage.js'

describeInBrowser('A server killed with `kill -9`', () => {
  let wechat: TestSimulator
  let program: Program
  const stage = setStage({ site: () => program.publicUrl })
  beforeAll(async () => {
    wechat = await startSimulator('http://localhost')
    program = await prepareProgram(wechatEnv(wechat.url, await wechat.apps()))
    await program.start()
  })
  afterAll(async () => {
    await program?.dispose()
    await wechat?.close()
  })

  /** A page whose first attempt to redeem is in the hands of `meet`; everything after it goes its own way. */
  async function confirmedPage(meet: (route: Route) => Promise<void>): Promise<Desk> {
    const desk = await stage.desk()
    const phone = await stage.handset()
    desk.quiet.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection/)
    phone.quiet.expect(/ERR_CONNECTION_REFUSED/)
    await desk.context.route(/\/redeem$/, meet, { times: 1 })
    await desk.open('/login?method=relay')
    await phone.scan(await desk.code(), await wechat.newPerson({ nickname: '等待的人', avatarUrl: '' }))
    await phone.confirm(await desk.digits())
    return desk
  }

  const kill = async () => expect(await program.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  const sessions = async () => (await rows(program.file, 'SELECT id FROM sessions')).length

  test('between the confirmation and the redeem: the waiting page ends signed in, with one session', async () => {
    const before = await sessions()
    const desk = await confirmedPage(async (route) => {
      await kill()
      await route.continue()
    })
    await desk.reads('已在手机上确认。网络不稳定')
    expect(await sessions()).toBe(before)
    await program.start()
    await desk.signedInAs('等待的人')
    expect(await sessions()).toBe(before + 1)
  })

  test('between the redeem’s commit and its answer: the waiting page ends signed in, with one session', async () => {
    const before = await sessions()
    const desk = await confirmedPage(async (route) => {
      const request = route.request()
      const headers = await request.allHeaders()
      const answer = await fetch(request.url(), {
        method: 'POST',
        headers: { cookie: headers.cookie ?? '', origin: program.publicUrl, 'content-type': 'application/json' },
        body: request.postData(),
      })
      expect(answer.status).toBe(200)
      await kill()
      await route.abort('connectionreset')
    })
    await desk.reads('已在手机上确认。网络不稳定')
    expect(await sessions()).toBe(before + 1)
    expect((await desk.context.cookies()).map(({ name }) => name)).not.toContain('saoma-session')
    await program.start()
    await desk.signedInAs('等待的人')
    expect(await sessions()).toBe(before + 1)
  })
})
