// How each WeChat app does.
import type { AppHealth } from '#shared/admin.js'
import { timeText } from '../dates.js'
import type { Language } from '../language.js'
import { NodeLine } from './parts.js'
import { named, texts } from './texts.js'
import type { Props } from './view.js'

export function Apps({ state, language }: Props) {
  const t = texts[language]
  const { apps } = state.known
  if (!apps) return <p class="muted">{t.reading}</p>
  return (
    <>
      <NodeLine node={apps.node} language={language} />
      <p class="small">
        {t.hosts}:{' '}
        {Object.entries(apps.hosts).map(([host, stands]) => (
          <span key={host} class={`chip ${stands === 'closed' ? '' : 'bad'}`}>
            {host} {named(t.hostStates, stands)}
          </span>
        ))}
      </p>
      <div class="apps">
        {apps.apps.map((app) => (
          <App key={app.key} app={app} language={language} />
        ))}
      </div>
    </>
  )
}

function App({ app, language }: { app: AppHealth; language: Language }) {
  const t = texts[language]
  const { token, lastNotice } = app
  return (
    <article class="app" aria-labelledby={`app-${app.key}`}>
      <h2 id={`app-${app.key}`}>
        {app.key} <span class="chip">{t.kinds[app.kind]}</span>
      </h2>
      <dl class="facts small">
        <dt>appid</dt>
        <dd>
          <code>{app.appid}</code>
        </dd>
        <dt>{t.openPlatform}</dt>
        <dd>{app.openPlatform ?? t.unbound}</dd>
        <dt>{t.token}</dt>
        <dd class={token.state === 'resting' ? 'bad' : ''}>
          {token.until === null ? t.tokens[token.state] : t.tokenRests(timeText(token.until, language))}
        </dd>
        <dt>{t.lastNotice}</dt>
        <dd>
          {lastNotice ? `${named(t.notices, lastNotice.notice)} · ${timeText(lastNotice.at, language)}` : t.noNotice}
        </dd>
      </dl>
      {app.alarms.length === 0 ? (
        <p class="small muted">{t.noAlarms}</p>
      ) : (
        <ul class="alarms small">
          {app.alarms.map(({ alarm, at, about }) => (
            <li key={alarm}>
              {t.alarms[alarm]} {about && <code>{about}</code>} {at !== null && timeText(at, language)}
            </li>
          ))}
        </ul>
      )}
      <h3 class="small">{t.failures}</h3>
      {app.failures.length === 0 && <p class="small muted">{t.noFailures}</p>}
      <ul class="failures small">
        {app.failures.map(({ at, path, kind, errcode, rid, why }, index) => (
          <li key={`${at} ${index}`}>
            <span class="digits">{timeText(at, language)}</span> <strong>{errcode ?? why}</strong> {kind}{' '}
            <code>{path}</code>{' '}
            {rid && (
              <>
                {t.rid} <code>{rid}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </article>
  )
}
