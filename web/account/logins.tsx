// The last times that somebody signed in as this person: when, by which door, on which machine, and whether it still holds.
import { useState } from 'preact/hooks'
import type { LoginView, OwnLogins } from '#shared/api.js'
import { timeText } from '../dates.js'
import type { Language } from '../language.js'
import { machineName } from '../parts/machine-name.js'
import { texts } from './texts.js'

/** Enough to see whether all is well; whoever doubts reads the rest. */
const FIRST = 5

export function Logins({ logins, language }: { logins: OwnLogins | null; language: Language }) {
  const t = texts[language]
  const [all, setAll] = useState(false)
  const shown = logins?.logins.slice(0, all ? undefined : FIRST) ?? []
  const more = (logins?.logins.length ?? 0) - shown.length
  return (
    <section class="doors logins" aria-labelledby="logins">
      <h2 id="logins">{t.logins}</h2>
      {logins === null ? (
        <p class="small muted">{t.listUnknown}</p>
      ) : (
        <>
          <ul>
            {shown.map((login) => (
              <Login key={`${login.at} ${login.session}`} login={login} language={language} />
            ))}
          </ul>
          {more > 0 && (
            <button type="button" class="plain small" onClick={() => setAll(true)}>
              {t.moreLogins(more)}
            </button>
          )}
          <p class="small muted">{t.loginsKept(logins.keptDays)}</p>
        </>
      )}
    </section>
  )
}

function Login({ login, language }: { login: LoginView; language: Language }) {
  const t = texts[language]
  const { at, method, device, open, current } = login
  const machine = machineName(device.browser, device.os)
  const where = [device.place, device.address].filter(Boolean).join(' · ')
  return (
    <li>
      <p>
        <time class="digits" dateTime={new Date(at).toISOString()}>
          {timeText(at, language)}
        </time>{' '}
        {open && <span class="chip">{current ? t.thisOne : t.stillOpen}</span>}
      </p>
      <span class="small muted">{[method && t.methods[method], machine].filter(Boolean).join(' · ')}</span>
      <bdi class="small muted digits">{where}</bdi>
    </li>
  )
}
