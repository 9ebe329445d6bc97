// The real program is told to stop while it has much to do: what becomes of everybody.
import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPc } from '../world/pc.js'
import type { Exit, Program } from '../world/program.js'

export interface Drained {
  /** Status of each request that was under way; the error's code where there was no answer. */
  readonly answers: readonly (number | string)[]
  /** What kept-alive clients met that went on asking: statuses, and codes of errors. */
  readonly kept: readonly (number | string)[]
  readonly closings: readonly number[]
  /** The most sockets that were closed within one second. */
  readonly closedInASecond: number
  /** Between the signal and the first answer that said not ready, in milliseconds. */
  readonly notReadyAfter: number
  readonly reasons: unknown
  readonly exit: Exit
  readonly exitAfter: number
}

/** @param program started with TRUSTED_PROXIES=1, so that many addresses may come */
export async function drain(program: Program, many: { requests: number; sockets: number }): Promise<Drained> {
  const sockets = await openSockets(program, many.sockets)
  const halves = await Promise.all(Array.from({ length: many.requests }, (_, index) => halfRequest(program, index)))
  const asking = Array.from({ length: 10 }, () => keepAsking(program))
  await sleep(300)

  const started = performance.now()
  const exiting = program.kill('SIGTERM').then((exit) => ({ exit, exitAfter: performance.now() - started }))
  const notReady = untilNotReady(program, started)
  await sleep(300)
  const answers = await Promise.all(halves.map(({ finish }) => finish()))
  const closed = await Promise.all(sockets.map(({ closed }) => closed))
  return {
    ...(await notReady),
    ...(await exiting),
    answers,
    kept: [...new Set((await Promise.all(asking)).flat())],
    closings: closed.map(({ code }) => code),
    closedInASecond: mostWithin(
      closed.map(({ at }) => at),
      1_000,
    ),
  }
}

/** The most of `times` that lie within any span of `ms`. */
export function mostWithin(times: readonly number[], ms: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  let from = 0
  return sorted.reduce((most, time, index) => {
    while (time - (sorted[from] ?? time) >= ms) from += 1
    return Math.max(most, index - from + 1)
  }, 0)
}

/** An address in another network for each, as behind a proxy. */
export const address = (index: number): string => `10.${index >> 8}.${index & 255}.1`

async function openSockets(program: Program, count: number) {
  const pc = createPc(program)
  const { ticket } = await pc.begin('relay')
  const open = []
  for (let index = 0; index < count; index += 1) {
    const live = await pc.socket({ 'x-forwarded-for': address(index) })
    live.send({ type: 'watch', ticket: ticket.id })
    await live.next(20_000)
    open.push({ closed: live.closed.then(({ code }) => ({ code, at: performance.now() })) })
  }
  return open
}

/** A request whose body has come halfway. */
async function halfRequest({ connectTo, publicUrl }: Program, index: number) {
  const headers = { 'content-type': 'application/json', origin: publicUrl, 'x-forwarded-for': address(index) }
  const req = request(`${connectTo}/api/tickets`, { method: 'POST', headers, agent: new Agent({ keepAlive: true }) })
  const answer = statusOf(req)
  req.write('{"method":')
  if (!req.socket) await once(req, 'socket')
  if (req.socket?.connecting) await once(req.socket, 'connect')
  return {
    finish() {
      req.end('"relay"}')
      return answer
    },
  }
}

async function statusOf(req: ClientRequest): Promise<number | string> {
  try {
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    res.resume()
    await once(res, 'end')
    return res.statusCode ?? 0
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Asks again and again over one connection, until it is told to leave. */
async function keepAsking({ connectTo }: Program): Promise<(number | string)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const met = new Set<number | string>()
  for (;;) {
    const req = request(`${connectTo}/healthz`, { agent })
    let told = false
    req.on('response', ({ headers }) => {
      told = headers.connection === 'close'
    })
    const status = await statusOf(req.end())
    met.add(status)
    if (told || typeof status === 'string') return [...met]
    await sleep(20)
  }
}

async function untilNotReady({ connectTo }: Program, started: number) {
  for (;;) {
    const asked = performance.now()
    const answer = await fetch(`${connectTo}/readyz`)
    const { reasons } = (await answer.json()) as { reasons?: unknown }
    if (answer.status === 503) return { notReadyAfter: asked - started, reasons }
    await sleep(5)
  }
}
