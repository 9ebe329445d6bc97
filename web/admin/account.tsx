// All about one account, and what may be ordered about it.
import type { AdminOrder, AdminSeen } from '#shared/admin.js'
import { agoText, timeText } from '../dates.js'
import { Avatar } from '../parts/avatar.js'
import { machineName } from '../parts/machine-name.js'
import { Merges } from './merges.js'
import { Acts } from './parts.js'
import { Outcome, Question } from './question.js'
import type { Wish } from './state.js'
import { named, texts } from './texts.js'
import type { Props } from './view.js'

export interface SeenProps extends Props {
  readonly seen: AdminSeen
}

/** Orders about the account itself. */
const WHOLE: readonly AdminOrder['order'][] = ['disable', 'enable', 'endSessions', 'grant', 'revoke', 'delete']

export function AccountSheet(props: SeenProps) {
  const { seen, send, language } = props
  const t = texts[language]
  const { account } = seen
  return (
    <article class="person" aria-labelledby="person">
      <button type="button" class="plain small" onClick={() => send({ type: 'close' })}>
        ← {t.back}
      </button>
      <header class="head">
        <Avatar name={account.nickname || t.unnamed} url={account.avatarUrl} size={56} />
        <div class="who">
          <h2 id="person" class="one-line">
            <bdi>{account.nickname || t.unnamed}</bdi>
          </h2>
          <p class="small">
            <code>{account.id}</code>
          </p>
          <p class="small muted">
            <span class={`chip ${account.status === 'active' ? '' : 'wait'}`}>{t.statuses[account.status]}</span>{' '}
            {seen.operates && <span class="chip">{t.operates}</span>} {t.since} {timeText(account.createdAt, language)}
          </p>
          {seen.tombstones.length > 0 && (
            <p class="small muted">
              {t.tombstones} <code>{seen.tombstones.join(', ')}</code>
            </p>
          )}
        </div>
      </header>
      <Outcome {...props} />
      {account.status !== 'deleted' && <Orders {...props} />}
      <Identities {...props} />
      <Sessions {...props} />
      <Merges {...props} />
      <section aria-labelledby="acts">
        <h3 id="acts">{t.sections.history}</h3>
        <Acts acts={seen.history} language={language} open={null} />
      </section>
    </article>
  )
}

function Orders(props: SeenProps) {
  const { seen, state, send, language } = props
  const t = texts[language]
  const { id, status } = seen.account
  const orders: readonly Extract<AdminOrder, { account: string }>['order'][] = [
    ...(status === 'disabled' ? (['enable'] as const) : (['endSessions', 'disable'] as const)),
    seen.operates ? 'revoke' : 'grant',
    'delete',
  ]
  return (
    <>
      <div class="orders">
        {orders.map((order) => (
          <button
            key={order}
            type="button"
            class="button slim"
            disabled={state.busy}
            onClick={() => send(askFor({ order, account: id } as AdminOrder))}
          >
            {t.orders[order]}
          </button>
        ))}
      </div>
      <Question {...props} about={(wish) => wish.kind === 'order' && WHOLE.includes(wish.order.order)} />
    </>
  )
}

function Identities(props: SeenProps) {
  const { seen, state, send, language } = props
  const t = texts[language]
  const isAsked = (openid: string) => (wish: Wish) =>
    wish.kind === 'order' && wish.order.order === 'forgetUnionid' && wish.order.openid === openid
  return (
    <section aria-labelledby="identities">
      <h3 id="identities">{t.identities}</h3>
      {seen.identities.length === 0 && <p class="small muted">{t.noIdentities}</p>}
      <ul class="lines">
        {seen.identities.map(({ app, appid, openid, unionid, openPlatform, linkedAt, lastUsedAt }) => (
          <li key={`${appid} ${openid}`}>
            <div class="what">
              <p>
                <strong>{app}</strong> <code>{openid}</code>
              </p>
              <p class="small muted">
                {unionid === null ? t.noUnionid : <code>{unionid}</code>} · {openPlatform} ·{' '}
                {t.linked(timeText(linkedAt, language))} · {t.lastUsed(timeText(lastUsedAt, language))}
              </p>
            </div>
            {unionid !== null && (
              <button
                type="button"
                class="plain small"
                disabled={state.busy}
                onClick={() => send(askFor({ order: 'forgetUnionid', appid, openid }))}
              >
                {t.orders.forgetUnionid}
              </button>
            )}
            <Question {...props} about={isAsked(openid)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sessions(props: SeenProps) {
  const { seen, state, send, language } = props
  const t = texts[language]
  const { id: account } = seen.account
  const isAsked = (session: string) => (wish: Wish) =>
    wish.kind === 'order' && wish.order.order === 'endSession' && wish.order.session === session
  return (
    <section aria-labelledby="sessions">
      <h3 id="sessions">{t.sessions}</h3>
      {seen.sessions.length === 0 && <p class="small muted">{t.noSessions}</p>}
      <ul class="lines">
        {seen.sessions.map(({ id, method, device, createdAt, lastSeenAt }) => (
          <li key={id}>
            <div class="what">
              <p>
                <strong>{machineName(device.browser, device.os) || t.deviceUnknown}</strong>{' '}
                <span class="digits">{device.place ? `${device.place} · ${device.address}` : device.address}</span>
              </p>
              <p class="small muted">
                {named(t.methods, method)} · {t.begun(timeText(createdAt, language))} ·{' '}
                {t.lastSeen(agoText(lastSeenAt, seen.serverTime, language) ?? t.justNow)} · <code>{id}</code>
              </p>
            </div>
            <button
              type="button"
              class="plain small"
              disabled={state.busy}
              onClick={() => send(askFor({ order: 'endSession', account, session: id }))}
            >
              {t.orders.endSession}
            </button>
            <Question {...props} about={isAsked(id)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

export const askFor = (order: AdminOrder) => ({ type: 'ask', wish: { kind: 'order', order } }) as const
