// The real program, built and started as an operator starts it, so that it can be killed and started again.
import { type ChildProcess, type Serializable, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Site } from './browser.js'
import { freePort } from './free-port.js'
import type { SimApp } from './simulator.js'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Program extends Site {
  /** The SQLite file. */
  readonly file: string
  /** Where its own simulator would listen. */
  readonly simulatorPort: number
  /** Everything it has printed since its last start. */
  output(): string
  /** Starts it again on the same ports and data; resolves once it is ready. @throws with what it printed, when it ends */
  start(): Promise<void>
  /** Says something to what `imports` has put into it, and resolves with the answer. */
  ask(message: unknown): Promise<unknown>
  kill(signal: NodeJS.Signals): Promise<Exit>
  /** Sends it a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void
  /** The process that runs now. */
  pid(): number
  /** Resolves when it ends by itself. */
  ended(): Promise<Exit>
  /** Ends it, whatever it is doing, and removes its data. */
  dispose(): Promise<void>
}

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))
const READY_WITHIN_MS = 30_000

/** WECHAT_APPS and the three addresses, for a simulator that runs outside of the program. */
export function wechatEnv(url: string, apps: readonly SimApp[]): Record<string, string> {
  const listed = apps.map(({ openPlatform, ...app }) => (openPlatform === null ? app : { ...app, openPlatform }))
  return {
    WECHAT_APPS: JSON.stringify(listed),
    WECHAT_OPEN_URL: url,
    WECHAT_API_URL: url,
    WECHAT_POLL_URL: url,
  }
}

/**
 * Ports and a directory for the program; `start` runs it. @param env beside ports, address and database
 * @param imports a script that Node loads before the program, which itself knows nothing of it
 */
export async function prepareProgram(env: Record<string, string> = {}, imports?: string): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-program-'))
  const file = join(directory, 'saoma.sqlite')
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${port}`
  const connectTo = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let exit: Promise<Exit> = Promise.resolve({ code: null, signal: null })
  let printed = ''

  const run = (): ChildProcess => {
    printed = ''
    const started = spawn(process.execPath, [...(imports === undefined ? [] : ['--import', imports]), MAIN], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe', ...(imports === undefined ? [] : (['ipc'] as const))],
      env: {
        PATH: process.env.PATH ?? '',
        PORT: String(port),
        SIMULATOR_PORT: String(simulatorPort),
        PUBLIC_URL: publicUrl,
        DATABASE_URL: `sqlite:${file}`,
        ...env,
      },
    })
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
      })
    }
    // A run of tests that is broken off leaves nothing behind either.
    const last = () => started.kill('SIGKILL')
    process.once('exit', last)
    exit = once(started, 'exit').then(([code, signal]) => {
      process.off('exit', last)
      child = null
      return { code, signal }
    })
    return started
  }

  const isReady = async (): Promise<boolean> =>
    fetch(`${connectTo}/readyz`).then(
      async (answer) => {
        await answer.text()
        return answer.ok
      },
      () => false,
    )

  return {
    publicUrl,
    connectTo,
    file,
    simulatorPort,
    output: () => printed,
    async start() {
      child = run()
      const deadline = Date.now() + READY_WITHIN_MS
      while (!(await isReady())) {
        if (child === null || Date.now() > deadline) throw new Error(`the program did not start: ${printed}`)
        await sleep(25)
      }
    },
    async ask(message) {
      if (child === null) throw new Error('the program does not run')
      const answer = once(child, 'message')
      child.send(message as Serializable)
      return (await answer)[0]
    },
    async kill(signal) {
      child?.kill(signal)
      return exit
    },
    signal: (signal) => void child?.kill(signal),
    pid: () => child?.pid ?? 0,
    ended: () => exit,
    async dispose() {
      child?.kill('SIGKILL')
      await exit
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
