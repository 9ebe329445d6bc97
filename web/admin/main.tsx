// Starts the operator's console.
import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import {
  AdminApps,
  AdminConfig,
  AdminFound,
  AdminHistory,
  AdminJob,
  AdminJobs,
  AdminMe,
  AdminNumbers,
  AdminOperators,
  AdminOrdered,
  AdminSeen,
} from '#shared/admin.js'
import { createHttp } from '../http.js'
import { useLanguage, useMachine } from '../parts/hooks.js'
import '../theme.css'
import '../desk.css'
import { browserTimers, onBrowserWake } from '../world.js'
import { type AdminMachine, createAdmin, placeOf, readPlace } from './machine.js'
import './admin.css'
import './sheet.css'
import './acts.css'
import { AdminView } from './view.js'

function Page({ machine }: { machine: AdminMachine }) {
  const state = useMachine(machine)
  const [language, chooseLanguage] = useLanguage()
  const place = state.name === 'desk' ? placeOf(state) : null
  useEffect(() => {
    if (place !== null && location.hash !== `#${place}`) history.pushState(null, '', `#${place}`)
  }, [place])
  return <AdminView state={state} send={machine.send} language={language} chooseLanguage={chooseLanguage} />
}

function browserMachine(): AdminMachine {
  const http = createHttp(fetch.bind(globalThis))
  const get =
    <T,>(path: string, schema: Parameters<typeof http<T>>[0]['schema']) =>
    (signal: AbortSignal) =>
      http<T>({ method: 'GET', path: `/api/admin/${path}`, schema, signal })
  return createAdmin({
    timers: browserTimers,
    onWake: onBrowserWake,
    me: get('me', AdminMe),
    claim: (code, signal) => http({ method: 'POST', path: '/api/admin/claim', body: { code }, schema: null, signal }),
    numbers: (node, after, signal) =>
      get(`numbers?node=${encodeURIComponent(node)}&after=${after}`, AdminNumbers)(signal),
    apps: get('apps', AdminApps),
    jobs: get('jobs', AdminJobs),
    history: get('history', AdminHistory),
    operators: get('operators', AdminOperators),
    config: get('config', AdminConfig),
    find: (query, signal) => get(`accounts?q=${encodeURIComponent(query)}`, AdminFound)(signal),
    see: (account, signal) => get(`accounts/${encodeURIComponent(account)}`, AdminSeen)(signal),
    order: (body, signal) => http({ method: 'POST', path: '/api/admin/orders', body, schema: AdminOrdered, signal }),
    start: (body, signal) => http({ method: 'POST', path: '/api/admin/jobs', body, schema: AdminJob, signal }),
    place: () => location.hash.slice(1),
  })
}

/** The browser's own way back leads through sections and accounts. */
function followAddress({ send }: AdminMachine): void {
  addEventListener('popstate', () => {
    const { section, account } = readPlace(location.hash.slice(1))
    if (account === null) {
      send({ type: 'close' })
      send({ type: 'go', section })
    } else send({ type: 'open', account })
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
  const machine = browserMachine()
  followAddress(machine)
  render(<Page machine={machine} />, root)
  // From the back-forward cache it would show people to whoever sits there now.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}

void start()
