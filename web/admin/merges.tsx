// How this account came to be one: its merges, which can be taken back, and those that were.
import { timeText } from '../dates.js'
import { askFor, type SeenProps } from './account.js'
import { AccountLink } from './parts.js'
import { Question } from './question.js'
import type { Wish } from './state.js'
import { texts } from './texts.js'

export function Merges(props: SeenProps) {
  const { seen, state, send, language } = props
  const t = texts[language]
  const open = (account: string) => send({ type: 'open', account })
  const isAsked = (id: string) => (wish: Wish) =>
    wish.kind === 'order' && 'merge' in wish.order && wish.order.merge === id
  return (
    <section aria-labelledby="merges">
      <h3 id="merges">{t.merges}</h3>
      {seen.merges.length === 0 && <p class="small muted">{t.noMerges}</p>}
      <ul class="lines">
        {seen.merges.map(({ id, survivor, loser, mergedAt, app, undoneAt, clearedAt }) => (
          <li key={id}>
            <div class="what">
              <p>
                <AccountLink account={loser} open={open} /> {t.mergedInto}{' '}
                <AccountLink account={survivor} open={open} />
              </p>
              <p class="small muted">
                {t.mergedWhen(timeText(mergedAt, language), app)}
                {undoneAt !== null && ` · ${t.mergeUndone(timeText(undoneAt, language))}`}
                {clearedAt !== null && ` · ${t.mergeCleared}`} · <code>{id}</code>
              </p>
            </div>
            {clearedAt === null && (
              <button
                type="button"
                class="plain small"
                disabled={state.busy}
                onClick={() => send(askFor({ order: undoneAt === null ? 'undoMerge' : 'clearMerge', merge: id }))}
              >
                {undoneAt === null ? t.orders.undoMerge : t.orders.clearMerge}
              </button>
            )}
            <Question {...props} about={isAsked(id)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
