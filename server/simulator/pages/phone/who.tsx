// Who holds the phone: asked at first, and again whenever somebody else is to.

import type { SimPerson } from '../../page-data.js'
import { BackButton } from '../parts/back.js'
import { Icon } from '../parts/icons.js'
import type { Language } from '../parts/language.js'
import { PersonRow } from '../parts/person-row.js'
import type { Event, State } from './state.js'
import { texts } from './texts.js'

interface WhoProps {
  readonly people: readonly SimPerson[]
  readonly state: State
  readonly pending: boolean
  readonly language: Language
  readonly dispatch: (event: Event) => void
}

export function Who({ people, state, pending, language, dispatch }: WhoProps) {
  const t = texts[language]
  if (people.length === 0) {
    return (
      <main class="notice">
        <span class="notice-icon">
          <Icon name="people" />
        </span>
        <h1>{t.nobody}</h1>
        <p>{t.nobodyText}</p>
      </main>
    )
  }
  return (
    <>
      <main class="home">
        {pending || state.person === null ? null : (
          <BackButton onClick={() => dispatch({ type: 'home-tapped' })}>{t.back}</BackButton>
        )}
        <h1>{pending ? t.pending : t.who}</h1>
        <p class="home-text">{pending ? t.pendingText : t.whoText}</p>
        {state.saveFailed ? (
          <p class="trouble" role="alert">
            {t.saveFailed}
          </p>
        ) : null}
        <ul class="holders">
          {people.map((person) => (
            <li key={person.name}>
              <button
                type="button"
                class={state.saving === person.name ? 'holder is-saving' : 'holder'}
                aria-pressed={(state.saving ?? state.person) === person.name}
                onClick={() => dispatch({ type: 'person-tapped', name: person.name })}
              >
                <PersonRow person={person} language={language} />
                <Icon name="check" />
              </button>
            </li>
          ))}
        </ul>
      </main>
      {pending || state.person !== null ? null : (
        <footer class="dock">
          <button type="button" class="button primary" onClick={() => dispatch({ type: 'scan-tapped' })}>
            <Icon name="scan" />
            {t.scan}
          </button>
        </footer>
      )}
    </>
  )
}
