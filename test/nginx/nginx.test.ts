// nginx, as the sample sets it up, in front of a real node and of an application that only looks at a header.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../world/browser.js'
import { freePort } from '../world/free-port.js'
import { logInByApp } from '../world/native-app.js'
import { createPc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { startWorld, type World } from '../world.js'
import { type Front, NGINX, startFront } from './front.js'

const WHY = 'nginx is not installed: apt-get install nginx-light'
const FORGED = { headers: { 'x-saoma-account': 'acc_of_somebody_else' } }

if (!NGINX && process.env.CI === 'true') test(WHY, () => expect.fail(WHY))
describe.skipIf(!NGINX)(`behind nginx${NGINX ? '' : ` (skipped: ${WHY})`}`, () => {
  let world: World
  let application: Server
  let front: Front
  /** What everybody outside sees: the world's address, where nginx listens. */
  let site: Site
  /** What the application was told about its visitors, in turn. */
  const seen: (string | undefined)[] = []
  const pcOutside = () => createPc(site)

  beforeAll(async () => {
    const port = await freePort()
    world = await startWorld({
      publicUrl: `http://localhost:${port}`,
      config: (config) => ({ ...config, trustedProxies: 1 }),
    })
    site = { publicUrl: world.publicUrl, connectTo: `http://127.0.0.1:${port}` }
    application = createServer((req, res) => {
      seen.push([req.headers['x-saoma-account'] ?? []].flat()[0])
      res.end(`hello ${req.url}`)
    })
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
    const behind = `127.0.0.1:${(application.address() as AddressInfo).port}`
    front = await startFront(port, { saoma: new URL(world.node().url).host, application: behind })
  })
  afterAll(async () => {
    await front.stop()
    application.closeAllConnections()
    application.close()
    await world.close()
  })

  test.each([
    ['/', '/'],
    ['/orders?page=2', '/orders?page=2'],
    ['/%E4%B8%AD%E6%96%87?q=%E5%AD%97', '/中文?q=字'],
    ['/orders?page=2&size=10', '/orders'],
    ['/orders?q=a+b', '/orders'],
    ['/two%20words', '/'],
    ['/a%26b', '/'],
    ['//evil.example/', '/'],
    [`/${'a'.repeat(600)}`, '/'],
    [`/orders?q=${'a'.repeat(600)}`, '/orders'],
  ])('a stranger who asks for %s is led to the login, which leads to %s', async (asked, back) => {
    const told = seen.length
    const pc = pcOutside()
    const answer = await pc.browser.request(site.connectTo + asked)
    expect(answer.status).toBe(303)
    const login = new URL(answer.location ?? '')
    expect([login.pathname, login.searchParams.get('returnTo')]).toEqual(['/login', back])
    expect((await pc.browser.get(login.pathname + login.search)).status).toBe(200)
    await pc.begin('website', { returnTo: back })
    expect(seen).toHaveLength(told)
  })

  test('who is signed in is named to the application until the logout, and nobody can name themselves', async () => {
    const person = await world.wechat.newPerson()
    const { pc, redeemed } = await world.signedIn('website', person, pcOutside())
    expect((await pc.browser.get('/orders?page=2&size=10', FORGED)).text).toBe('hello /orders?page=2&size=10')
    expect(seen.at(-1)).toBe(redeemed.account.id)
    expect((await pc.browser.post('/orders', { a: 1 }, FORGED)).text).toBe('hello /orders')
    expect(seen.at(-1)).toBe(redeemed.account.id)
    const app = await logInByApp({ ...site, wechat: world.wechat }, person)
    expect((await app.get('/orders', FORGED.headers)).text).toBe('hello /orders')
    expect(seen.at(-1)).toBe(redeemed.account.id)

    const told = seen.length
    expect((await pcOutside().browser.get('/orders', FORGED)).status).toBe(303)
    expect((await pc.logout()).status).toBe(204)
    expect((await pc.browser.get('/orders')).status).toBe(303)
    expect(seen).toHaveLength(told)
  })

  test('whoever returns from WeChat in the whole window is back at the waiting page', async () => {
    const pc = pcOutside()
    const begun = await pc.begin('website', { returnTo: '/orders' })
    const arrived = await pc.arrive(await world.wechat.websiteScan(begun, await world.wechat.newPerson()))
    expect(arrived.location).toBe(`${world.publicUrl}/?ticket=${begun.ticket.id}`)
    const back = await pc.browser.get(arrived.location ?? '')
    expect(back.location).toBe(`${world.publicUrl}/login?ticket=${begun.ticket.id}`)
    expect((await pc.signIn(begun.ticket.id)).returnTo).toBe('/orders')
    // Other tickets, and other pages' tickets, are the application's own business.
    for (const other of ['/?ticket=17', `/events?ticket=${begun.ticket.id}`]) {
      expect((await pc.browser.get(other)).text).toBe(`hello ${other}`)
    }
  })

  test('forged address: what a client says of itself is not believed', async () => {
    const pc = pcOutside()
    const { ticket } = await pc.begin('relay')
    await pc.browser.get(`/api/tickets/${ticket.id}`, { headers: { 'x-forwarded-for': '203.0.113.99' } })
    const question = await createPhone(site, await world.wechat.newPerson()).scan(ticket.id)
    expect(question.device.address).toBe('127.0.0.1')
  })

  test('the socket works through it, and the log holds no code', async () => {
    const pc = pcOutside()
    const begun = await pc.begin('website')
    const live = await pc.watch(begun.ticket.id)
    await live.until('pending')
    const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    await pc.arrive(scan)
    await live.until('confirmed')
    live.close()
    await expect.poll(() => front.log('access')).toContain('/wechat/callback/pc')
    for (const which of ['access', 'error'] as const) {
      expect(front.log(which)).not.toContain(scan.code)
      expect(front.log(which)).not.toContain(scan.state)
    }
  })

  test('a code that could not be delivered is in no log either', async () => {
    const [port, nobody] = [await freePort(), `127.0.0.1:${await freePort()}`]
    const alone = await startFront(port, { saoma: nobody, application: nobody })
    try {
      for (const path of ['/wechat/callback/pc?code=a-code-of-wechat', '/login?x=a-query']) {
        expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(502)
      }
      await expect.poll(() => alone.log('error')).toContain('a-query')
      expect(alone.log('error')).not.toContain('a-code-of-wechat')
    } finally {
      await alone.stop()
    }
  })
})
