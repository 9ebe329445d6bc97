// Plays an example of PROTOCOL.md: sends what it says is sent, and compares everything that comes back.

import { type LiveClient, openSocket, UpgradeRefused } from '../world/socket.js'
import type { World } from '../world.js'
import { takeAside } from './asides.js'
import type { Answer, Call, Example, Header, Step } from './examples.js'
import { type Bindings, fill, Mismatch, matchJson, matchText } from './match.js'

interface Stage {
  readonly world: World
  readonly known: Bindings
  /** The socket opened last, and how many of its messages the text has told. */
  socket: { readonly live: LiveClient; told: number } | null
  /** The status with which the last upgrade was refused. */
  refused: number | null
}

/** @throws Error naming the line of the step that does not happen as it is told */
export async function play(
  example: Example,
  world: World,
  more: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const known: Bindings = new Map<string, unknown>([['site', world.publicUrl], ['wechat', world.wechat.url], ...more])
  const stage: Stage = { world, known, socket: null, refused: null }
  for (const step of example.steps) {
    try {
      await act(stage, step)
    } catch (error) {
      throw new Error(`PROTOCOL.md:${step.line}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
  }
  leave(stage)
  if (stage.refused !== null)
    throw new Error(`The upgrade was answered ${stage.refused}, and the text does not say so.`)
}

async function act(stage: Stage, step: Step): Promise<void> {
  const { world, known } = stage
  switch (step.kind) {
    case 'call':
      return call(stage, step)
    case 'aside':
      return takeAside(step.text, world, known)
    case 'open':
      leave(stage)
      return open(stage, step.headers)
    case 'send':
      return socketOf(stage).live.raw(fill(step.text, known))
    case 'receive': {
      const message = await socketOf(stage).live.next()
      socketOf(stage).told += 1
      return matchJson(step.text, message, known, world.now)
    }
    case 'closed': {
      const { code } = await socketOf(stage).live.closed
      if (code !== step.code) throw new Mismatch(`the socket was closed with ${code}`)
      return
    }
    case 'refused': {
      if (stage.refused !== step.status) throw new Mismatch(`the upgrade was answered ${stage.refused ?? 101}`)
      stage.refused = null
      return
    }
    case 'leave':
      return leave(stage)
  }
}

async function call({ world, known }: Stage, step: Call): Promise<void> {
  const headers = new Headers(filled(step.headers, known))
  if (step.body !== null && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const real = await fetch(world.connectTo + fill(step.address, known), {
    method: step.method,
    headers,
    redirect: 'manual',
    ...(step.body === null ? {} : { body: fill(step.body, known) }),
  })
  const text = await real.text()
  if (real.status !== step.answer.status) throw new Mismatch(`the answer was ${real.status} ${text.slice(0, 300)}`)
  compareHeaders(step.answer, real.headers, known, world)
  compareBody(step.answer, real.headers, text, known, world)
}

function compareHeaders({ headers }: Answer, real: Headers, known: Bindings, world: World): void {
  const cookies = real.getSetCookie()
  const told = headers.filter(({ name }) => name === 'set-cookie')
  if (told.length !== cookies.length) throw new Mismatch(`the cookies set were: ${cookies.join(' | ') || 'none'}`)
  for (const [i, { value }] of told.entries()) matchText(value, cookies[i] ?? '', known, world.now, 'set-cookie')
  for (const { name, value } of headers) {
    if (name !== 'set-cookie') matchText(value, real.get(name) ?? '', known, world.now, name)
  }
}

/** JSON is told in full. Of any other body the text must at least name the type. */
function compareBody({ headers, body }: Answer, real: Headers, text: string, known: Bindings, world: World): void {
  const isJson = real.get('content-type')?.startsWith('application/json') ?? false
  if (isJson && body === null) throw new Mismatch(`the body, which is not told, was ${text}`)
  if (body !== null) matchJson(body, isJson ? JSON.parse(text) : text, known, world.now)
  else if (text !== '' && !headers.some(({ name }) => name === 'content-type')) {
    throw new Mismatch(`the body, which is not told, was ${real.get('content-type')}`)
  }
}

async function open(stage: Stage, headers: readonly Header[]): Promise<void> {
  const { cookie = '', origin = '', ...others } = filled(headers, stage.known)
  try {
    stage.socket = { live: await openSocket(stage.world, cookie, { ...others, origin }), told: 0 }
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error
    stage.refused = error.status
  }
}

function socketOf({ socket, refused }: Stage): NonNullable<Stage['socket']> {
  if (!socket) throw new Mismatch(refused === null ? 'no socket is open' : `the upgrade was answered ${refused}`)
  return socket
}

/** Ends the socket. Whatever it was told beyond the text is a mistake of the text. */
function leave(stage: Stage): void {
  const { socket } = stage
  stage.socket = null
  socket?.live.close()
  const untold = socket?.live.received.slice(socket.told) ?? []
  if (untold.length > 0) throw new Mismatch(`the socket was also told ${untold.join(' ')}`)
}

function filled(headers: readonly Header[], known: Bindings): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, fill(value, known)]))
}
