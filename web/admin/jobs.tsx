// Work that takes longer: begun here, seen while it goes on.

import { useState } from 'preact/hooks'
import type { AdminJob } from '#shared/admin.js'
import { numberText, timeText } from '../dates.js'
import type { Language } from '../language.js'
import { NodeLine } from './parts.js'
import { Question } from './question.js'
import { texts } from './texts.js'
import type { Props } from './view.js'

export function Jobs(props: Props) {
  const { state, send, language } = props
  const t = texts[language]
  const { jobs } = state.known
  return (
    <>
      <ul class="lines">
        <li>
          <div class="what">
            <p>
              <strong>{t.jobs.purge}</strong>
            </p>
            <p class="small muted">{t.jobQuestions.purge}</p>
          </div>
          <button
            type="button"
            class="button slim"
            disabled={state.busy}
            aria-label={`${t.jobStart}: ${t.jobs.purge}`}
            onClick={() => send({ type: 'ask', wish: { kind: 'job', job: { job: 'purge' } } })}
          >
            {t.jobStart}
          </button>
          <Question {...props} about={(wish) => wish.kind === 'job' && wish.job.job === 'purge'} />
        </li>
        <Migration {...props} />
        <li>
          <div class="what">
            <p>
              <strong>{t.exportTitle}</strong>
            </p>
            <p class="small muted">{t.exportText}</p>
          </div>
          <a class="button slim" href="/api/admin/history/export" download>
            {t.export}
          </a>
        </li>
      </ul>
      {jobs ? <NodeLine node={jobs.node} language={language} /> : <p class="muted">{t.reading}</p>}
      {jobs?.jobs.length === 0 && <p class="small muted">{t.noJobs}</p>}
      <ul class="lines" aria-live="polite">
        {jobs?.jobs.map((job) => (
          <Job key={job.id} job={job} language={language} />
        ))}
      </ul>
    </>
  )
}

function Migration(props: Props) {
  const { state, send, language } = props
  const t = texts[language]
  const [app, setApp] = useState('')
  const [moved, setMoved] = useState('')
  const ask = () => {
    const movedAt = moved === '' ? {} : { movedAt: new Date(moved).getTime() }
    send({ type: 'ask', wish: { kind: 'job', job: { job: 'migratePlatform', app: app.trim(), ...movedAt } } })
  }
  return (
    <li>
      <div class="what">
        <p>
          <strong>{t.jobs.migratePlatform}</strong>
        </p>
        <p class="small muted">{t.jobQuestions.migratePlatform}</p>
        <div class="fields small">
          <label>
            {t.jobApp}{' '}
            <input
              value={app}
              onInput={(event) => setApp(event.currentTarget.value)}
              maxLength={64}
              autocomplete="off"
            />
          </label>
          <label>
            {t.jobMoved}{' '}
            <input type="datetime-local" value={moved} onInput={(event) => setMoved(event.currentTarget.value)} />
          </label>
        </div>
      </div>
      <button
        type="button"
        class="button slim"
        disabled={state.busy || app.trim() === ''}
        aria-label={`${t.jobStart}: ${t.jobs.migratePlatform}`}
        onClick={ask}
      >
        {t.jobStart}
      </button>
      <Question {...props} about={(wish) => wish.kind === 'job' && wish.job.job === 'migratePlatform'} />
    </li>
  )
}

function Job({ job, language }: { job: AdminJob; language: Language }) {
  const t = texts[language]
  const name = `${t.jobs[job.job]} ${job.app ?? ''}`
  return (
    <li>
      <div class="what">
        <p>
          <strong>{name}</strong>{' '}
          <span class={`chip ${job.state === 'failed' ? 'bad' : job.state === 'running' ? 'wait' : ''}`}>
            {t.jobStates[job.state]}
          </span>
        </p>
        <p class="small muted digits">
          {timeText(job.startedAt, language)} · {t.jobRows(numberText(job.rows, language))}
        </p>
        {job.state === 'running' && <progress aria-label={name} />}
      </div>
    </li>
  )
}
