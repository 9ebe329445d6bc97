// The simulator beside the server: a child process that speaks WeChat's protocol and is reached like WeChat, over HTTP.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** One app as the simulator lists it. */
export interface SimulatedApp {
  readonly key: string
  readonly kind: string
  readonly appid: string
  readonly secret: string
  readonly openPlatform: string | null
  readonly notify: { readonly token: string; readonly aesKey: string }
}

export interface SimulatorProcess {
  /** Where browsers and the server reach it. */
  readonly url: string
  readonly apps: readonly SimulatedApp[]
  stop(): void
}

const READY_WITHIN_MS = 15_000

/**
 * Starts the simulator on the same host and waits until it answers. It ends with this process, however that ends.
 * @throws Error when it does not start, with what it printed last
 */
export async function startSimulatorProcess(options: {
  host: string
  port: number
  publicUrl: string
  /** Where this service listens, on the same host: pushes need not find their way through proxies. */
  servicePort: number
}): Promise<SimulatorProcess> {
  const { host, port, publicUrl, servicePort } = options
  const lan = host !== '127.0.0.1' && host !== 'localhost' && host !== '::1'
  // Another spelling than the service's own host makes it another site, so that cookies behave as they will with WeChat.
  const advertised = lan ? `http://${new URL(publicUrl).hostname}:${port}` : `http://127.0.0.1:${port}`
  const near = nearAddress(host)
  const flags = [
    ...['--port', String(port), '--host', host, '--advertise', advertised],
    ...['--site', publicUrl, '--site-server', `http://${near}:${servicePort}`],
  ]
  const child = fork(
    fileURLToPath(new URL('./simulator/main.js', import.meta.url)),
    lan ? [...flags, '--lan'] : flags,
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const failed = (why: string) => new Error(`The simulator did not start: ${why}. ${said.trim()}`.trim())

  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(failed('no answer in 15 s')), READY_WITHIN_MS)
    child.once('exit', (code) => reject(failed(`it ended with code ${code}`)))
    child.once('error', (error) => reject(failed(error.message)))
    child.on('message', (message: unknown) => {
      // Under `node --watch` a child reports its imports on the same channel.
      if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'ready') return
      clearTimeout(timer)
      resolve()
    })
  }).catch((error: unknown) => {
    child.kill()
    throw error
  })
  return { url: advertised, apps: await simulatedApps(host, port), stop: () => child.kill() }
}

/** The apps of the simulator that listens there. @throws Error when none does */
export async function simulatedApps(host: string, port: number): Promise<readonly SimulatedApp[]> {
  const answer = await fetch(`http://${nearAddress(host)}:${port}/sim/apps`, { signal: AbortSignal.timeout(5_000) })
  const { apps } = (await answer.json()) as { apps: SimulatedApp[] }
  return apps
}

/** What this machine calls an address that it listens on. */
function nearAddress(host: string): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return name.includes(':') ? `[${name}]` : name
}
