// `npm run desktop [-- URL] [--flag…]`: the client as a program. In Electron where it is installed, else in an app window of an
// installed Chrome, Chromium or Edge, with a profile of its own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Launcher } from 'chrome-launcher'
import { readCommand, WINDOW } from './policy.mjs'

const EDGE = [
  '/usr/bin/microsoft-edge',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Electron's program, or null where `npm install electron` has not put one. */
async function electron() {
  try {
    const { default: program } = await import('electron')
    return existsSync(program) ? program : null
  } catch {
    return null
  }
}

function browser() {
  // Not its `launch`: that opens a port on which every program of this machine could steer the window.
  const [found] = safely(() => Launcher.getInstallations()) ?? []
  return found ?? EDGE.find((path) => existsSync(path)) ?? null
}

/** chrome-launcher throws where it finds none. */
function safely(look) {
  try {
    return look()
  } catch {
    return null
  }
}

/** What was asked for, or a sentence that says how to ask. */
function asked() {
  try {
    return readCommand(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

const { home, flags } = asked()
const inElectron = await electron()
const program = inElectron ?? browser()
if (program === null) {
  process.stderr.write(
    'No window to open: there is neither Electron (npm install electron) nor Chrome, Chromium or Edge.\n' +
      'Install one of them, or name it: CHROME_PATH=/path/to/chrome npm run desktop\n',
  )
  process.exit(1)
}
const command = inElectron
  ? [...flags, fileURLToPath(new URL('electron.mjs', import.meta.url)), home]
  : [
      `--app=${home}/login?window`,
      // With the window's title bar.
      `--window-size=${WINDOW.width},${WINDOW.height + 32}`,
      `--user-data-dir=${join(homedir(), '.saoma', 'window')}`,
      '--no-first-run',
      '--no-default-browser-check',
      // Of a flag given twice the browser takes the last.
      ...flags,
    ]
const child = spawn(program, command, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 0))
