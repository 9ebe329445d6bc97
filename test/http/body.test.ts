// JSON bodies over real connections: what is read, and everything that is not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { AppError } from '#server/core/errors.js'
import { readBody, readJson } from '#server/http/body.js'

const Anything = z.looseObject({})
const broken: string[] = []

const app = new Koa()
app.use(async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    broken.push(error.code)
    ctx.status = error.status
    ctx.body = { code: error.code }
  }
})
app.use(readJson)
app.use((ctx) => {
  ctx.body = { read: readBody(ctx, Anything) }
})
const server = createServer(app.callback())
let port = 0
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.closeAllConnections())

async function post(body: BodyInit | undefined, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body ?? null }
  const answer = await fetch(`http://127.0.0.1:${port}/`, init)
  const { read, code } = (await answer.json()) as { read?: unknown; code?: string }
  return code === undefined ? read : `${answer.status} ${code}`
}

describe('what is read:', () => {
  test.each([
    ['an object', '{"a":"ä","b":[1]}', 'application/json', { a: 'ä', b: [1] }],
    ['with space around', ' \r\n\t{} \n', 'application/json', {}],
    ['with parameters, and in capitals', '{"a":1}', 'Application/JSON ; charset=utf-8', { a: 1 }],
    ['nothing', '', 'application/json', {}],
    [
      'a text that only speaks of __proto__',
      '{"a":"\\"__proto__\\":1","b__proto__":2}',
      'application/json',
      {
        ...{ a: '"__proto__":1', b__proto__: 2 },
      },
    ],
  ])('%s', async (_, body, type, read) => {
    expect(await post(body, { 'content-type': type })).toEqual(read)
  })

  test('no body at all, of no type', async () => {
    expect(await raw('POST / HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1.1 200 .*\{"read":\{\}\}$/s)
  })

  test('8 KiB and no more, told or not told beforehand', async () => {
    const of = (size: number) => JSON.stringify({ a: 'x'.repeat(size - 8) })
    expect(await post(of(8_192))).toHaveProperty('a')
    expect(await post(of(8_193))).toBe('413 body_too_large')
  })

  test('a letter that two packets share', async () => {
    const body = Buffer.from('{"a":"扫码"}')
    const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    expect(await raw(head, body.subarray(0, 7), body.subarray(7))).toContain('{"read":{"a":"扫码"}}')
  })
})

describe('what is refused:', () => {
  test.each([
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])('a form’s way past the browser’s questions: a body of type "%s"', async (type) => {
    expect(await post('{"a":1}', { 'content-type': type })).toBe('400 bad_request')
  })

  test.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__" : 1}]}',
    '{"\\u005f\\u005Fproto__":1}',
    '{"__\\u0070r\\u006Ft\\u006f_\\u005f":1}',
  ])('prototype pollution: %s', async (body) => {
    expect(Object.hasOwn(JSON.parse(body), '__proto__') || body.includes('[')).toBe(true)
    expect(await post(body)).toBe('400 bad_request')
  })

  test.each(['1', '"text"', 'null', 'true', '{', '{"a":1}x', '{a:1}', '\u0000{}', '\ufeff{}', '[', '{}{}'])(
    'no JSON object: %j',
    async (body) => {
      expect(await post(body)).toBe('400 bad_request')
    },
  )

  test('a bomb: what is compressed is not unpacked', async () => {
    const bomb = new Uint8Array(gzipSync(`{"a":"${'x'.repeat(100_000)}"}`))
    expect(await post(bomb, { 'content-encoding': 'gzip' })).toBe('400 bad_request')
    expect(await post('{"a":1}', { 'content-encoding': 'gzip' })).toBe('400 bad_request')
  })

  test('a flood without an announced end: the answer is heard, and the connection serves on', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
    const again = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const heard = await raw(head, chunk.repeat(30), '0\r\n\r\n', again)
    expect(heard).toMatch(/^HTTP\/1.1 413 .*body_too_large.*HTTP\/1.1 200 /s)
  })

  test('a body that breaks off leaves nothing waiting', async () => {
    const before = broken.length
    const socket = connect(port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"')
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    await expect.poll(() => broken.slice(before)).toEqual(['bad_request'])
  })
})

/** Sends these pieces one after the other and hears until nothing more comes. */
async function raw(...pieces: (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await new Promise((resolve) => setTimeout(resolve, 150))
  socket.destroy()
  return heard
}
