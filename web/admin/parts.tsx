// What several sections show: which node an answer is of, an id, a table of acts.
import type { AdminAct, AdminNode } from '#shared/admin.js'
import { timeText } from '../dates.js'
import type { Language } from '../language.js'
import { machineName } from '../parts/machine-name.js'
import { named, texts } from './texts.js'

export function NodeLine({ node, language }: { node: AdminNode; language: Language }) {
  const t = texts[language]
  return (
    <p class="small muted">
      {node.alone ? t.nodeAlone : t.nodeShared}{' '}
      <span class="nowrap">
        {node.alone ? node.host : t.nodeOf(node.host, node.id)} · {t.nodeSince(timeText(node.startedAt, language))}
      </span>
    </p>
  )
}

export function Acts(props: {
  acts: readonly AdminAct[]
  language: Language
  /** Null where every act is of one account. */
  open: ((account: string) => void) | null
}) {
  const { acts, language, open } = props
  const t = texts[language]
  const { columns } = t
  if (acts.length === 0) return <p class="small muted">{t.nothing}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroller" tabIndex={0} aria-label={t.sections.history}>
      <table class="small">
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.act}</th>
            {open && <th scope="col">{columns.whom}</th>}
            <th scope="col">{columns.who}</th>
            <th scope="col">{columns.detail}</th>
            <th scope="col">{columns.from}</th>
          </tr>
        </thead>
        <tbody>
          {acts.map((act, index) => (
            <tr key={`${act.at} ${index}`}>
              <td class="digits nowrap">{timeText(act.at, language)}</td>
              <td class="nowrap">{named(t.acts, act.act)}</td>
              {open && (
                <td>
                  <AccountLink account={act.accountId} open={open} />
                </td>
              )}
              <td>
                {t.actors[act.actor]} {act.actorName && <code>{act.actorName}</code>}
              </td>
              <td>
                {[act.method && named(t.methods, act.method), act.appKey, act.reason && named(t.reasons, act.reason)]
                  .filter(Boolean)
                  .join(' · ')}{' '}
                {act.subject && <code>{act.subject}</code>}
              </td>
              <td class="digits">{machineName(act.address, act.browser, act.os)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** An account's id that opens it. */
export function AccountLink({ account, open }: { account: string | null; open: (account: string) => void }) {
  if (account === null) return <>–</>
  return (
    <a
      href={`#accounts/${encodeURIComponent(account)}`}
      class="digits"
      onClick={(event) => {
        event.preventDefault()
        open(account)
      }}
    >
      <code>{account}</code>
    </a>
  )
}
