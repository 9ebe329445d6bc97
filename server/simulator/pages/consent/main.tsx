// The phone's consent sheet (/connect/confirm, /connect/oauth2/authorize): a plain form with a person and an answer.

import { render } from 'preact'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import './consent.css'
import { Consent } from './view.js'

const app = document.getElementById('app') ?? document.body
render(<Consent data={readSimData('consent')} />, app)

// A sheet that has been answered is not to be answered again from the browser's memory.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
