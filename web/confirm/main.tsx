// Starts the phone's page for the ticket in its address.

import { render } from 'preact'
import { Confirmation, type Decide, Decided } from '#shared/api.js'
import { createHttp } from '../http.js'
import { useLanguage, useMachine } from '../parts/hooks.js'
import 'virtual:weui.css'
import '../theme.css'
import '../phone.css'
import { browserTimers, onBrowserWake } from '../world.js'
import { type ConfirmMachine, createConfirm } from './machine.js'
import './confirm.css'
import { ConfirmView } from './view.js'

function Page({ machine }: { machine: ConfirmMachine }) {
  const [language, chooseLanguage] = useLanguage()
  return (
    <ConfirmView state={useMachine(machine)} send={machine.send} language={language} chooseLanguage={chooseLanguage} />
  )
}

function browserMachine(): ConfirmMachine {
  const http = createHttp(fetch.bind(globalThis))
  // /confirm/<ticket>: as it stands, so that nothing is encoded twice.
  const path = `/api/confirmations/${location.pathname.split('/')[2] ?? ''}`
  return createConfirm({
    timers: browserTimers,
    onWake: onBrowserWake,
    read: (signal) => http({ method: 'GET', path, schema: Confirmation, signal }),
    decide({ decision, matchNumber, consent }, signal) {
      const body: Decide = {
        decision,
        ...(matchNumber === null ? {} : { matchNumber }),
        ...(consent === null ? {} : { consent }),
      }
      return http({ method: 'POST', path, schema: Decided, body, signal })
    },
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
}

void start()
