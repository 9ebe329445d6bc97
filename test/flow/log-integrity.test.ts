// The log under attack: whatever strangers write into names, headers, addresses, bodies and sockets, every event is exactly
// one line of JSON, short, and without anything that a terminal or a reader would obey.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser } from '../world/browser.js'
import { sql } from '../world/database.js'
import { DOORS, enterBy } from '../world/enter.js'
import { callAsProgram } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, trustedProxies: 1 }) })
})
afterAll(() => world.close())

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const FORGED = '"}\n{"level":60,"time":"2000-01-01T00:00:00.000Z","msg":"forged"}\n'
const HOSTILE = [
  FORGED,
  '\u202ekcatta\u2066',
  '\u001b[2J\u0007',
  '\u009b31m',
  '\ufeff\u2028\u2029',
  '%0a%0d',
  "';--",
  '😀小\u0000',
]

/** What `work` makes the service log, each line checked. */
async function linesOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const from = world.log.length
  await work()
  // The line of a request is written when its answer is, which may have arrived already.
  await new Promise((resolve) => setTimeout(resolve, 50))
  return world.log.slice(from).map(checked)
}

function checked(text: string): Record<string, unknown> {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
  expect(text.endsWith('}\n')).toBe(true)
  expect(text.slice(0, -1)).not.toMatch(CONTROLS)
  const line = JSON.parse(text)
  expect(['info', 'warn', 'error'][(line.level - 30) / 10]).toBeDefined()
  expect(line.msg).toMatch(/^[a-z_]+(\.[a-z_]+)*$/)
  expect(line.msg).not.toBe('forged')
  // What only the stack of an error may have: its own line ends.
  const told = JSON.stringify(line, (name, value) => (name === 'stack' ? String(value).replaceAll('\n', '') : value))
  expect(
    JSON.parse(told, (_, value) => (typeof value === 'string' && CONTROLS.test(value) ? expect.fail(value) : value)),
  )
  expect(line.withheld).toBeUndefined()
  return line
}

const events = (lines: readonly Record<string, unknown>[], msg: string) => lines.filter((line) => line.msg === msg)

describe('log injection:', () => {
  test('hostile names of people, by every door: not one of them is logged', async () => {
    for (const nickname of HOSTILE) {
      const person = await world.wechat.newPerson({ nickname: `canaryname${nickname}` })
      const lines = await linesOf(async () => {
        for (const door of DOORS) await enterBy(world, door, person)
      })
      expect(events(lines, 'audit').filter(({ act }) => act === 'login')).toHaveLength(DOORS.length)
      expect(JSON.stringify(lines)).not.toContain('canaryname')
    }
  })

  test('hostile user agents and addresses are no part of any line', async () => {
    for (const agent of ['canaryagent"}{"msg":"forged"', 'canaryagent\u00ad\u0080\u009b', 'canaryagent'.repeat(400)]) {
      const headers = { 'user-agent': agent, 'x-forwarded-for': `${agent.slice(0, 300)}, canaryaddress\u009b` }
      const lines = await linesOf(() => createBrowser(world, headers).get('/api/session'))
      expect(events(lines, 'request')).toHaveLength(1)
      expect(JSON.stringify(lines)).not.toMatch(/canary/)
    }
  })

  test('hostile addresses: one line a request, the query in none', async () => {
    for (const text of HOSTILE) {
      // A long path is cut, so that the query must be looked for behind a short one, too.
      for (const more of ['', 'x'.repeat(3_000)]) {
        const path = `/canarypath/${encodeURIComponent(text)}/${more}`
        const lines = await linesOf(() => createBrowser(world).get(`${path}?canaryquery=${encodeURIComponent(text)}`))
        expect(events(lines, 'request')).toHaveLength(1)
        expect(events(lines, 'request.refused')).toHaveLength(1)
        expect(JSON.stringify(lines)).toContain('canarypath')
        expect(JSON.stringify(lines)).not.toContain('canaryquery')
      }
    }
  })

  test('hostile bodies, of every JSON route', async () => {
    const routes = ['/api/tickets', '/api/login/mobile', '/api/login/mini-program', '/wechat/callback/pc']
    for (const text of HOSTILE) {
      for (const route of routes) {
        for (const json of [{ app: text, code: text, state: text }, { [text]: text }, { method: { [text]: [text] } }]) {
          const native = route.startsWith('/api/login')
          const lines = await linesOf(() =>
            native ? callAsProgram(world, route, { method: 'POST', json }) : createBrowser(world).post(route, json),
          )
          expect(events(lines, 'request')).toHaveLength(1)
        }
      }
    }
  })

  test('hostile headers, byte by byte', async () => {
    const { port } = new URL(world.connectTo)
    const raw = (head: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(Buffer.from(head, 'latin1')))
        socket.on('close', () => resolve()).on('error', () => resolve())
        socket.resume()
      })
    const lines = await linesOf(async () => {
      for (const value of ['\x9b31m', '\xe2\x80\xae', '"}\\n{"msg":"forged"}', 'a\tb', '\xff\xfe'.repeat(500)]) {
        for (const name of [
          'Origin',
          'Sec-Fetch-Site',
          'Accept',
          'Accept-Language',
          'Cookie',
          'Authorization',
          'Referer',
        ]) {
          await raw(
            `POST /api/tickets HTTP/1.1\r\nHost: x\r\n${name}: ${value}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
          )
        }
        await raw(`GET /${value} HTTP/1.1\r\nHost: ${value}\r\nConnection: close\r\n\r\n`)
        await raw(`${value} / HTTP/1.1\r\n\r\n`)
      }
    })
    expect(events(lines, 'request').length).toBeGreaterThan(30)
  })

  test('hostile pushes and messages on the socket', async () => {
    const lines = await linesOf(async () => {
      for (const text of HOSTILE) {
        const query = new URLSearchParams({ signature: text, timestamp: text, nonce: text })
        await callAsProgram(world, `/wechat/notify/mp?${query}`, { method: 'POST', body: `<xml>${text}</xml>` })
        const live = await world.pc().socket()
        live.send({ type: text, ticket: text })
        await live.closed
      }
    })
    expect(events(lines, 'request')).toHaveLength(HOSTILE.length)
  })
})

test('a request that breaks is one line about why and one about itself, without SQL and values', async () => {
  const { pc } = await world.signedIn('website', await world.wechat.newPerson())
  await sql(world.file, 'ALTER TABLE sessions RENAME TO sessions_away')
  const lines = await linesOf(() => pc.session())
  await sql(world.file, 'ALTER TABLE sessions_away RENAME TO sessions')
  const [failed, ...more] = events(lines, 'request.failed')
  expect(more).toEqual([])
  expect(failed).toMatchObject({ level: 50, code: 'internal', error: { name: 'DatabaseError' } })
  expect(JSON.stringify(failed)).not.toMatch(/SELECT|hash =|params|bind/i)
  expect(events(lines, 'request')).toMatchObject([{ status: 500, requestId: failed?.requestId }])
})

test('a request that is cut off in the middle is no broken line', async () => {
  const lines = await linesOf(async () => {
    const { port } = new URL(world.connectTo)
    for (let cut = 1; cut < 60; cut += 7) {
      const head =
        'POST /api/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{"a":'
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(head.slice(0, head.length - cut))
      await new Promise((resolve) => setTimeout(resolve, 10))
      socket.resetAndDestroy()
    }
  })
  for (const line of lines) expect(Object.keys(line)).not.toContain('ctx')
})
