// The desktop program in Electron: one window, one origin. Everything else that is opened goes to the system's browser.
import { app, BrowserWindow, session, shell } from 'electron'
import { PAGE, WINDOW, whereTo } from './policy.mjs'

const home = new URL(process.argv.at(-1) ?? '').origin
let window = null

function open() {
  window = new BrowserWindow({
    ...WINDOW,
    useContentSize: true,
    center: true,
    autoHideMenuBar: true,
    webPreferences: PAGE,
  })
  window.on('closed', () => {
    window = null
  })
  void window.loadURL(`${home}/login?window`)
}

/** Leaves the window where it is, unless the address is the service's own. */
function guard(event, address) {
  const where = whereTo(address, home)
  if (where === 'here') return
  event.preventDefault()
  if (where === 'browser') void shell.openExternal(address)
}

app.on('web-contents-created', (_, contents) => {
  contents.on('will-navigate', (event) => guard(event, event.url))
  contents.on('will-redirect', (event) => event.isMainFrame && guard(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (whereTo(url, home) !== 'nowhere') void shell.openExternal(url)
    return { action: 'deny' }
  })
})

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  await app.whenReady()
  session.defaultSession.setPermissionRequestHandler((_, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  )
  open()
} else app.quit()
