import { once } from 'node:events'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { createWorld, ORIGIN, pause, statusOf, tcp, ticketOf, until, upgradeRequest, type World } from './world.js'

const worlds: World[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

async function world(...options: Parameters<typeof createWorld>) {
  const made = await createWorld(...options)
  worlds.push(made)
  return made
}

/** A masked frame as a client sends it; the mask is zero, so that the payload stands there as it is. */
function frame(head: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload)
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([head, ...length, 0, 0, 0, 0]), body])
}

describe('before the upgrade', () => {
  test('cross-site hijacking: a page of any other origin is refused', async () => {
    const { port, live } = await world()
    const others = [
      null,
      'null',
      '',
      'https://id.example.cn.',
      'https://id.example.cn/',
      'https://id.example.cn:443',
      'https://id.example.cn:8443',
      'http://id.example.cn',
      'HTTPS://ID.EXAMPLE.CN',
      'https://ID.example.cn',
      'https://evil.id.example.cn',
      'https://example.cn',
      'https://evilid.example.cn',
      'https://id.example.cn.evil.example',
      'https://id.example.cn@evil.example',
      'https://evil.example/https://id.example.cn',
      `${ORIGIN}, https://evil.example`,
      `${ORIGIN} https://evil.example`,
      'https://[::1]',
      'file://',
      'chrome-extension://abcdefghijklmnop',
    ]
    const statuses = await Promise.all(others.map((origin) => statusOf(port, upgradeRequest({ origin }))))
    expect(statuses).toEqual(others.map(() => 403))
    expect(live.size()).toBe(0)
    expect(await statusOf(port, upgradeRequest())).toBe(101)
  })

  test('two Origin headers are not one of ours', async () => {
    const { port } = await world()
    const twice = upgradeRequest().replace('origin:', 'origin: https://evil.example\r\norigin:')
    expect(await statusOf(port, twice)).toBe(403)
  })

  test.each([
    ['another path', upgradeRequest({}, 'GET /api/live/ HTTP/1.1'), 404],
    ['a path in another case', upgradeRequest({}, 'GET /API/live HTTP/1.1'), 404],
    ['another method', upgradeRequest({}, 'POST /api/live HTTP/1.1'), 405],
    ['an old version', upgradeRequest({ 'sec-websocket-version': '8' }), 426],
    ['no subprotocol', upgradeRequest({ 'sec-websocket-protocol': null }), 400],
    ['another subprotocol', upgradeRequest({ 'sec-websocket-protocol': 'saoma.v2, graphql-ws' }), 400],
    ['a broken key', upgradeRequest({ 'sec-websocket-key': 'short' }), 400],
    ['a cookie that cannot be read', upgradeRequest({ 'x-visitor': '%E0%A4%A' }), 400],
    ['a query', upgradeRequest({}, 'GET /api/live?x=1 HTTP/1.1'), 101],
    ['our subprotocol among others', upgradeRequest({ 'sec-websocket-protocol': 'saoma.v2, saoma.v1' }), 101],
  ])('%s is answered as it deserves', async (_name, request, status) => {
    const { port } = await world()
    expect(await statusOf(port, request)).toBe(status)
  })

  test.each([
    ['another path', upgradeRequest({}, 'GET /nothing HTTP/1.1'), 404],
    ['another origin', upgradeRequest({ origin: 'null' }), 403],
    ['a broken key', upgradeRequest({ 'sec-websocket-key': 'short' }), 400],
    ['no key', upgradeRequest({ 'sec-websocket-key': null }), 400],
    ['another upgrade', upgradeRequest({ upgrade: 'h2c' }), 400],
    ['a list of subprotocols that is none', upgradeRequest({ 'sec-websocket-protocol': 'saoma.v1, saoma.v1' }), 400],
  ])('%s is refused with every security header, and without a body', async (_name, request, status) => {
    const { port } = await world({ refusalHeaders: { 'X-Frame-Options': 'DENY' } })
    const socket = await tcp(port)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.write(request)
    await once(socket, 'close')
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\r\nX-Frame-Options: DENY\r\n.*\r\n\r\n$`, 's'))
  })

  test('a handshake names one host, as every request does', async () => {
    const { port } = await world()
    const twice = upgradeRequest().replace('host:', 'Host: evil.example\r\nhost:')
    const nameless = [upgradeRequest({ host: null }), twice, upgradeRequest({ host: null }, 'GET /elsewhere HTTP/1.1')]
    expect(await Promise.all(nameless.map((request) => statusOf(port, request)))).toEqual([400, 400, 400])
  })

  test('a handshake of more headers than are read is refused: the last ones would not be seen', async () => {
    const { port } = await world({ maxHeadersCount: 30 })
    const withMore = (count: number) => upgradeRequest().replace('\r\n\r\n', `\r\n${'A: b\r\n'.repeat(count)}\r\n`)
    expect(await statusOf(port, withMore(100))).toBe(431)
    expect(await statusOf(port, withMore(15))).toBe(101)
  })

  test('a socket too many gets 503, one too many of an address 429, and a place becomes free again', async () => {
    const { port, client, attached } = await world({ capacity: { total: 3, perAddress: 2 } })
    const one = await client('ann', { 'x-address': '192.0.2.1' })
    await client('ann', { 'x-address': '192.0.2.1' })
    expect(await statusOf(port, upgradeRequest({ 'x-address': '192.0.2.1' }))).toBe(429)
    await client('ann', { 'x-address': '192.0.2.2' })
    expect(await statusOf(port, upgradeRequest({ 'x-address': '192.0.2.3' }))).toBe(503)
    one.ws.close()
    await until(() => attached.size() === 2)
    expect(await statusOf(port, upgradeRequest({ 'x-address': '192.0.2.1' }))).toBe(101)
  })

  test('a reset during the upgrade, two hundred times, leaves the process alive and nothing behind', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtExceptionMonitor', note)
    onTestFinished(() => void process.off('uncaughtExceptionMonitor', note))
    const { port, attached, live, client } = await world()
    const requests = [upgradeRequest(), upgradeRequest({ origin: 'null' }), upgradeRequest().slice(0, -2)]
    for (let i = 0; i < 200; i += 1) {
      const socket = await tcp(port)
      socket.write(requests[i % 3] ?? '')
      if (i % 2 === 0) await pause(0)
      socket.resetAndDestroy()
    }
    await until(() => attached.size() === 0 && live.size() === 0)
    expect(uncaught).toEqual([])
    const page = await client()
    expect(page.ws.readyState).toBe(page.ws.OPEN)
  })

  test('ordinary requests of the same server are left alone', async () => {
    const { port } = await world()
    expect(await (await fetch(`http://127.0.0.1:${port}/api/live`)).text()).toBe('http')
  })
})

describe('message abuse', () => {
  test.each<[string, number, Buffer]>([
    ['a binary frame', 4400, frame(0x82, '{"type":"session"}')],
    ['more than 4 KiB', 1009, frame(0x81, 'x'.repeat(4_097))],
    [
      'more than 4 KiB in fragments',
      1009,
      Buffer.concat([frame(0x01, 'x'.repeat(4_000)), frame(0x80, 'x'.repeat(97))]),
    ],
    ['seventeen fragments', 1008, Buffer.concat([frame(0x01, 'x'), ...Array(17).fill(frame(0x00, 'x'))])],
    ['empty fragments without end', 1008, Buffer.concat([frame(0x01, ''), ...Array(40).fill(frame(0x00, ''))])],
    ['invalid UTF-8', 1007, frame(0x81, Buffer.from([0xc3, 0x28]))],
    ['a compressed frame', 1002, frame(0xc1, 'x')],
    ['an unmasked frame', 1002, Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['an unknown opcode', 1002, frame(0x83, 'x')],
  ])('%s is closed with %i', async (_name, code, bytes) => {
    const { port, attached, live } = await world()
    const socket = await tcp(port)
    socket.write(upgradeRequest())
    await once(socket, 'data')
    socket.write(bytes)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer[0]).toBe(0x88)
    expect(answer.readUInt16BE(2)).toBe(code)
    socket.destroy()
    await until(() => attached.size() === 0 && live.size() === 0)
  })

  test('a message in a few fragments is understood', async () => {
    const { truth, client } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.ws.send('{"type":"watch",', { fin: false })
    page.ws.send('"ticket":"tkt_1"}')
    expect((await page.ticket()).id).toBe('tkt_1')
  })

  test('slow reader: a socket that does not take what it is told is cut off, and others are not', async () => {
    const { truth, port, client, hint, attached } = await world()
    truth.put('ann', ticketOf('tkt_1'))
    const page = await client('ann')
    page.watch('tkt_1')
    await page.next()
    const stalled = await tcp(port)
    stalled.write(upgradeRequest({ 'x-visitor': 'ann' }))
    await once(stalled, 'data')
    stalled.pause()
    stalled.write(frame(0x81, '{"type":"watch","ticket":"tkt_1"}'))
    await until(() => truth.asked.attach.length === 2)

    const nickname = 'x'.repeat(500_000)
    let told = 0
    while (attached.size() === 2 && told < 100) {
      hint(truth.move('tkt_1', { scannedBy: { nickname, avatarUrl: '' } }))
      await page.next()
      told += 1
    }
    expect(attached.size()).toBe(1)
    expect(told).toBeLessThan(60)
    stalled.destroy()
  })
})

describe('heartbeat', () => {
  test('a peer that does not answer pings is gone soon, one that does stays', async () => {
    const { client, port, attached } = await world({ heartbeat: { pingMs: 200, pongMs: 80 } })
    const page = await client()
    const dead = await tcp(port)
    dead.write(upgradeRequest())
    const gone = once(dead, 'close')
    dead.resume()
    await gone
    await until(() => attached.size() === 1)
    await pause(400)
    expect(page.ws.readyState).toBe(page.ws.OPEN)
  })
})

test("the last socket to go takes the binding's timer with it", async () => {
  const { client, attached, heartTimers } = await world()
  const pages = [await client(), await client()]
  expect(heartTimers.size).toBe(1)
  for (const page of pages) page.ws.close()
  await until(() => attached.size() === 0)
  expect(heartTimers.size).toBe(0)
})

describe('draining', () => {
  test('says 1012 to everybody and refuses newcomers', async () => {
    const { client, attached, port } = await world()
    const pages = [await client('ann'), await client('bob')]
    const closed = attached.close()
    expect(await Promise.all(pages.map((page) => page.closed))).toEqual(
      pages.map(() => ({ code: 1012, reason: 'restarting' })),
    )
    await closed
    expect(attached.size()).toBe(0)
    expect(await statusOf(port, upgradeRequest())).toBe(503)
  })

  test('does not wait longer than its grace for a peer that never leaves', async () => {
    const { attached, port } = await world()
    const deaf = await tcp(port)
    deaf.write(upgradeRequest())
    await once(deaf, 'data')
    const started = Date.now()
    await attached.close(0, 100)
    expect(Date.now() - started).toBeLessThan(1_000)
    expect(attached.size()).toBe(0)
    deaf.destroy()
  })
})
