// What the desktop program allows its window. Pure, so that tests need no Electron.

/** Content of the login window, in CSS pixels: the page's own window fits, and nothing beside it. */
export const WINDOW = { width: 760, height: 600, minWidth: 420, minHeight: 560 }

/** Nothing of Node for the page, and nothing of the page's for the program. */
export const PAGE = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  devTools: false,
}

/**
 * Where an address opens that the window is to go to: in the window itself if it is of the service, in the system's browser if
 * it is another page, else nowhere: `file:`, `javascript:` and other programs' schemes.
 * @param {string} address
 * @param {string} home the service's origin
 * @returns {'here' | 'browser' | 'nowhere'}
 */
export function whereTo(address, home) {
  const url = parse(address)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'nowhere'
  return url.origin === home ? 'here' : 'browser'
}

/**
 * What the command line asks for: `[URL] [--flag…]`, the flags for the browser.
 * @param {readonly string[]} given
 * @returns {{ home: string, flags: string[] }}
 * @throws {Error} that says what an address looks like
 */
export function readCommand(given) {
  const [address = 'http://localhost:3000', more] = given.filter((text) => !text.startsWith('--'))
  if (more !== undefined || whereTo(address, '') === 'nowhere') {
    throw new Error('npm run desktop -- [URL]: the address of your service, as https://login.example.com')
  }
  return { home: new URL(address).origin, flags: given.filter((text) => text.startsWith('--')) }
}

function parse(address) {
  try {
    return new URL(address)
  } catch {
    return null
  }
}
