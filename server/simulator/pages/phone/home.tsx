// The phone's home: who holds it, the official accounts, the apps, and the way to the scanner.

import type { ComponentChild, ComponentChildren } from 'preact'
import type { PhoneData, SimApp } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icons.js'
import type { Language } from '../parts/language.js'
import { PersonRow } from '../parts/person-row.js'
import type { Event, State } from './state.js'
import { texts } from './texts.js'

interface HomeProps {
  readonly data: PhoneData
  readonly state: State
  readonly language: Language
  readonly dispatch: (event: Event) => void
}

export function Home({ data, state, language, dispatch }: HomeProps) {
  const t = texts[language]
  const holder = data.people.find(({ name }) => name === state.person)
  const accounts = data.apps.filter(({ kind }) => kind === 'official')
  const apps = data.apps.filter(({ kind }) => kind !== 'official')
  return (
    <>
      <main class="home">
        <h1>{t.holder}</h1>
        {holder === undefined ? null : (
          <button type="button" class="holder is-holder" onClick={() => dispatch({ type: 'who-tapped' })}>
            <PersonRow person={holder} language={language} />
            <span class="change">{t.change}</span>
          </button>
        )}
        <Entries title={t.accounts}>
          {accounts.map((app) => (
            <Entry key={app.key} app={app} href={`/phone/account/${encodeURIComponent(app.key)}`}>
              {state.follows.includes(app.key) ? <span class="entry-on">{t.following}</span> : t.notFollowing}
            </Entry>
          ))}
        </Entries>
        <Entries title={t.apps}>
          {apps.map((app) => (
            <Entry key={app.key} app={app} href={`/phone/app/${encodeURIComponent(app.key)}`}>
              {app.kind === 'mobile' ? t.mobile : t.miniprogram}
            </Entry>
          ))}
        </Entries>
      </main>
      <footer class="dock">
        <button type="button" class="button primary" onClick={() => dispatch({ type: 'scan-tapped' })}>
          <Icon name="scan" />
          {t.scan}
        </button>
      </footer>
    </>
  )
}

interface EntriesProps {
  readonly title: string
  readonly children: readonly ComponentChild[]
}

function Entries({ title, children }: EntriesProps) {
  if (children.length === 0) return null
  return (
    <section class="entries">
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

interface EntryProps {
  readonly app: SimApp
  readonly href: string
  readonly children: ComponentChildren
}

function Entry({ app, href, children }: EntryProps) {
  return (
    <li>
      <a class="entry" href={href}>
        <Avatar name={app.key} label={app.name} shape="tile" />
        <span class="entry-words">
          <bdi class="nickname" dir="auto">
            {app.name}
          </bdi>
          <span class="person-note">{children}</span>
        </span>
        <Icon name="forward" />
      </a>
    </li>
  )
}
