// An official account: its card with the button that follows, or its chat.

import type { AccountData, ChatMessage } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { BackLink } from '../parts/back.js'
import { useDocument, useLanguage } from '../parts/language.js'
import { PhoneFrame } from '../parts/phone-frame.js'
import { Chat } from './chat.js'
import { menuOf } from './links.js'
import { texts } from './texts.js'

/** `waiting`: the account is expected to say something. `lost`: what it said could not be fetched. */
export interface Conversation {
  readonly messages: readonly ChatMessage[]
  readonly status: 'quiet' | 'waiting' | 'lost'
}

interface AccountProps {
  readonly data: AccountData
  readonly conversation: Conversation
}

type Words = (typeof texts)['zh']

export function Account({ data, conversation }: AccountProps) {
  const [language, setLanguage] = useLanguage()
  const t = texts[language]
  useDocument(language, data.name)
  return (
    <PhoneFrame language={language} onLanguage={setLanguage} bar={<Bar data={data} t={t} />}>
      {data.follows ? (
        <Followed data={data} conversation={conversation} t={t} language={language} />
      ) : (
        <Card data={data} t={t} />
      )}
    </PhoneFrame>
  )
}

interface PartProps {
  readonly data: AccountData
  readonly t: Words
}

function Bar({ data, t }: PartProps) {
  if (!data.follows) {
    return (
      <div class="bar">
        <BackLink href="/phone">{t.home}</BackLink>
      </div>
    )
  }
  return (
    <div class="bar chat-bar">
      <BackLink href="/phone">{t.home}</BackLink>
      <h1>
        <bdi dir="auto">{data.name}</bdi>
      </h1>
      <form method="post" action={`${pathOf(data)}/unfollow`}>
        <button type="submit" class="quiet-button">
          {t.unfollow}
        </button>
      </form>
    </div>
  )
}

function Card({ data, t }: PartProps) {
  return (
    <>
      <main class="notice account-card">
        <Avatar name={data.key} label={data.name} shape="tile" />
        <h1>
          <bdi dir="auto">{data.name}</bdi>
        </h1>
        <span class="account-kind">{t.official}</span>
        <p>{data.code === null ? t.followText : t.followFirst}</p>
      </main>
      <form class="dock" method="post" action={`${pathOf(data)}/follow`}>
        {data.code === null ? null : <input type="hidden" name="code" value={data.code} />}
        <button type="submit" class="button primary">
          {t.follow}
        </button>
      </form>
    </>
  )
}

function Followed({ data, conversation, t, language }: PartProps & AccountProps & { readonly language: 'zh' | 'en' }) {
  const menu = menuOf(data.key, { here: location.href, siteOrigins: data.siteOrigins })
  return (
    <>
      <Chat data={data} conversation={conversation} t={t} language={language} />
      {/* Unlike a link in a message, which is about the page on the computer, these begin something on the phone. */}
      <nav class="dock menu" aria-label={t.menu}>
        {menu === null ? (
          <p class="menu-note">{t.noSite}</p>
        ) : (
          <>
            <a href={menu.login}>{t.login}</a>
            <a href={menu.site}>{t.site}</a>
          </>
        )}
      </nav>
    </>
  )
}

function pathOf({ key }: AccountData): string {
  return `/phone/account/${encodeURIComponent(key)}`
}
