// What must hold of identities, unionids and accounts at every moment between transactions, whatever happened before.
import type { Row } from '#server/db/sql.js'

/** Every row that contradicts another, as a sentence; none in a database that is well. */
export async function disagreements(rows: (text: string) => Promise<Row[]>): Promise<string[]> {
  const [accounts = [], identities = [], unionids = []] = await Promise.all(
    ['accounts', 'identities', 'unionids'].map(async (table) => (await rows(`SELECT * FROM ${table}`)).map(readable)),
  )
  const byId = new Map(accounts.map((row) => [row.id, row]))
  const status = (id: Value) => byId.get(id)?.status ?? 'not there'
  const living = (id: Value) => status(id) === 'active' || status(id) === 'disabled'
  const holderOf = new Map(unionids.map((row) => [key(row.platform, row.unionid), row.account_id]))
  const proven = new Set(identities.map((row) => key(row.platform, row.unionid, row.account_id)))
  const found: string[] = []

  for (const { id, status: own, merged_into: into } of accounts) {
    if ((own === 'merged') !== (into !== null)) found.push(`${id} is ${own} and names ${into}`)
    if (into !== null && !living(into) && status(into) !== 'deleted') {
      found.push(`${id} names ${into}, which is ${status(into)}`)
    }
  }
  for (const { appid, openid, platform, unionid, unionid_at: at, account_id: holder } of identities) {
    const name = `identity ${appid} ${openid} of ${holder}`
    if (!living(holder)) found.push(`${name}, which is ${status(holder)}`)
    if ((unionid === null) !== (at === null)) found.push(`${name} knows ${unionid} since ${at}`)
    const tied = unionid === null ? holder : holderOf.get(key(platform, unionid))
    if (tied !== holder) found.push(`${name} proves ${unionid}, which is tied to ${tied}`)
  }
  for (const { platform, unionid, account_id: holder } of unionids) {
    const isProven = proven.has(key(platform, unionid, holder))
    if (!isProven) found.push(`${platform} ${unionid} of ${holder} is proven by nothing`)
  }
  return found
}

type Value = string | null | undefined

/** MariaDB gives identifiers as bytes. */
function readable(row: Row): Record<string, Value> {
  const value = (raw: unknown) => (raw === null ? null : Buffer.isBuffer(raw) ? raw.toString('latin1') : String(raw))
  return Object.fromEntries(Object.entries(row).map(([column, raw]) => [column, value(raw)]))
}

function key(...parts: Value[]): string {
  return JSON.stringify(parts)
}
