// Attacks that worked once. Each is named after what the attacker did.
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'

let world: World
let https: World
beforeAll(async () => {
  world = await startWorld()
  https = await startWorld({ publicUrl: 'https://login.example.cn' })
})
afterAll(() => Promise.all([world.close(), https.close()]))

/** A request whose Cookie header is sent byte by byte, as fetch would refuse to. */
function rawCookie(target: World, path: string, cookie: string): Promise<{ status: number; location: string | null }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${target.node().url}${path}`, { headers: { cookie } }, (answer) => {
      answer.resume()
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? null })
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('login fixation by a sibling host', () => {
  test('a secret of the attacker’s under our name behind a no-break space binds nothing', async () => {
    const attacker = https.pc()
    const begun = await attacker.begin('website')
    const { code, state } = await https.wechat.websiteScan(begun, await https.wechat.newPerson())
    const tossed = `\xa0__Host-saoma-browser=${attacker.browser.cookie('browser')}`
    const before = (await https.wechat.calls()).byCode[code]
    const arrived = await rawCookie(https, `/wechat/callback/pc?code=${code}&state=${state}`, tossed)
    expect(arrived).toEqual({ status: 200, location: null })
    expect((await https.wechat.calls()).byCode[code]).toBe(before)
    expect((await attacker.ticket(begun.ticket.id)).ticket.status).toBe('pending')
  })

  test('a secret of the attacker’s beside the victim’s own makes neither count', async () => {
    const attacker = world.pc()
    const begun = await attacker.begin('website')
    const { code, state } = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    const both = `saoma-browser=${attacker.browser.cookie('browser')}; saoma-browser=${'V'.repeat(43)}`
    expect(await rawCookie(world, `/wechat/callback/pc?code=${code}&state=${state}`, both)).toMatchObject({
      status: 200,
    })
    expect((await attacker.ticket(begun.ticket.id)).ticket.status).toBe('pending')
  })
})

describe('a photographed code', () => {
  test('costs WeChat at most ten exchanges, however many states a stranger collects and sends at once', async () => {
    const pc = world.pc()
    const { id } = (await pc.begin('relay')).ticket
    await pc.read(id)
    const callbacks: (() => Promise<string | null>)[] = []
    for (let round = 0; round < 15; round++) {
      const stranger = world.phone('bob')
      const state = new URL((await stranger.visit(`/t/${id}`)).location ?? '').searchParams.get('state')
      const code = `made${id.slice(-6).replace(/[^A-Za-z0-9]/g, 'x')}${round}`
      callbacks.push(async () => (await stranger.visit(`/wechat/callback/mp?code=${code}&state=${state}`)).code)
    }
    const before = await world.wechat.upstream()
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 300, times: 15 })
    const answers = await Promise.all(callbacks.map((callback) => callback()))
    await world.wechat.clearFaults()
    expect(answers.filter((code) => code === 'ticket_over').length).toBeGreaterThanOrEqual(5)
    expect((await world.wechat.upstream()) - before).toBeLessThanOrEqual(10)
  })
})

describe('a browser that is used up', () => {
  test('a page that began twenty tickets with long return addresses can still speak to us', async () => {
    const pc = world.pc()
    for (let round = 0; round < 20; round++) {
      const begun = await pc.begin('relay', { returnTo: `/${String(round).padEnd(500, 'a')}` })
      await pc.read(begun.ticket.id)
    }
    expect(pc.browser.cookieHeader().length).toBeLessThan(4_000)
    expect((await pc.browser.get('/')).status).toBe(200)
    const { pc: same, id } = await world.confirmed('relay', await world.wechat.newPerson(), pc)
    expect((await same.redeem(id)).status).toBe(200)
  })

  test('the secret of before a logout binds nothing afterwards', async () => {
    const shared = await world.signedIn('website', await world.wechat.newPerson())
    const copied = shared.pc.browser.cookie('browser')
    const attacker = world.pc()
    attacker.browser.jar.set('saoma-browser', copied)
    const begun = await attacker.begin('website')
    await shared.pc.logout()
    expect(shared.pc.browser.jar.has('saoma-browser')).toBe(false)
    await shared.pc.arrive(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
    expect((await attacker.ticket(begun.ticket.id)).ticket.status).toBe('pending')
  })

  test('logging out under https answers 204 and takes the __Host- cookies away', async () => {
    const { pc } = await https.signedIn('website', await https.wechat.newPerson())
    const answer = await pc.logout()
    expect(answer.status).toBe(204)
    expect(answer.cookies.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['__Host-saoma-session', '__Host-saoma-browser']),
    )
    expect((await pc.session()).status).toBe(401)
  })
})

describe('a flood of probes', () => {
  test('of the readiness address takes nobody’s place in the queue', async () => {
    const probes = Promise.all(Array.from({ length: 600 }, () => fetch(`${world.node().url}/readyz`)))
    const pc = world.pc()
    const { id } = (await pc.begin('relay')).ticket
    expect((await pc.read(id)).status).toBe(200)
    expect(new Set((await probes).map(({ status }) => status))).toEqual(new Set([200]))
  })
})
