// Ticket requests in thousands from one address, each with another X-Forwarded-For, and people at other addresses meanwhile.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { rows } from '../world/database.js'
import type { Program } from '../world/program.js'

export interface Flood {
  /** Ticket requests of the flood that were answered, by status, and how many a second that was. */
  readonly answers: Readonly<Record<number, number>>
  readonly perSecond: number
  /** What people at other addresses were answered: a ticket begun, read and given up. */
  readonly others: Readonly<Record<string, number>>
  /** How often one of them was told `busy` first. */
  readonly later: number
  readonly rows: number
  /** Of the program's memory, beyond what it had after the first thousand. */
  readonly grownMiB: number
}

const FROM = '127.0.0.1'
const WARM_UP = 1_000

/** @param program without TRUSTED_PROXIES: then on this machine whoever bears a proxy's trace is counted by the address it comes from */
export async function flood(program: Program, perSecond: number, seconds: number): Promise<Flood> {
  const { hostname, port } = new URL(program.connectTo)
  const attackers = new Agent({ keepAlive: true, maxSockets: 64, localAddress: FROM })
  const answers: Record<number, number> = {}
  const others: Record<string, number> = {}
  let later = 0

  const ask = (agent: Agent, method: string, path: string, headers: Record<string, string>) =>
    new Promise<{ status: number; text: string; cookie: string }>((resolve, reject) => {
      const asking = request({
        agent,
        hostname,
        port,
        method,
        path,
        headers: { origin: program.publicUrl, ...headers },
      })
      asking.on('error', reject)
      asking.on('response', (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        answer.on('end', () => {
          const cookie = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
          resolve({ status: answer.statusCode ?? 0, text, cookie })
        })
      })
      asking.end(method === 'POST' ? '{"method":"relay"}' : undefined)
    })
  const json = { 'content-type': 'application/json', 'content-length': '18' }
  const attack = async (n: number) => {
    const invented = `${1 + (n % 220)}.${(n * 7) % 256}.${(n * 13) % 256}.${n % 256}`
    const chain = n % 3 === 0 ? `${invented}, 127.9.${n % 256}.1` : invented
    const { status } = await ask(attackers, 'POST', '/api/tickets', { ...json, 'x-forwarded-for': chain })
    answers[status] = (answers[status] ?? 0) + 1
  }
  /** Each from a network where nobody has been, and claiming the flood's own address. */
  const person = async (n: number) => {
    const agent = new Agent({ localAddress: `127.${1 + ((n / 250) | 0)}.${1 + (n % 250)}.2` })
    const headers = { 'x-forwarded-for': FROM }
    const begin = () => ask(agent, 'POST', '/api/tickets', { ...json, ...headers })
    let begun = await begin()
    // A machine that has more to do than it can turns newcomers away for a moment, whoever they are; their pages come again.
    for (let tries = 0; begun.status === 503 && tries < 30; tries += 1) {
      later += 1
      await sleep(1_000)
      begun = await begin()
    }
    const { id = 'none' } = begun.status === 201 ? JSON.parse(begun.text).ticket : {}
    const own = { ...headers, cookie: begun.cookie }
    const read = await ask(agent, 'GET', `/api/tickets/${id}`, own)
    const given = await ask(agent, 'DELETE', `/api/tickets/${id}`, own)
    const all = [begun, read, given].map(({ status }) => status).join(' ')
    others[all] = (others[all] ?? 0) + 1
    agent.destroy()
  }

  for (let n = 0; n < WARM_UP; n += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => attack(n + i)))
  const before = await memory(program)
  const [{ count: rowsBefore }] = (await rows(program.file, 'SELECT COUNT(*) AS count FROM tickets')) as [
    { count: number },
  ]
  const started = performance.now()
  const end = started + seconds * 1_000
  let sent = 0
  let people = 0
  const waiting = new Set<Promise<void>>()
  const visits: Promise<void>[] = []
  while (performance.now() < end) {
    const due = ((performance.now() - started) / 1_000) * perSecond
    for (; sent < due && waiting.size < 500; sent += 1) {
      const one: Promise<void> = attack(WARM_UP + sent).finally(() => waiting.delete(one))
      waiting.add(one)
    }
    for (; people < ((performance.now() - started) / 1_000) * 10; people += 1) visits.push(person(people))
    await sleep(5)
  }
  await Promise.all([...waiting, ...visits])
  const took = (performance.now() - started) / 1_000
  const after = await memory(program)
  attackers.destroy()
  const [{ count }] = (await rows(program.file, 'SELECT COUNT(*) AS count FROM tickets')) as [{ count: number }]
  return {
    answers,
    perSecond: Math.round(sent / took),
    others,
    later,
    rows: count - rowsBefore,
    grownMiB: Math.round((after - before) / 2 ** 20),
  }
}

async function memory({ connectTo }: Program): Promise<number> {
  const text = await (await fetch(`${connectTo}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
}
