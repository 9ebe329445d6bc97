// The consent sheet: what an app asks, who answers, and two answers of the same size.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { ConsentData } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icons.js'
import { type Language, useDocument, useLanguage } from '../parts/language.js'
import { PersonRow } from '../parts/person-row.js'
import { PhoneFrame } from '../parts/phone-frame.js'
import { texts } from './texts.js'

interface ConsentProps {
  readonly data: ConsentData
}

export function Consent({ data }: ConsentProps) {
  const [language, setLanguage] = useLanguage()
  const [answered, setAnswered] = useState(false)
  const t = texts[language]
  useDocument(language, `${data.asks ? t.title : t.choose} · ${data.appName}`)

  function submit(event: SubmitEvent) {
    if (answered) event.preventDefault()
    setAnswered(true)
  }

  return (
    <PhoneFrame language={language} onLanguage={setLanguage}>
      <form class="sheet" method="post" action={data.action} onSubmit={submit}>
        {Object.entries(data.fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <AppCard data={data} language={language} />
        <People data={data} language={language} />
        <div class="dock answers">
          {data.asks ? (
            <button type="submit" class="button" name="allow" value="deny" aria-disabled={answered}>
              {t.deny}
            </button>
          ) : null}
          <button type="submit" class="button primary" name="allow" value="allow" aria-disabled={answered}>
            {data.asks ? t.allow : t.continue}
          </button>
        </div>
      </form>
    </PhoneFrame>
  )
}

interface PartProps extends ConsentProps {
  readonly language: Language
}

function AppCard({ data, language }: PartProps) {
  const t = texts[language]
  return (
    <section class="app-card">
      <Avatar name={data.appName} label={data.appName} shape="tile" />
      <h1>
        <bdi dir="auto">{data.appName}</bdi>
        {data.asks ? <span class="requests">{t.requests}</span> : null}
      </h1>
      {data.asks ? (
        <p class="asked">
          <Icon name={data.scope === 'snsapi_login' ? 'scan' : 'people'} />
          {data.scope === 'snsapi_login' ? t.login : t.profile}
        </p>
      ) : (
        <p class="silent">{t.silent}</p>
      )}
    </section>
  )
}

function People({ data, language }: PartProps) {
  const t = texts[language]
  const list = useRef<HTMLFieldSetElement>(null)
  const chosen = data.people.find(({ name }) => name === data.current) ?? data.people[0]

  useEffect(() => list.current?.querySelector(':checked')?.scrollIntoView({ block: 'nearest' }), [])

  return (
    <fieldset class="people" ref={list}>
      <legend>{t.who}</legend>
      {data.people.length === 0 ? <p class="nobody">{t.nobody}</p> : null}
      {data.people.map((person) => (
        <label key={person.name} class="choice">
          <input type="radio" name="person" value={person.name} defaultChecked={person === chosen} required />
          <PersonRow person={person} language={language} />
        </label>
      ))}
    </fieldset>
  )
}
