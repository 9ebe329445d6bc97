// Starts the account page.

import { render } from 'preact'
import { SignedIn, SiteConfig } from '#shared/api.js'
import { createHttp } from '../http.js'
import { useLanguage, useMachine } from '../parts/hooks.js'
import '../theme.css'
import { browserTimers, onBrowserWake, openBrowserSocket } from '../world.js'
import { type AccountMachine, createAccount } from './machine.js'
import './account.css'
import { AccountView } from './view.js'

function Page({ machine }: { machine: AccountMachine }) {
  const state = useMachine(machine)
  const config = 'config' in state ? state.config : null
  const [language, chooseLanguage] = useLanguage(config?.languages)
  return <AccountView state={state} send={machine.send} language={language} chooseLanguage={chooseLanguage} />
}

const http = createHttp(fetch.bind(globalThis))
const machine = createAccount({
  timers: browserTimers,
  openSocket: openBrowserSocket,
  onWake: onBrowserWake,
  session: (signal) => http({ method: 'GET', path: '/api/session', schema: SignedIn, signal }),
  config: (signal) => http({ method: 'GET', path: '/api/config', schema: SiteConfig, signal }),
  logOut: (signal) => http({ method: 'DELETE', path: '/api/session', schema: null, signal }),
  leave: (to) => location.replace(to),
})
const root = document.getElementById('page')
if (root) render(<Page machine={machine} />, root)
// From the back-forward cache it would show an account that may have logged out since.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
