// The newest acts of all.
import { Acts } from './parts.js'
import { texts } from './texts.js'
import type { Props } from './view.js'

export function History({ state, send, language }: Props) {
  const { history } = state.known
  if (!history) return <p class="muted">{texts[language].reading}</p>
  return <Acts acts={history.history} language={language} open={(account) => send({ type: 'open', account })} />
}
