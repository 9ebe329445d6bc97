// The simulated phone (/phone): runs what its state asks for, which is to remember a person or to open a page.

import { render } from 'preact'
import type { PersonSaved } from '../../page-data.js'
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

let state: State = begin(data.current, data.follows, data.scan === null ? null : read(data.scan))

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
  const answer = await fetch('/sim/phone/person', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  }).catch(() => null)
  const saved: PersonSaved | null = answer?.ok ? await answer.json() : null
  // Somebody else may have been tapped meanwhile: then this answer is not the one waited for.
  if (state.saving !== name) return
  dispatch(saved === null ? { type: 'person-not-saved' } : { type: 'person-saved', follows: saved.follows })
}

// Whoever comes back finds the phone as it is now: its holder may follow something else, or be somebody else.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

show()
