// SSRF by avatar: our own server is to fetch what an attacker names, or what WeChat's name server, or WeChat's image host,
// was talked into.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAvatarLinks } from '#server/core/account/avatar-links.js'
import { createKeyring } from '#server/core/keyring.js'
import { createPictureFetcher, type PictureFetcher, type Resolve } from '#server/wechat/avatars/fetch.js'
import { startWorld, type World } from '../world.js'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server on this machine, with every path that it was asked for. */
async function listener(answer: RequestListener): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((req, res) => {
    asked.push(req.url ?? '')
    answer(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

function fetcher(own: readonly string[], more: Partial<Parameters<typeof createPictureFetcher>[0]> = {}) {
  const why: unknown[] = []
  const log = { info: (_event: string, data?: Record<string, unknown>) => void why.push(data?.why) }
  const made: PictureFetcher = createPictureFetcher({ ownOrigins: own, log, ...more })
  closing.push(made.close)
  return { fetch: made.fetch, why }
}

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(64)])

describe('an open proxy', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())

  const ask = (path: string) => fetch(`${world.connectTo}${path}`)
  const calls = async () => Object.values((await world.wechat.calls()).byPath).reduce((sum, count) => sum + count, 0)
  const encoded = (url: string) => Buffer.from(url).toString('base64url')

  test('is not to be had: an address that we have not signed is unknown, and nobody is asked for it', async () => {
    const inside = await listener((_req, res) => res.end(PNG))
    const others = createAvatarLinks({ keyring: createKeyring(['k'.repeat(40)]), publicUrl: '', shown: true })
    const { redeemed } = await world.signedIn('website', 'alice')
    const good = new URL(redeemed.account.avatarUrl).pathname
    const [mac = '', name = ''] = good.slice('/avatars/'.length).split('.')
    const before = await calls()
    const allowed = encoded(`${world.wechat.url}/mmopen/vi_32/bob/132`)
    const forged = [
      `/avatars/${mac}.${allowed}`,
      `/avatars/${'A'.repeat(22)}.${allowed}`,
      others.link(`${inside.origin}/x`),
      `/avatars/${'A'.repeat(22)}.${encoded(`${inside.origin}/x`)}`,
      `/avatars/${mac}.${encoded(`${inside.origin}/x`)}`,
      `/avatars/${mac}.${name}A`,
      `/avatars/${mac.slice(1)}.${name}`,
      `/avatars/.${name}`,
      `/avatars/${name}`,
      `/avatars/${encodeURIComponent(`${inside.origin}/x`)}`,
      `/avatars/?url=${encodeURIComponent(`${inside.origin}/x`)}`,
      `/avatars/${mac}.${name.slice(0, -4)}`,
    ]
    for (const path of forged) expect([path, (await ask(path)).status]).toEqual([path, 404])
    expect(inside.asked).toEqual([])
    expect(await calls()).toBe(before)
    expect((await ask(good)).status).toBe(200)
  })

  test('is not to be had by a profile either: what is not WeChat’s is not passed on, so not signed', async () => {
    const inside = await listener((_req, res) => res.end(PNG))
    const person = await world.wechat.newPerson({ avatarUrl: `${inside.origin}/meta-data` })
    const { redeemed } = await world.signedIn('website', person)
    expect(redeemed.account.avatarUrl).toBe('')
    expect(inside.asked).toEqual([])
  })
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'https://169.254.169.254/latest/meta-data',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://localhost/x',
  'https://thirdwx.qlogo.cn.evil.example/x',
  'https://thirdwx.qlogo.cn@evil.example/x',
  'https://thirdwx.qlogo.cn:6379/x',
  'file:///etc/passwd',
  'gopher://thirdwx.qlogo.cn/x',
])('a signature alone opens nothing: %s is refused by the fetcher, too', async (address) => {
  let looked = 0
  const resolve: Resolve = async () => {
    looked += 1
    return []
  }
  const { fetch, why } = fetcher([], { resolve })
  expect(await fetch(address)).toBeNull()
  expect({ looked, why }).toEqual({ looked: 0, why: [] })
})

describe('DNS that was talked into our network', () => {
  test.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['the cloud’s metadata', ['169.254.169.254']],
    ['a carrier’s network', ['100.64.0.1']],
    ['no host at all', ['0.0.0.0']],
    ['this machine, by IPv6', ['::1']],
    ['a private IPv6 network', ['fd00::1']],
    ['the link, by IPv6', ['fe80::1']],
    ['this machine, dressed up as IPv6', ['::ffff:127.0.0.1']],
    ['this machine, behind NAT64', ['64:ff9b::7f00:1']],
    ['this machine, behind 6to4', ['2002:7f00:1::']],
    ['one address of the internet’s and one of ours', ['101.226.1.1', '192.168.0.1']],
    ['nothing', []],
  ])('%s is refused before anything is connected to, after one look', async (_what, addresses) => {
    const looked: string[] = []
    const resolve: Resolve = async (host) => {
      looked.push(host)
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
    const { fetch, why } = fetcher([], { resolve })
    expect(await fetch('https://thirdwx.qlogo.cn/mmopen/x/132')).toBeNull()
    expect({ looked, why }).toEqual({ looked: ['thirdwx.qlogo.cn'], why: ['address_refused'] })
  })
})

describe('an image host that has gone bad', () => {
  test('redirects: they are not followed', async () => {
    const inside = await listener((_req, res) => res.end(PNG))
    for (const status of [301, 302, 303, 307, 308]) {
      const host = await listener((_req, res) => res.writeHead(status, { location: `${inside.origin}/secret` }).end())
      const { fetch, why } = fetcher([host.origin])
      expect(await fetch(`${host.origin}/a`)).toBeNull()
      expect(why).toEqual([`status_${status}`])
    }
    expect(inside.asked).toEqual([])
  })

  test.each([
    ['a page', 'text/html', '<script>alert(1)</script>'],
    ['a page that is called a picture', 'image/png', '<html><script>alert(1)</script>'],
    ['a drawing, which may hold scripts', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'],
    ['nothing', 'image/png', ''],
    ['the first bytes of a picture', 'image/png', '\x89PN'],
  ])('%s is no picture', async (_what, type, body) => {
    const host = await listener((_req, res) => res.writeHead(200, { 'content-type': type }).end(body))
    const { fetch, why } = fetcher([host.origin])
    expect(await fetch(`${host.origin}/a`)).toBeNull()
    expect(why).toEqual(['no_picture'])
  })

  test('a picture that never ends is cut off, and what was sent of it dropped', async () => {
    let sent = 0
    const host = await listener((req, res) => {
      res.write(PNG)
      const more = setInterval(() => {
        sent += 65_536
        res.write(Buffer.alloc(65_536))
      }, 1)
      req.on('close', () => clearInterval(more))
    })
    const { fetch, why } = fetcher([host.origin], { limits: { maxBytes: 262_144 } })
    expect(await fetch(`${host.origin}/a`)).toBeNull()
    expect(why).toEqual(['too_large'])
    expect(sent).toBeLessThan(32 * 1024 * 1024)
  })

  test('a picture that does not come is not waited for', async () => {
    const host = await listener((_req, res) => res.write(PNG.subarray(0, 4)))
    const { fetch, why } = fetcher([host.origin], { limits: { totalMs: 200 } })
    expect(await fetch(`${host.origin}/a`)).toBeNull()
    expect(why).toHaveLength(1)
  })

  test('a picture that drips is not waited for either, though it never stands still', async () => {
    const host = await listener((req, res) => {
      res.write(PNG)
      const more = setInterval(() => res.write('x'), 20)
      req.on('close', () => clearInterval(more))
    })
    const { fetch, why } = fetcher([host.origin], { limits: { totalMs: 300 } })
    expect(await fetch(`${host.origin}/a`)).toBeNull()
    expect(why).toHaveLength(1)
  })

  test('its own word about the type counts nothing', async () => {
    const host = await listener((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end(PNG))
    const picture = await fetcher([host.origin]).fetch(`${host.origin}/a`)
    expect(picture).toEqual({ type: 'image/png', body: PNG })
  })
})
