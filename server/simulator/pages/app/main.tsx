// A mini program or a native app on the phone (/phone/app/:key): asks the simulator to log in, as its own code would.

import { render } from 'preact'
import type { AppLoginResult } from '../../page-data.js'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import './app.css'
import { type Event, reduce, START, type State } from './state.js'
import { SimulatedApp } from './view.js'

const data = readSimData('app')
const root = document.getElementById('app') ?? document.body
let state: State = START

function dispatch(event: Event) {
  const before = state
  state = reduce(before, event)
  render(<SimulatedApp data={data} state={state} dispatch={dispatch} />, root)
  if (state.at === 'working' && before.at !== 'working') void logIn(state.allow)
}

async function logIn(allow: boolean) {
  const answer = await fetch('/sim/phone/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app: data.key, allow }),
  }).catch(() => null)
  const result: AppLoginResult = answer?.ok
    ? await answer.json()
    : { result: 'unreadable', why: answer === null ? 'no answer' : await answer.text() }
  dispatch({ type: 'came-back', result })
}

dispatch({ type: 'again-tapped' })
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
