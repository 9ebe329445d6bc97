// Starts the account page.

import { render } from 'preact'
import * as z from 'zod/mini'
import { OwnAccount, OwnLogins, OwnSessions, SignedIn, SiteConfig } from '#shared/api.js'
import { createHttp } from '../http.js'
import { useLanguage, useMachine } from '../parts/hooks.js'
import { saveFile } from '../parts/save-file.js'
import '../theme.css'
import '../desk.css'
import { keepShell } from '../worker/keep-shell.js'
import { browserTimers, onBrowserWake, openBrowserSocket } from '../world.js'
import { type AccountMachine, createAccount } from './machine.js'
import './account.css'
import './devices.css'
import { AccountView } from './view.js'

function Page({ machine }: { machine: AccountMachine }) {
  const state = useMachine(machine)
  const config = 'config' in state ? state.config : null
  const [language, chooseLanguage] = useLanguage(config?.languages)
  return <AccountView state={state} send={machine.send} language={language} chooseLanguage={chooseLanguage} />
}

function browserMachine(): AccountMachine {
  const http = createHttp(fetch.bind(globalThis))
  return createAccount({
    timers: browserTimers,
    openSocket: openBrowserSocket,
    onWake: onBrowserWake,
    session: (signal) => http({ method: 'GET', path: '/api/session', schema: SignedIn, signal }),
    config: (signal) => http({ method: 'GET', path: '/api/config', schema: SiteConfig, signal }),
    account: (signal) => http({ method: 'GET', path: '/api/account', schema: OwnAccount, signal }),
    sessions: (signal) => http({ method: 'GET', path: '/api/sessions', schema: OwnSessions, signal }),
    logins: (signal) => http({ method: 'GET', path: '/api/account/logins', schema: OwnLogins, signal }),
    logOut: (signal) => http({ method: 'DELETE', path: '/api/session', schema: null, signal }),
    endSessions: (which, signal) => {
      const path = which === 'others' ? '/api/sessions' : `/api/sessions/${encodeURIComponent(which.id)}`
      return http({ method: 'DELETE', path, schema: null, signal })
    },
    exportData: (signal) => http({ method: 'GET', path: '/api/account/export', schema: z.unknown(), signal }),
    erase: (signal) => http({ method: 'DELETE', path: '/api/account', schema: null, signal }),
    save: (text) => saveFile(new File([text], 'account.json', { type: 'application/json' })),
    leave: (to) => location.replace(to),
  })
}

async function start(): Promise<void> {
  const root = document.getElementById('page')
  if (!root) return
  if (import.meta.env.DEV) {
    const { sampleMachine } = await import('./samples.js')
    const machine = sampleMachine(location.search)
    if (machine) {
      render(<Page machine={machine} />, root)
      return
    }
  }
  render(<Page machine={browserMachine()} />, root)
  // From the back-forward cache it would show an account that may have logged out since.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}

keepShell()
void start()
