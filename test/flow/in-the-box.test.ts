// Promise 7: the program with nothing configured at all, and somebody without a WeChat account.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { type Program, prepareProgram } from '../world/program.js'
import { controlSimulator, type SimulatorControl } from '../world/simulator.js'

let program: Program
let wechat: SimulatorControl
beforeAll(async () => {
  program = await prepareProgram()
  await program.start()
  wechat = controlSimulator(`http://127.0.0.1:${program.simulatorPort}`)
})
afterAll(() => program.dispose())

const refused = (url: string) => expect(fetch(url)).rejects.toThrow('fetch failed')

describe('Without any WeChat account, one command shows the whole thing working, because WeChat itself comes in the box', () => {
  test('it says where to look, and its pages are there', async () => {
    // It may be ready before its own words have come through the pipe.
    await expect.poll(() => program.output()).toContain(`${wechat.url}/phone`)
    expect(program.output()).toContain(program.publicUrl)
    const pc = createPc(program)
    expect((await pc.browser.get('/api/config')).json()).toMatchObject({
      methods: ['website', 'relay', 'scene', 'official', 'sdk'],
      simulator: wechat.url,
    })
    for (const page of [`${program.publicUrl}/`, `${wechat.url}/phone`]) {
      const { status, text } = await pc.browser.get(page, { headers: { accept: 'text/html' } })
      expect(status).toBe(200)
      expect(text).toMatch(/^<!doctype html>/i)
    }
  })

  test('website: WeChat’s code, WeChat’s phone, signed in', async () => {
    const pc = createPc(program)
    const begun = await pc.begin('website')
    expect(begun.embedUrl?.startsWith(wechat.url)).toBe(true)
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    const { page, posted } = await pc.arriveInFrame(await wechat.websiteScan(begun, 'alice'))
    expect(page.status).toBe(200)
    expect(posted.status).toBe(200)
    await live.until('confirmed')
    live.close()
    expect((await pc.signIn(begun.ticket.id)).account.nickname).toBe('Alice 小林')
    expect((await pc.me()).session.method).toBe('website')
  })

  test('relay: our code, our confirm page, the same account', async () => {
    const pc = createPc(program)
    const begun = await pc.begin('relay')
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    const phone = createPhone(program, 'alice')
    await phone.scan(begun.ticket.id)
    await live.until('scanned')
    await phone.confirm(begun.ticket.id, begun.matchNumber)
    await live.until('confirmed')
    live.close()
    const { account } = await pc.signIn(begun.ticket.id)
    const other = createPc(program)
    const website = await other.begin('website')
    await other.arriveInFrame(await wechat.websiteScan(website, 'alice'))
    expect((await other.signIn(website.ticket.id)).account.id).toBe(account.id)
  })

  test('a restart keeps who was signed in; the simulator starts and ends with the program', async () => {
    const pc = createPc(program)
    const begun = await pc.begin('website')
    await pc.arriveInFrame(await wechat.websiteScan(begun, 'bob'))
    await pc.signIn(begun.ticket.id)
    expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await refused(`${program.connectTo}/healthz`)
    await refused(`${wechat.url}/sim/health`)
    await program.start()
    expect((await pc.me()).account.nickname).toBe('Bob 老王')
  })
})
