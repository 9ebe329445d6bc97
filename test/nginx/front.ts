// The nginx sample, run as it stands: only its addresses, certificates and log are those of this machine.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's, or one that was built here; undefined where there is none. */
export const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find((path) => existsSync(path))

export interface Front {
  /** What it has written to the log of requests, or of errors. */
  log(which: 'access' | 'error'): string
  stop(): Promise<void>
}

const SAMPLE = readFileSync(new URL('../../server/samples/nginx.conf', import.meta.url), 'utf8')
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Listens on `port` of 127.0.0.1, before these two (`host:port`). @throws Error when nginx does not take the sample */
export async function startFront(port: number, upstreams: { saoma: string; application: string }): Promise<Front> {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-nginx-'))
  const file = join(directory, 'nginx.conf')
  const logs = { access: join(directory, 'access.log'), error: join(directory, 'error.log') }
  const sample = [
    ['127.0.0.1:3000', upstreams.saoma],
    ['127.0.0.1:8080', upstreams.application],
    ['listen 443 ssl;', `listen 127.0.0.1:${port};`],
    [/ssl_certificate.*\n/g, '\n'],
    ['/var/log/nginx/example.com.log', logs.access],
  ].reduce((text, [from, to]) => replaced(text, from ?? '', String(to)), SAMPLE)
  const temporary = TEMPORARY.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n')
  const around = `daemon off; pid ${directory}/pid; error_log ${logs.error}; events {}`
  writeFileSync(file, `${around}\nhttp {\n${temporary}\n${sample}\n}`)

  const options = ['-c', file, '-p', directory, '-e', logs.error]
  execFileSync(NGINX ?? '', ['-t', ...options], { stdio: 'pipe' })
  const nginx = spawn(NGINX ?? '', options, { stdio: 'ignore' })
  const ended = new Promise((resolve) => nginx.once('exit', resolve))
  for (let tries = 0; tries < 200 && !(await answers(port)); tries += 1) await sleep(25)
  return {
    log: (which) => readFileSync(logs[which], 'utf8'),
    async stop() {
      nginx.kill()
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function replaced(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to)
  if (after === text) throw new Error(`the sample has no ${from}`)
  return after
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' })
    return true
  } catch {
    return false
  }
}
