// The question itself: which device, where, since when, as whom; then the number, and two buttons of one size.
import { useEffect, useRef } from 'preact/hooks'
import { pastText } from '../dates.js'
import { Avatar } from '../parts/avatar.js'
import { ConsentBox } from '../parts/consent-box.js'
import { useNow } from '../parts/hooks.js'
import { icons } from '../parts/icons.js'
import { failureText } from '../reasons.js'
import { safeAddress } from '../safe-address.js'
import { type Asking, canConfirm, digitsIn } from './state.js'
import { isPhone, texts, wordsFor } from './texts.js'
import type { ConfirmProps } from './view.js'

const TRIES = 3

export function Question({ state, send, language }: ConfirmProps & { state: Asking }) {
  const t = texts[language]
  const { elsewhere, person, needsExplicit, device, consent, site } = state.question
  const explicit = safeAddress(needsExplicit)
  const name = person?.nickname || t.unnamed
  const refuse = useRef<HTMLButtonElement>(null)
  // Whoever presses Enter without reading refuses.
  useEffect(() => refuse.current?.focus({ preventScroll: true }), [])
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault()
        send({ type: 'decide', decision: 'confirm' })
      }}
    >
      <h1>{wordsFor(t, device).title}</h1>
      <Facts state={state} language={language} />
      {elsewhere ? <p class="warning danger">{t.elsewhere}</p> : <p class="warning">{t.warning}</p>}
      <div class="self">
        <Avatar name={name} url={person?.avatarUrl ?? ''} size={40} />
        <span class="small muted">{t.as}</span>
        <bdi class="one-line">{name}</bdi>
      </div>
      {needsExplicit ? (
        <p class="small muted hint">{t.explicitHint}</p>
      ) : (
        <NumberField state={state} send={send} language={language} />
      )}
      {consent !== null && !needsExplicit && (
        <ConsentBox
          site={site}
          language={language}
          ticked={state.agreed}
          disabled={state.sending !== null}
          tick={(on) => send({ type: 'tick', on })}
        />
      )}
      <div class="buttons">
        <button
          ref={refuse}
          type="button"
          class="weui-btn weui-btn_default"
          disabled={state.sending !== null}
          onClick={() => send({ type: 'decide', decision: 'deny' })}
        >
          {state.sending === 'deny' ? t.sending : t.refuse}
        </button>
        {explicit ? (
          <a
            class="weui-btn weui-btn_primary"
            href={explicit}
            aria-disabled={!state.armed}
            onClick={(event) => !state.armed && event.preventDefault()}
          >
            {t.continue}
          </a>
        ) : (
          <button type="submit" class="weui-btn weui-btn_primary" disabled={!canConfirm(state)}>
            {state.sending === 'confirm' ? t.sending : t.confirm}
          </button>
        )}
      </div>
    </form>
  )
}

function Facts({ state, language }: { state: Asking; language: ConfirmProps['language'] }) {
  const t = texts[language]
  const { device, requestedAt, serverTime } = state.question
  const age = Math.max(0, serverTime - requestedAt + useNow() - state.seenAt)
  return (
    <section class="facts">
      <p class="device">
        {isPhone(device.os) ? <icons.phone /> : <icons.computer />}
        <bdi>{t.device(device.browser, device.os)}</bdi>
      </p>
      <dl class="weui-cells">
        {device.place && <Fact term={t.place} text={device.place} />}
        <Fact term={t.address} text={device.address} />
        <Fact term={t.requested} text={pastText(age, language)} />
      </dl>
    </section>
  )
}

function Fact({ term, text }: { term: string; text: string }) {
  return (
    <div class="weui-cell">
      <dt class="weui-cell__bd">{term}</dt>
      <dd class="weui-cell__ft">
        <bdi>{text}</bdi>
      </dd>
    </div>
  )
}

function NumberField({ state, send, language }: ConfirmProps & { state: Asking }) {
  const t = texts[language]
  const { digits, problem, wrong } = state
  const sentence = problem === 'match_number_wrong' ? t.wrong(TRIES - wrong) : problem && failureText(problem, language)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (wrong > 0) field.current?.focus()
  }, [wrong])
  return (
    <div class="number">
      <label for="number">{wordsFor(t, state.question.device).matchLabel}</label>
      <div class={`tiles ${problem === 'match_number_wrong' ? 'bad' : ''}`}>
        <span>{digits[0]}</span>
        <span>{digits[1]}</span>
        {/* One field; the tiles only show what is in it. */}
        <input
          ref={field}
          id="number"
          type="text"
          inputMode="numeric"
          autocomplete="off"
          maxLength={2}
          value={digits}
          readOnly={state.sending !== null}
          aria-invalid={problem === 'match_number_wrong'}
          aria-describedby="number-problem"
          onInput={(event) => {
            const input = event.currentTarget
            // What is dropped must leave the field even when the state stays as it was.
            input.value = digitsIn(input.value)
            send({ type: 'typed', text: input.value })
          }}
        />
      </div>
      <p id="number-problem" class="problem small" role="alert">
        {sentence}
      </p>
    </div>
  )
}
