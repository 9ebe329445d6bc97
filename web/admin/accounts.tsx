// Finding people.
import { useState } from 'preact/hooks'
import { dayText } from '../dates.js'
import { Avatar } from '../parts/avatar.js'
import { AccountSheet } from './account.js'
import { texts } from './texts.js'
import type { Props } from './view.js'

export function Accounts(props: Props) {
  const { state, send, language } = props
  const t = texts[language]
  const [query, setQuery] = useState(state.query)
  if (state.seen) return <AccountSheet {...props} seen={state.seen} />
  return (
    <>
      <search>
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault()
            send({ type: 'search', query: query.trim() })
          }}
        >
          <label>
            <span class="unseen">{t.searchLabel}</span>
            <input
              type="search"
              value={query}
              onInput={(event) => setQuery(event.currentTarget.value)}
              placeholder={t.searchLabel}
              aria-describedby="search-hint"
              maxLength={128}
              autocomplete="off"
              spellcheck={false}
            />
          </label>
          <button type="submit" class="button primary">
            {t.search}
          </button>
        </form>
      </search>
      <p id="search-hint" class="small muted">
        {t.searchHint}
      </p>
      <Found {...props} />
    </>
  )
}

function Found({ state, send, language }: Props) {
  const t = texts[language]
  const { found, query, opening } = state
  if (found === null || opening !== null) {
    return (
      <p class="small muted" role="status">
        {found === null ? t.searching : t.loading}
      </p>
    )
  }
  if (found.length === 0) {
    return (
      <p class="small muted" role="status">
        {query === '' ? t.startSearch : t.foundNone(query)}
      </p>
    )
  }
  return (
    <ul class="people" aria-label={t.sections.accounts}>
      {found.map(({ by, account }) => (
        <li key={account.id}>
          <button type="button" onClick={() => send({ type: 'open', account: account.id })}>
            <Avatar name={account.nickname || t.unnamed} url={account.avatarUrl} size={36} />
            <span class="who">
              <strong class="one-line">
                <bdi>{account.nickname || t.unnamed}</bdi>
              </strong>
              <code class="small one-line">{account.id}</code>
            </span>
            <span class="small muted">{t.foundBy[by]}</span>
            <span class="small muted digits">{dayText(account.createdAt, language)}</span>
            {account.status !== 'active' && <span class="chip wait">{t.statuses[account.status]}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}
