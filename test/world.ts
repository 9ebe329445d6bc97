// A whole world in one process: the simulator, one node, and the people who use them. The other composition root beside
// main.ts: nothing in here is a stand-in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig, withSimulator } from '#server/config.js'
import { createLog } from '#server/log.js'
import { type Node, type NodeOptions, startNode } from '#server/server.js'
import type { Redeemed } from '#shared/api.js'
import type { TicketBegun } from '#shared/ticket.js'
import type { Site } from './world/browser.js'
import { freePort } from './world/free-port.js'
import { webDirectory } from './world/pages.js'
import { createPc, type Pc } from './world/pc.js'
import { createPhone, type Phone } from './world/phone.js'
import { startSimulator, type TestSimulator } from './world/simulator.js'

export interface WorldOptions {
  /** Default: http://localhost on the node's own port, another site than the simulator's 127.0.0.1. */
  readonly publicUrl?: string
  /** Has the last word on the configuration, at every start. */
  readonly config?: (config: Config) => Config
  /** SESSION_KEYS, newest first. */
  readonly keys?: readonly string[]
  /** By which address the node reaches WeChat's API, given the real one. Default: that. */
  readonly apiBy?: (url: string) => Promise<string>
  /** Of the socket protocol. */
  readonly timing?: NodeOptions['timing']
}

/** A confirmed login that nobody has redeemed yet. */
export interface Confirmed {
  readonly pc: Pc
  readonly id: string
  readonly begun: TicketBegun
  /** The phone that confirmed; null in `website`, whose phone never comes to us. */
  readonly phone: Phone | null
}

export interface World extends Site {
  readonly wechat: TestSimulator
  /** The SQLite file. */
  readonly file: string
  /** Every line of the node's log. */
  readonly log: readonly string[]
  /** The node that runs now. */
  node(): Node
  /** Moves the node's clock forward; WeChat's stays. */
  advance(ms: number): void
  now(): number
  /** Ends the node in order and starts another one on the same port and data. @param keys from now on */
  restart(keys?: readonly string[]): Promise<void>
  pc(): Pc
  phone(person: string, agent?: string): Phone
  /** A new ticket of `pc`, confirmed by `person`; in `website` through WeChat's frame. */
  confirmed(method: 'website' | 'relay', person: string, pc?: Pc): Promise<Confirmed>
  signedIn(method: 'website' | 'relay', person: string, pc?: Pc): Promise<Confirmed & { redeemed: Redeemed }>
  close(): Promise<void>
}

export const METHODS = ['website', 'relay'] as const
const KEYS = ['a-fixed-key-for-tests-only-0123456789abcdef']

/** Starts it. To be closed in `afterAll`. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const scratch = mkdtempSync(join(tmpdir(), 'saoma-flow-'))
  const file = join(scratch, 'saoma.sqlite')
  const port = await freePort()
  const publicUrl = options.publicUrl ?? `http://localhost:${port}`
  const site: Site = { publicUrl, connectTo: `http://127.0.0.1:${port}` }
  const wechat = await startSimulator(publicUrl, { siteServer: site.connectTo })
  const env = { PORT: String(port), PUBLIC_URL: publicUrl, DATABASE_URL: `sqlite:${file}` }
  const loaded = loadConfig(env, { readFile: () => '' })
  const inTheBox = withSimulator(loaded, { url: wechat.url, apps: await wechat.apps() })
  const apiUrl = (await options.apiBy?.(wechat.url)) ?? wechat.url
  const simulated = { ...inTheBox, wechat: { ...inTheBox.wechat, apiUrl, pollUrl: apiUrl } }
  const log: string[] = []
  let offset = 0
  let keys = options.keys ?? KEYS
  const clock = () => Date.now() + offset
  const start = () =>
    startNode({
      config: options.config?.(simulated) ?? simulated,
      clock,
      keys,
      log: createLog('info', { write: (line) => void log.push(line) }),
      webDirectory: webDirectory(scratch),
      // WeChat's image hosts are nowhere: no test asks the internet for anything.
      resolve: async () => [],
      ...(options.timing && { timing: options.timing }),
    })
  let node = await start()

  const pc = () => createPc(site)
  const phone = (person: string, agent?: string) => createPhone(site, person, agent)

  async function confirmed(method: 'website' | 'relay', person: string, by = pc()): Promise<Confirmed> {
    const begun = await by.begin(method)
    const { id } = begun.ticket
    await by.ticket(id)
    const holder = method === 'relay' ? phone(person) : null
    if (holder === null) {
      const { posted } = await by.arriveInFrame(await wechat.websiteScan(begun, person))
      if (posted.status !== 200) throw new Error(`not confirmed: ${posted.text}`)
    } else {
      await holder.scan(id)
      const answer = await holder.confirm(id, begun.matchNumber)
      if (answer.status !== 200) throw new Error(`not confirmed: ${answer.text}`)
    }
    return { pc: by, id, begun, phone: holder }
  }

  return {
    ...site,
    wechat,
    file,
    log,
    node: () => node,
    advance(ms) {
      offset += ms
    },
    now: clock,
    async restart(newKeys) {
      keys = newKeys ?? keys
      await node.close()
      node = await start()
    },
    pc,
    phone,
    confirmed,
    async signedIn(method, person, by) {
      const done = await confirmed(method, person, by)
      return { ...done, redeemed: await done.pc.signIn(done.id) }
    },
    async close() {
      await node.close()
      await wechat.close()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}
