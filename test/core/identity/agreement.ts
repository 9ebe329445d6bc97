// What must hold of identities, unionids and accounts at every moment between transactions, whatever happened before.
import type { Row } from '#server/db/sql.js'

/** Every row that contradicts another, as a sentence; none in a database that is well. */
export async function disagreements(rows: (text: string) => Promise<Row[]>): Promise<string[]> {
  const [accounts, identities, unionids] = await Promise.all(
    ['accounts', 'identities', 'unionids'].map((table) => rows(`SELECT * FROM ${table}`)),
  )
  const byId = new Map((accounts ?? []).map((row) => [text(row.id), row]))
  const living = (id: unknown) => ['active', 'disabled'].includes(text(byId.get(text(id))?.status))
  const found: string[] = []

  for (const { id, status, merged_into: into } of byId.values()) {
    const target = byId.get(text(into))
    if ((text(status) === 'merged') !== (into !== null)) found.push(`${id} is ${status} and names ${into}`)
    if (into !== null && !target) found.push(`${id} names nobody`)
    if (target && text(target.status) === 'merged') found.push(`${id} names the tombstone ${into}`)
  }
  for (const { appid, openid, platform, unionid, account_id: holder } of identities ?? []) {
    const name = `identity ${text(appid)} ${text(openid)}`
    if (!living(holder)) found.push(`${name} is of ${text(holder)}, which is ${text(byId.get(text(holder))?.status)}`)
    if (unionid === null) continue
    const tied = (unionids ?? []).find((row) => same(row, { platform, unionid }))
    if (text(tied?.account_id) !== text(holder)) {
      found.push(`${name} of ${text(holder)} proves ${text(unionid)}, which is tied to ${text(tied?.account_id)}`)
    }
  }
  for (const { platform, unionid, account_id: holder } of unionids ?? []) {
    const proofs = (identities ?? []).filter(
      (row) => text(row.account_id) === text(holder) && same(row, { platform, unionid }),
    )
    if (proofs.length === 0) found.push(`${text(platform)} ${text(unionid)} of ${text(holder)} is proven by nothing`)
  }
  return found
}

/** MariaDB gives identifiers as bytes. */
function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
}

function same(row: Row, { platform, unionid }: { platform: unknown; unionid: unknown }): boolean {
  return text(row.platform) === text(platform) && text(row.unionid) === text(unionid)
}
