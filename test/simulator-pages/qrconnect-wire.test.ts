// The loop of the PC page against a real server that speaks the long poll.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { State } from '#server/simulator/pages/qrconnect/state.js'
import { watch } from '#server/simulator/pages/qrconnect/watch.js'
import { createWire, readAnswer } from '#server/simulator/pages/qrconnect/wire.js'

let server: Server
let origin: string
let asked: string[]
let answers: string[]

beforeEach(async () => {
  asked = []
  answers = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const body = answers.shift()
    if (body === undefined || body === 'cut') request.socket.destroy()
    else response.writeHead(body.startsWith('!') ? 502 : 200).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** What a browser does with a path: it asks the page's origin. */
function wire(here = origin) {
  return createWire({
    fetch: (url, init) => fetch(new URL(url, origin), init),
    now: () => 1_760_000_000_000,
    here: `${here}/connect/qrconnect`,
    pollUrl: `${origin}/connect/l/qrconnect`,
    renewUrl: `${origin}/connect/qrconnect?appid=wx1&f=xml`,
  })
}

async function follow() {
  const phases: State['phase'][] = []
  const waits: number[] = []
  const code = await watch('u-1', {
    ...wire(),
    wait: async (ms) => void waits.push(ms),
    show: (state) => void phases.push(state.phase),
  })
  return { code, phases, waits }
}

describe('the loop of the PC page', () => {
  it('follows a code from waiting to confirmed', async () => {
    answers = ['{"wx_errcode":408,"wx_code":""}', '{"wx_errcode":404}', '{"wx_errcode":405,"wx_code":"c0de"}']
    const { code, phases, waits } = await follow()
    expect(code).toBe('c0de')
    expect(phases).toEqual(['waiting', 'scanned', 'confirmed'])
    expect(waits).toEqual([0, 2000, 100])
    expect(asked).toEqual([
      '/connect/l/qrconnect?uuid=u-1&f=json&_=1760000000000',
      '/connect/l/qrconnect?uuid=u-1&f=json&_=1760000000000',
      '/connect/l/qrconnect?uuid=u-1&f=json&last=404&_=1760000000000',
    ])
  })

  it('takes the new code of an expired one from the XML', async () => {
    answers = [
      '{"wx_errcode":402}',
      '<error><uuid><![CDATA[0a1B2c3D4e5F6g7H]]></uuid></error>',
      '{"wx_errcode":405,"wx_code":"c0de"}',
    ]
    expect((await follow()).phases).toEqual(['renewing', 'waiting', 'confirmed'])
    expect(asked[1]).toBe('/connect/qrconnect?appid=wx1&f=xml&_=1760000000000')
    expect(asked[2]).toContain('uuid=0a1B2c3D4e5F6g7H&')
  })

  it('survives a dropped connection, a gateway error, text that is no JSON, and an answer without a status', async () => {
    answers = ['cut', '!bad gateway', '<html>', 'null', '{"wx_errcode":405,"wx_code":"c0de"}']
    const { code, waits } = await follow()
    expect(code).toBe('c0de')
    expect(waits).toEqual([0, 1000, 2000, 4000, 8000])

    answers = ['{"wx_errcode":402}', '<error/>', '<uuid>u-2</uuid>', '{"wx_errcode":405,"wx_code":"c0de"}']
    expect((await follow()).phases).toEqual(['renewing', 'renewing', 'waiting', 'confirmed'])
  })

  it('has no answer to give for a dropped connection', async () => {
    await expect(wire().ask('u-1', null)).rejects.toThrow()
  })

  it('asks the origin it is on when the server writes itself differently', async () => {
    answers = ['{"wx_errcode":408}']
    const paths: string[] = []
    const { ask } = createWire({
      fetch: (url, init) => {
        paths.push(url)
        return fetch(new URL(url, origin), init)
      },
      now: () => 1,
      here: `${origin.replace('127.0.0.1', 'localhost')}/connect/qrconnect`,
      pollUrl: `${origin}/connect/l/qrconnect`,
      renewUrl: '',
    })
    await ask('u-1', null)
    expect(paths).toEqual(['/connect/l/qrconnect?uuid=u-1&f=json&_=1'])
  })
})

describe('an answer of the long poll', () => {
  it('may carry its code as nothing at all', () => {
    expect(readAnswer({ wx_errcode: 404 })).toEqual({ errcode: 404, code: '' })
  })

  it('is none without a status', () => {
    expect(() => readAnswer({})).toThrow()
    expect(() => readAnswer(null)).toThrow()
  })
})
