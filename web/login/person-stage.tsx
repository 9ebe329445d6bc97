// Once somebody is known: who scanned and what they are to do, or who has just signed in.
import type { AccountView } from '#shared/api.js'
import { Avatar } from '../parts/avatar.js'
import { useNow } from '../parts/hooks.js'
import { Emblem } from '../parts/icons.js'
import { Offline } from './code-stage.js'
import { clockText, timeLeft } from './countdown.js'
import type { Link, LoginEvent, Shown } from './state.js'
import { matchCaption } from './summary.js'
import type { LoginTexts } from './texts.js'

interface PersonProps {
  shown: Shown
  t: LoginTexts
  onPhone: boolean
  busy?: string
  link?: Link
  notMe?: () => void
}

export function PersonStage({ shown, t, onPhone, busy, link, notMe }: PersonProps) {
  const now = useNow()
  const person = shown.ticket.scannedBy
  const name = person?.nickname ?? ''
  return (
    <div class="person">
      <Avatar name={name || '✓'} url={person?.avatarUrl ?? ''} size={72} />
      <h2 class="who">
        <bdi class="one-line">{t.scannedTitle(name)}</bdi>
      </h2>
      {busy ? (
        <>
          <p class="muted narrow">{busy}</p>
          <span class="spinner" />
        </>
      ) : (
        <>
          {shown.matchNumber ? (
            <MatchNumber digits={shown.matchNumber} caption={matchCaption(shown, onPhone, t)} t={t} />
          ) : (
            <p class="muted">{t.scannedPlain}</p>
          )}
          <p class="line small muted">
            {link === 'offline' ? (
              <Offline t={t} />
            ) : (
              <span class="digits">{t.endsIn(clockText(timeLeft(shown, now)))}</span>
            )}
          </p>
          <button type="button" class="plain small" onClick={notMe}>
            {t.notMe}
          </button>
        </>
      )}
    </div>
  )
}

function MatchNumber({ digits, caption, t }: { digits: string; caption: string; t: LoginTexts }) {
  return (
    <div class="match">
      <p class="muted narrow">{caption}</p>
      <p class="tiles" role="img" aria-label={t.matchLabel(digits)}>
        {[...digits].map((digit, place) => (
          <span key={place}>{digit}</span>
        ))}
      </p>
    </div>
  )
}

export function WelcomeStage({ account, t }: { account: AccountView; t: LoginTexts }) {
  return (
    <div class="person">
      <Avatar name={account.nickname || '✓'} url={account.avatarUrl} size={72} />
      <h2 class="who">
        <bdi class="one-line">{t.signedIn(account.nickname)}</bdi>
      </h2>
      <p class="muted">{t.signedInHint}</p>
      <Emblem icon="tick" />
    </div>
  )
}

/** Somebody is signed in already. */
export function KnownStage(props: { account: AccountView; t: LoginTexts; send: (event: LoginEvent) => void }) {
  const { account, t, send } = props
  return (
    <div class="person">
      <Avatar name={account.nickname || '✓'} url={account.avatarUrl} size={72} />
      <h2 class="who">
        <bdi class="one-line">{t.known(account.nickname)}</bdi>
      </h2>
      <button type="button" class="button primary" onClick={() => send({ type: 'goOn' })}>
        {t.goOn}
      </button>
      <button type="button" class="button" onClick={() => send({ type: 'somebodyElse' })}>
        {t.somebodyElse}
      </button>
    </div>
  )
}

export function WaitStage({ text }: { text: string }) {
  return (
    <div class="person late">
      <span class="spinner" />
      <p class="muted">{text}</p>
    </div>
  )
}
