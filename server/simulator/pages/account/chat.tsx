// The messages of an account, oldest first, and what is still to come.

import { useEffect, useRef } from 'preact/hooks'
import type { AccountData, ChatMessage, MessagePart } from '../../page-data.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icons.js'
import { linkFrom } from './links.js'
import type { texts } from './texts.js'
import type { Conversation } from './view.js'

interface ChatProps {
  readonly data: AccountData
  readonly conversation: Conversation
  readonly t: (typeof texts)['zh']
  readonly language: 'zh' | 'en'
}

export function Chat({ data, conversation, t, language }: ChatProps) {
  const { messages, status } = conversation
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [messages.length, status])

  return (
    <main class="chat">
      {messages.length === 0 && status === 'quiet' ? <p class="chat-note">{t.empty}</p> : null}
      <ol class="messages" aria-label={t.chat} aria-live="polite">
        {messages.map((message, index) => (
          <li key={index}>
            <time class="message-time" dateTime={new Date(message.at).toISOString()}>
              {timeOf(message, language)}
            </time>
            {message.parts === null ? (
              <p class="chat-note is-trouble">
                <Icon name="alert" />
                {t.trouble}
              </p>
            ) : (
              <div class="message">
                <Avatar name={data.key} label={data.name} shape="tile" />
                <p class="bubble" dir="auto">
                  {message.parts.map((part, place) => (
                    <Part key={place} part={part} data={data} />
                  ))}
                </p>
              </div>
            )}
          </li>
        ))}
      </ol>
      {status === 'waiting' ? (
        <p class="chat-note" role="status">
          <span class="spinner" />
          {t.waiting}
        </p>
      ) : null}
      {status === 'lost' ? (
        <p class="chat-note is-trouble" role="alert">
          {t.unread}
        </p>
      ) : null}
      <div class="chat-end" ref={end} />
    </main>
  )
}

function Part({ part, data }: { readonly part: MessagePart; readonly data: AccountData }) {
  const around = { here: location.href, siteOrigins: data.siteOrigins }
  const way = part.href === null ? null : linkFrom(data.key, part.href, around)
  return way === null ? part.text : <a href={way}>{part.text}</a>
}

function timeOf({ at }: ChatMessage, language: 'zh' | 'en'): string {
  return new Date(at).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit' })
}
