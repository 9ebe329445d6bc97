// By which of the site's apps this person has come, and when.
import type { DoorView } from '#shared/api.js'
import { dayText } from '../dates.js'
import type { Language } from '../language.js'
import { texts } from './texts.js'

export function Doors({ doors, language }: { doors: readonly DoorView[] | null; language: Language }) {
  const t = texts[language]
  return (
    <section class="doors" aria-labelledby="doors">
      <h2 id="doors">{t.doors}</h2>
      {doors === null || doors.length === 0 ? (
        <p class="small muted">{doors === null ? t.listUnknown : t.noDoors}</p>
      ) : (
        <ul>
          {doors.map(({ app, kind, linkedAt, lastUsedAt }) => (
            <li key={`${kind} ${app}`}>
              <span>
                <strong>{kind === null ? t.kindGone : t.kinds[kind]}</strong>{' '}
                <bdi class="muted" title={t.appKey}>
                  {app}
                </bdi>
              </span>
              <span class="small muted digits">{t.linked(dayText(linkedAt, language))}</span>
              <span class="small muted digits">{t.lastUsed(dayText(lastUsedAt, language))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
