// What came of a login in an app: the account, or why there is none. The token itself never comes to a page.

import type { AppLoginResult } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icons.js'
import { isVisible } from '../parts/nickname.js'
import type { texts } from './texts.js'

interface OutcomeProps {
  readonly result: AppLoginResult
  readonly t: (typeof texts)['zh']
  readonly language: 'zh' | 'en'
  readonly onAgain: () => void
}

export function Outcome(props: OutcomeProps) {
  return (
    <>
      <main class="notice" aria-live="polite">
        {words(props)}
      </main>
      <footer key="outcome" class="dock">
        <button type="button" class="button" onClick={props.onAgain}>
          {props.t.again}
        </button>
      </footer>
    </>
  )
}

function words({ result, t, language }: OutcomeProps) {
  switch (result.result) {
    case 'signed-in': {
      const { id, nickname, avatarUrl } = result.account
      return (
        <>
          <span class="notice-icon good">
            <Icon name="check" />
          </span>
          <h1>{t.signedIn}</h1>
          <div class="app-account">
            <Avatar name={id} label={isVisible(nickname) ? nickname : ''} url={avatarUrl} />
            <bdi class="nickname" dir="auto">
              {nickname}
            </bdi>
          </div>
          <p>
            {t.account} <code>{id}</code>
          </p>
          <p>{t.bearer}</p>
          {result.expiresAt === null ? null : (
            <p>
              {t.until} {new Date(result.expiresAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB')}
            </p>
          )}
        </>
      )
    }
    case 'refused':
      return (
        <>
          <span class="notice-icon">
            <Icon name="cross" />
          </span>
          <h1>{t.refused}</h1>
          <p>{t.refusedText}</p>
        </>
      )
    case 'error':
      return (
        <>
          <span class="notice-icon bad">
            <Icon name="alert" />
          </span>
          <h1>{t.error}</h1>
          <p>{result.message}</p>
          <p>
            <code>
              {result.status} {result.code}
            </code>
          </p>
        </>
      )
    case 'unreadable':
      return (
        <>
          <span class="notice-icon bad">
            <Icon name="alert" />
          </span>
          <h1>{t.unreadable}</h1>
          <p>
            <code>{result.why}</code>
          </p>
        </>
      )
  }
}
