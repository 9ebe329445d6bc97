// An official account on the phone (/phone/account/:key): shows it, and asks for what it is still expected to say.

import { render } from 'preact'
import type { Chat } from '../../page-data.js'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'
import './account.css'
import { Account, type Conversation } from './view.js'

const data = readSimData('account')
const app = document.getElementById('app') ?? document.body

function show(conversation: Conversation) {
  render(<Account data={data} conversation={conversation} />, app)
}

/** Answered once the account has said it, or its server has been given up. */
async function fetchChat(): Promise<Conversation> {
  const answer = await fetch(`/sim/phone/chat?app=${encodeURIComponent(data.key)}`).catch(() => null)
  if (!answer?.ok) return { messages: data.messages, status: 'lost' }
  const { messages }: Chat = await answer.json()
  return { messages, status: 'quiet' }
}

show({ messages: data.messages, status: data.expecting ? 'waiting' : 'quiet' })
if (data.expecting) void fetchChat().then(show)

addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
