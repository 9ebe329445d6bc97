// Reads what the jobs of a group will look at, all of it by one query, and sees whether another process has written.
import type { Foreseen } from '#server/core/ports.js'
import { ACCOUNT_COLUMNS, toAccount } from '../accounts.js'
import { CALLBACK_COLUMNS, toCallback } from '../callbacks.js'
import { IDENTITY_COLUMNS, toIdentity } from '../identities.js'
import type { Row, Sql } from '../sql.js'
import { TICKET_COLUMNS, toTicket } from '../tickets.js'
import { pair } from './pair.js'
import type { Workspace } from './workspace.js'

type Layered = Pick<
  Workspace,
  'tickets' | 'callbacks' | 'codes' | 'counts' | 'accounts' | 'identities' | 'unionids' | 'held' | 'sessions'
>

const list = (name: string) => `(SELECT value FROM json_each($${name}))`
const pairs = (name: string) => `(SELECT value ->> 0, value ->> 1 FROM json_each($${name}))`
const columns = (names: readonly string[]) => `json_array(${names.join(', ')})`

// One query, since each costs more than all that it reads. `kind` says what a row is; `found` is a list of columns.
const AHEAD = `
  WITH own AS MATERIALIZED (SELECT * FROM identities WHERE (appid, openid) IN ${pairs('identities')}),
  named AS MATERIALIZED (SELECT * FROM unionids WHERE (platform, unionid) IN ${pairs('unionids')}),
  people AS MATERIALIZED (SELECT account_id AS id FROM own UNION SELECT account_id FROM named UNION SELECT value FROM json_each($accounts))
  SELECT 'version' AS kind, data_version AS found FROM pragma_data_version
  UNION ALL SELECT 'ticket', ${columns(TICKET_COLUMNS)} FROM tickets WHERE id IN ${list('tickets')}
  UNION ALL SELECT 'callback', ${columns(CALLBACK_COLUMNS)} FROM callbacks
    WHERE state_hash IN ${list('states')} OR code_hash IN ${list('codes')}
  UNION ALL SELECT 'count', json_array(ticket_id, COUNT(*)) FROM callbacks WHERE ticket_id IN ${list('counts')} GROUP BY ticket_id
  UNION ALL SELECT 'identity', ${columns(IDENTITY_COLUMNS)} FROM own
  UNION ALL SELECT 'unionid', json_array(platform, unionid, account_id) FROM named
  UNION ALL SELECT 'account', ${columns(ACCOUNT_COLUMNS)} FROM accounts WHERE id IN people
  UNION ALL SELECT 'held', json_array(platform, unionid, account_id) FROM unionids WHERE account_id IN people
  UNION ALL SELECT 'session', json_array(hash) FROM sessions WHERE hash IN ${list('sessions')}`

const VERSION = "SELECT 'version' AS kind, data_version AS found FROM pragma_data_version"

/** What is not known of what is foreseen; every list is without repetitions. */
interface Wanted {
  readonly tickets: Set<string>
  readonly states: Set<string>
  readonly codes: Set<string>
  readonly counts: Set<string>
  readonly identities: Map<string, readonly [string, string]>
  readonly unionids: Map<string, readonly [string, string]>
  readonly accounts: Set<string>
  readonly sessions: Set<string>
}

/** Reads ahead into the layers. `version` is told what the file's version is, before anything is learnt. */
export function createForesight(sql: Sql, layers: Layered, version: (current: number) => void) {
  return async (foreseen: readonly Foreseen[]): Promise<void> => {
    const wanted = unknownOf(layers, foreseen)
    const nothing = Object.values(wanted).every(({ size }) => size === 0)
    const rows = nothing ? await sql.rows(VERSION) : await sql.rows(AHEAD, bindsOf(wanted))
    for (const { kind, found } of rows) if (kind === 'version') version(Number(found))
    if (!nothing) learn(layers, wanted, rows)
  }
}

function unknownOf(layers: Layered, foreseen: readonly Foreseen[]): Wanted {
  const wanted: Wanted = {
    tickets: new Set(),
    states: new Set(),
    codes: new Set(),
    counts: new Set(),
    identities: new Map(),
    unionids: new Map(),
    accounts: new Set(),
    sessions: new Set(),
  }
  for (const { ticket, callback, proof, account, session } of foreseen) {
    if (ticket !== undefined && layers.tickets.get(ticket) === undefined) wanted.tickets.add(ticket)
    if (callback !== undefined) {
      const { stateHash, codeHash, ticketId } = callback
      if (layers.callbacks.get(stateHash) === undefined) wanted.states.add(stateHash)
      if (codeHash !== null && layers.codes.get(codeHash) === undefined) wanted.codes.add(codeHash)
      if (layers.counts.get(ticketId) === undefined) wanted.counts.add(ticketId)
    }
    if (proof !== undefined) {
      const { appid, openid, platform, unionid } = proof
      const own = pair(appid, openid)
      const union = unionid === null ? null : pair(platform, unionid)
      if (layers.identities.get(own) === undefined) wanted.identities.set(own, [appid, openid])
      if (unionid !== null && union !== null && layers.unionids.get(union) === undefined) {
        wanted.unionids.set(union, [platform, unionid])
      }
    }
    if (account && layers.accounts.get(account) === undefined) wanted.accounts.add(account)
    if (session !== undefined && layers.sessions.get(session) === undefined) wanted.sessions.add(session)
  }
  return wanted
}

function bindsOf(wanted: Wanted): Record<string, string> {
  const binds: Record<string, string> = {}
  for (const [name, values] of Object.entries(wanted)) binds[name] = JSON.stringify([...values.values()])
  return binds
}

/** What was asked for and is not among the rows is known not to be there. */
function learn(layers: Layered, wanted: Wanted, rows: readonly Row[]): void {
  for (const id of wanted.tickets) layers.tickets.learn(id, null)
  for (const hash of wanted.states) layers.callbacks.learn(hash, null)
  for (const hash of wanted.codes) layers.codes.learn(hash, null)
  for (const id of wanted.counts) layers.counts.learn(id, 0)
  for (const key of wanted.identities.keys()) layers.identities.learn(key, null)
  for (const key of wanted.unionids.keys()) layers.unionids.learn(key, null)
  for (const id of wanted.accounts) layers.accounts.learn(id, null)
  for (const { kind, found } of rows) {
    if (kind === 'version') continue
    const values = JSON.parse(String(found)) as unknown[]
    if (kind === 'session') wanted.sessions.delete(String(values[0]))
    else LEARN[String(kind)]?.(layers, values)
  }
  for (const hash of wanted.sessions) layers.sessions.learn(hash, null)
}

const LEARN: Readonly<Record<string, (layers: Layered, found: readonly unknown[]) => void>> = {
  ticket({ tickets }, found) {
    const record = toTicket(row(TICKET_COLUMNS, found))
    tickets.learn(record.id, record)
  },
  callback({ callbacks, codes }, found) {
    const record = toCallback(row(CALLBACK_COLUMNS, found))
    callbacks.learn(record.stateHash, record)
    if (record.codeHash !== null) codes.learn(record.codeHash, record.stateHash)
  },
  count: ({ counts }, [ticketId, count]) => counts.learn(String(ticketId), Number(count)),
  identity({ identities }, found) {
    const record = toIdentity(row(IDENTITY_COLUMNS, found))
    identities.learn(pair(record.appid, record.openid), record)
  },
  unionid({ unionids }, [platform, unionid, accountId]) {
    const row = { platform: String(platform), unionid: String(unionid), accountId: String(accountId) }
    unionids.learn(pair(row.platform, row.unionid), row)
  },
  account({ accounts }, found) {
    const record = toAccount(row(ACCOUNT_COLUMNS, found))
    accounts.learn(record.id, record)
  },
  held({ held }, [platform, unionid, accountId]) {
    held.learn(pair(String(platform), String(accountId)), String(unionid))
  },
}

function row(names: readonly string[], values: readonly unknown[]): Row {
  return Object.fromEntries(names.map((name, index) => [name, values[index]]))
}
