// The simulated phone (/phone): runs what its state asks for, which is to remember a person or to open a page.

import { render } from 'preact'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import './phone.css'
import { readCode } from './code-text.js'
import { begin, type Event, reduce, type State } from './state.js'
import { Phone } from './view.js'

const data = readSimData('phone')
const app = document.getElementById('app') ?? document.body

function read(text: string) {
  return readCode(text, { here: location.href, siteOrigins: data.siteOrigins })
}

let state: State = begin(data.current, data.scan === null ? null : read(data.scan))

function dispatch(event: Event) {
  const before = state
  state = reduce(before, event)
  show()
  if (state.saving !== null && state.saving !== before.saving) void savePerson(state.saving)
}

function show() {
  render(
    <Phone
      data={data}
      state={state}
      dispatch={dispatch}
      onText={(text) => dispatch({ type: 'code-read', reading: read(text) })}
    />,
    app,
  )
  if (state.screen.at === 'opening') open(state.screen.address)
}

function open(address: string) {
  // A phone that was opened with a code is replaced by the page: going back to it would open the page again.
  if (data.scan === null) location.assign(address)
  else location.replace(address)
}

async function savePerson(name: string) {
  const saved = await fetch('/sim/phone/person', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  }).then(
    (response) => response.ok,
    () => false,
  )
  // Somebody else may have been tapped meanwhile: then this answer is not the one waited for.
  if (state.saving === name) dispatch({ type: saved ? 'person-saved' : 'person-not-saved' })
}

addEventListener('pageshow', (event) => {
  if (event.persisted) dispatch({ type: 'returned' })
})

show()
