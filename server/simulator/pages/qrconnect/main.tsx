// The PC page with the code (/connect/qrconnect): shows it, follows it, and goes back to the site with what it brings.

import { render } from 'preact'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import './qrconnect.css'
import { leave, leavingWindow, returnAddress } from './leave.js'
import { begin, type State } from './state.js'
import { Connect } from './view.js'
import { watch } from './watch.js'
import { createWire } from './wire.js'

const data = readSimData('qrconnect')
const app = document.getElementById('app') ?? document.body

document.documentElement.dataset.style = data.style
document.documentElement.dataset.embedded = String(data.jssdk)

function show(state: State) {
  render(<Connect data={data} state={state} />, app)
  if (state.phase === 'cancelled' && data.refusal !== 'none') {
    leave(returnAddress(data, data.refusal === 'authdeny' ? 'authdeny' : null), leavingWindow(data))
  }
}

// The server's own image of the code was there for the first paint.
app.replaceChildren()
show(begin(data.uuid))

// Whoever comes back with the browser's button finds a page whose loop has ended.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

const wire = createWire({ ...data, fetch: (url, init) => fetch(url, init), now: Date.now, here: location.href })
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
void watch(data.uuid, { ...wire, wait, show }).then((code) => leave(returnAddress(data, code), leavingWindow(data)))
