// The nginx sample, run as it stands: only its addresses, certificates and log are those of this machine.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../world/browser.js'
import { freePort } from '../world/free-port.js'
import { createPc } from '../world/pc.js'
import { createPhone } from '../world/phone.js'
import { startWorld, type World } from '../world.js'

const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find((path) => existsSync(path))
const SAMPLE = readFileSync(new URL('../../server/samples/nginx.conf', import.meta.url), 'utf8')
const why = 'nginx is not installed: apt-get install nginx-light'

if (!NGINX && process.env.CI === 'true') test(why, () => expect.fail(why))
describe.skipIf(!NGINX)(
  `nginx in front of the service and of an application${NGINX ? '' : ` (skipped: ${why})`}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'saoma-nginx-'))
    const log = join(directory, 'access.log')
    let world: World
    let application: Server
    let nginx: ChildProcess
    let front: Site
    const pcAtFront = () => createPc(front)
    /** What the application was told about its visitors, in turn. */
    const seen: (string | undefined)[] = []

    beforeAll(async () => {
      const port = await freePort()
      world = await startWorld({
        publicUrl: `http://localhost:${port}`,
        config: (config) => ({ ...config, trustedProxies: 1 }),
      })
      front = { publicUrl: world.publicUrl, connectTo: `http://127.0.0.1:${port}` }
      application = createServer((req, res) => {
        seen.push([req.headers['x-saoma-account'] ?? []].flat()[0])
        res.end(`hello ${req.url}`)
      })
      await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
      const adapted = SAMPLE.replace('127.0.0.1:3000', new URL(world.node().url).host)
        .replace('127.0.0.1:8080', `127.0.0.1:${(application.address() as AddressInfo).port}`)
        .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
        .replace(/ssl_certificate.*\n/g, '\n')
        .replace('/var/log/nginx/example.com.log', log)
      const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${directory}/${name};`,
      )
      const around = `daemon off; pid ${directory}/pid; error_log ${directory}/error.log; events {}\nhttp {\n${temp.join('\n')}\n${adapted}\n}`
      const file = join(directory, 'nginx.conf')
      writeFileSync(file, around)
      execFileSync(NGINX ?? '', ['-t', '-c', file, '-p', directory, '-e', `${directory}/start.log`], { stdio: 'pipe' })
      nginx = spawn(NGINX ?? '', ['-c', file, '-p', directory, '-e', `${directory}/start.log`], { stdio: 'ignore' })
      for (let tries = 0; tries < 100; tries += 1) {
        if (
          await fetch(`http://127.0.0.1:${port}/login`).then(
            (answer) => answer.ok,
            () => false,
          )
        )
          break
        await sleep(50)
      }
    })
    afterAll(async () => {
      const ended = new Promise((resolve) => nginx.once('exit', resolve))
      nginx.kill()
      await ended
      application.closeAllConnections()
      application.close()
      await world.close()
      rmSync(directory, { recursive: true, force: true })
    })

    test('a stranger is led to the login and back', async () => {
      const answer = await pcAtFront().browser.get('/orders?page=2')
      expect(answer.status).toBe(303)
      expect(answer.location).toBe(`${world.publicUrl}/login?returnTo=/orders?page=2`)
      expect(seen).toEqual([])
    })

    test('who is signed in is named to the application, and nobody can name themselves', async () => {
      const { pc, redeemed } = await world.signedIn('website', 'alice', pcAtFront())
      const forged = { headers: { 'x-saoma-account': 'acc_of_somebody_else' } }
      expect((await pc.browser.get('/orders', forged)).text).toBe('hello /orders')
      expect(seen.at(-1)).toBe(redeemed.account.id)
      const { session } = await pc.me()
      expect(session.device.address).toBe('127.0.0.1')
      const told = seen.length
      expect((await pcAtFront().browser.get('/orders', forged)).status).toBe(303)
      expect(seen).toHaveLength(told)
      await pc.logout()
      expect((await pc.browser.get('/orders')).status).toBe(303)
    })

    test('forged address: what a client says of itself is not believed', async () => {
      const pc = pcAtFront()
      const begun = await pc.begin('relay')
      await pc.browser.get(`/api/tickets/${begun.ticket.id}`, { headers: { 'x-forwarded-for': '203.0.113.99' } })
      const phone = createPhone(front, 'bob')
      const question = await phone.scan(begun.ticket.id)
      expect(question.device.address).toBe('127.0.0.1')
    })

    test('the socket works through it, and the log holds no code', async () => {
      const pc = pcAtFront()
      const begun = await pc.begin('website')
      const live = await pc.watch(begun.ticket.id)
      await live.until('pending')
      const scan = await world.wechat.websiteScan(begun, 'alice')
      await pc.arrive(scan)
      await live.until('confirmed')
      live.close()
      const lines = readFileSync(log, 'utf8')
      expect(lines).toContain('/wechat/callback/pc')
      expect(lines).not.toContain(scan.code)
      expect(lines).not.toContain('state=')
    })
  },
)
