// Starts the login page.
import { render } from 'preact'
import { createHttp } from '../http.js'
import { browserLanguage } from '../language.js'
import { useLanguage, useMachine } from '../parts/hooks.js'
import '../theme.css'
import '../desk.css'
import { keepShell } from '../worker/keep-shell.js'
import { browserPorts } from './browser.js'
import { createLogin, type LoginMachine } from './machine.js'
import './login.css'
import './stage.css'
import './phone.css'
import { LoginView } from './view.js'

const STARTING_MS = 150

function Page({ machine }: { machine: LoginMachine }) {
  const state = useMachine(machine)
  const [language, chooseLanguage] = useLanguage(state.config?.languages)
  return <LoginView state={state} send={machine.send} language={language} chooseLanguage={chooseLanguage} />
}

/** Where the server has said enough, the first picture is the right one; where it has to be asked, the page says so soon. */
function begun(machine: LoginMachine): Promise<void> {
  return new Promise((resolve) => {
    if (machine.state().phase.name !== 'starting') resolve()
    machine.subscribe(resolve)
    setTimeout(resolve, STARTING_MS)
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
  const ports = browserPorts(createHttp(fetch.bind(globalThis)), browserLanguage)
  const machine = createLogin(ports)
  await begun(machine)
  render(<Page machine={machine} />, root)
  // A page from the back-forward cache holds the past: begin from what was kept instead.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}

keepShell()
void start()
