// Who operates the service.
import { timeText } from '../dates.js'
import { Avatar } from '../parts/avatar.js'
import { askFor } from './account.js'
import { AccountLink } from './parts.js'
import { Outcome, Question } from './question.js'
import type { Wish } from './state.js'
import { texts } from './texts.js'
import type { Props } from './view.js'

export function Operators(props: Props) {
  const { state, send, language } = props
  const t = texts[language]
  const { operators } = state.known
  const open = (account: string) => send({ type: 'open', account })
  const isAsked = (id: string) => (wish: Wish) =>
    wish.kind === 'order' && wish.order.order === 'revoke' && wish.order.account === id
  return (
    <>
      <p class="small muted">{t.operatorsText}</p>
      <Outcome {...props} />
      {!operators && <p class="muted">{t.reading}</p>}
      <ul class="lines">
        {operators?.operators.map(({ account, grantedAt, grantedBy, you }) => (
          <li key={account.id}>
            <Avatar name={account.nickname || t.unnamed} url={account.avatarUrl} size={36} />
            <div class="what">
              <p>
                <strong>
                  <bdi>{account.nickname || t.unnamed}</bdi>
                </strong>{' '}
                {you && <span class="chip">{t.you}</span>} <AccountLink account={account.id} open={open} />
              </p>
              <p class="small muted">
                {timeText(grantedAt, language)} · {grantedBy === null ? t.grantedByCode : t.grantedBy(grantedBy)}
              </p>
            </div>
            <button
              type="button"
              class="plain small"
              disabled={state.busy}
              onClick={() => send(askFor({ order: 'revoke', account: account.id }))}
            >
              {t.orders.revoke}
            </button>
            <Question {...props} about={isAsked(account.id)} />
          </li>
        ))}
      </ul>
    </>
  )
}
