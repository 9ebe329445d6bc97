// One person as a list shows them. The nickname is isolated, so that its direction and length stay its own affair.

import type { SimPerson } from '../../page-data.js'
import { Avatar } from './avatar.js'
import type { Language } from './language.js'
import { isVisible } from './nickname.js'

const UNNAMED = { zh: '（看不见的昵称）', en: '(invisible nickname)' } as const

interface PersonRowProps {
  readonly person: SimPerson
  readonly language: Language
}

export function PersonRow({ person, language }: PersonRowProps) {
  const visible = isVisible(person.nickname)
  return (
    <span class="person">
      <Avatar name={person.name} label={visible ? person.nickname : ''} url={person.avatarUrl} />
      <span class="person-words">
        <span class="person-title">
          <bdi class={visible ? 'nickname' : 'nickname unnamed'} dir="auto">
            {visible ? person.nickname : UNNAMED[language]}
          </bdi>
          <code class="person-name">{person.name}</code>
        </span>
        <span class="person-note">{person.note[language]}</span>
      </span>
    </span>
  )
}
