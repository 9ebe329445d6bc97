// Everywhere this person is signed in: which device, from where, by what, since when; and the ways to end that.
import { useState } from 'preact/hooks'
import type { OwnSession } from '#shared/api.js'
import { agoText, timeText } from '../dates.js'
import type { Language } from '../language.js'
import { useNow } from '../parts/hooks.js'
import { type IconName, icons } from '../parts/icons.js'
import { failureText } from '../reasons.js'
import type { AccountEvent, Ending, Here } from './state.js'
import { texts } from './texts.js'

interface Props {
  state: Here
  send: (event: AccountEvent) => void
  language: Language
}

export function Devices({ state, send, language }: Props) {
  const t = texts[language]
  const { devices, busy, ending } = state
  const now = useServerTime(devices?.serverTime ?? 0)
  if (devices === null) {
    return (
      <section class="devices" aria-labelledby="devices">
        <h2 id="devices">{t.devices}</h2>
        <p class="small muted">{t.listUnknown}</p>
      </section>
    )
  }
  const many = devices.sessions.length > 1
  const ask = (which: Ending, asked: boolean) => send(asked ? { type: 'keep' } : { type: 'askEnd', which })
  const question = <Question state={state} send={send} language={language} />
  return (
    <section class="devices" aria-labelledby="devices">
      <header>
        <h2 id="devices">{t.devices}</h2>
        {many && (
          <button
            type="button"
            class="plain small"
            disabled={busy !== null}
            aria-expanded={ending === 'others'}
            onClick={() => ask('others', ending === 'others')}
          >
            {t.endOthers}
          </button>
        )}
      </header>
      {ending === 'others' && question}
      <ul>
        {devices.sessions.map((session) => {
          const asked = ending !== null && ending !== 'others' && ending.id === session.id
          return (
            <li key={session.id}>
              <Device session={session} now={now} language={language} />
              {!session.current && (
                <button
                  type="button"
                  class="plain small"
                  disabled={busy !== null}
                  aria-expanded={asked}
                  aria-label={t.endNamed(session.name || t.deviceUnknown)}
                  onClick={() => ask({ id: session.id }, asked)}
                >
                  {t.endOne}
                </button>
              )}
              {asked && question}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Device({ session, now, language }: { session: OwnSession; now: number; language: Language }) {
  const t = texts[language]
  const { name, device, method, current, createdAt, lastSeenAt } = session
  const Sign = icons[iconOf(session)]
  const used = agoText(lastSeenAt, now, language)
  return (
    <>
      <span class="sign">
        <Sign />
      </span>
      <div class="what">
        <p>
          <strong>
            <bdi>{name || t.deviceUnknown}</bdi>
          </strong>{' '}
          {current && <span class="chip">{t.thisOne}</span>}
        </p>
        <p class="small muted digits">
          <bdi>{device.place ? `${device.place} · ${device.address}` : device.address}</bdi>
        </p>
        <p class="small muted digits">
          {t.methods[method]} ·{' '}
          <span title={timeText(createdAt, language)}>{t.begun(agoText(createdAt, now, language))}</span>
          {!current && (
            <>
              {' · '}
              <span title={timeText(lastSeenAt, language)}>{t.used(used)}</span>
            </>
          )}
        </p>
      </div>
    </>
  )
}

/** What happens, and two ways out. It stands where the button was pressed. */
function Question({ state, send, language }: Props) {
  const t = texts[language]
  const { busy, ending } = state
  const text = ending === 'others' ? t.endOthersQuestion : t.endOneQuestion
  return (
    <fieldset class="question" aria-label={text}>
      <p class="small">{text}</p>
      <span class="ways">
        <button type="button" class="button slim" disabled={busy !== null} onClick={() => send({ type: 'keep' })}>
          {t.cancel}
        </button>
        <button type="button" class="button danger slim" disabled={busy !== null} onClick={() => send({ type: 'end' })}>
          {busy === 'end' ? t.endingNow : t.endNow}
        </button>
      </span>
      {state.problem && (
        <p class="problem small" role="alert">
          {failureText(state.problem, language)}
        </p>
      )}
    </fieldset>
  )
}

function iconOf({ kind, method, device: { os } }: OwnSession): IconName {
  const handheld = /^(Android|iOS|iPadOS|HarmonyOS)/.test(os) || (kind === 'bearer' && method !== 'sdk')
  return handheld ? 'phone' : 'computer'
}

/** The server's clock: as it was when the list was read, and what has passed here since. */
function useServerTime(readAt: number): number {
  const now = useNow(30_000)
  const [begin, setBegin] = useState({ readAt, now })
  if (begin.readAt !== readAt) setBegin({ readAt, now: performance.now() })
  return readAt + Math.max(0, now - begin.now)
}
