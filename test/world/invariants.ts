// What must hold in the whole database, whatever happened: written once, asked of every copy, after every fault.

type Rows = readonly Readonly<Record<string, unknown>>[]

/** Each names what it finds: rows that must not be there. Plain SQL, the same on every database. */
const BROKEN: Readonly<Record<string, string>> = {
  'identity without a living account': `SELECT i.openid FROM identities i LEFT JOIN accounts a ON a.id = i.account_id
    WHERE a.id IS NULL OR a.status NOT IN ('active', 'disabled')`,
  'account without an identity': `SELECT a.id FROM accounts a LEFT JOIN identities i ON i.account_id = a.id
    WHERE a.status = 'active' AND i.openid IS NULL`,
  'unionid without a living account': `SELECT u.unionid FROM unionids u LEFT JOIN accounts a ON a.id = u.account_id
    WHERE a.id IS NULL OR a.status NOT IN ('active', 'disabled')`,
  'unionid that no identity proves': `SELECT u.unionid FROM unionids u LEFT JOIN identities i
    ON i.account_id = u.account_id AND i.platform = u.platform AND i.unionid = u.unionid WHERE i.openid IS NULL`,
  'identity on another account than its unionid': `SELECT i.openid FROM identities i LEFT JOIN unionids u
    ON u.platform = i.platform AND u.unionid = i.unionid
    WHERE i.unionid IS NOT NULL AND (u.account_id IS NULL OR u.account_id <> i.account_id)`,
  'tombstone that does not name a survivor': `SELECT a.id FROM accounts a LEFT JOIN accounts s ON s.id = a.merged_into
    WHERE (a.status = 'merged' AND (s.id IS NULL OR s.status = 'merged')) OR (a.status <> 'merged' AND s.id IS NOT NULL)`,
  'session without an account': `SELECT s.id FROM sessions s LEFT JOIN accounts a ON a.id = s.account_id WHERE a.id IS NULL`,
  'living session of a tombstone or of somebody erased': `SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.ended_at IS NULL AND a.status IN ('merged', 'deleted')`,
  'confirmed ticket without an account': `SELECT t.id FROM tickets t LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.status IN ('confirmed', 'redeemed') AND a.id IS NULL`,
  'unconfirmed ticket that names an account': `SELECT id FROM tickets
    WHERE status IN ('pending', 'scanned', 'denied', 'failed') AND account_id IS NOT NULL`,
  'redeemed ticket that does not say when and by what': `SELECT id FROM tickets
    WHERE (status = 'redeemed') <> (redeemed_at IS NOT NULL) OR (status = 'redeemed') <> (attempt_hash IS NOT NULL)`,
  'redeemed ticket without its session': `SELECT t.id FROM tickets t LEFT JOIN sessions s
    ON s.created_at = t.redeemed_at AND s.method = t.method AND s.app_key = t.app_key
    WHERE t.status = 'redeemed' AND s.id IS NULL`,
  'session that no ticket was redeemed for': `SELECT s.id FROM sessions s LEFT JOIN tickets t
    ON s.created_at = t.redeemed_at AND s.method = t.method AND s.app_key = t.app_key
    WHERE s.method NOT IN ('mobile', 'mini-program') AND t.id IS NULL`,
  'proof kept after the decision': `SELECT id FROM tickets WHERE proof IS NOT NULL AND status <> 'scanned'`,
  'scan without a phone': `SELECT id FROM tickets WHERE status = 'scanned' AND method = 'relay' AND phone_hash IS NULL`,
  'callback without its ticket': `SELECT c.state_hash FROM callbacks c LEFT JOIN tickets t ON t.id = c.ticket_id
    WHERE c.ticket_id <> '' AND t.id IS NULL`,
  'callback that says confirmed of a ticket that is not': `SELECT c.state_hash FROM callbacks c
    JOIN tickets t ON t.id = c.ticket_id
    WHERE c.outcome_status = 'confirmed' AND t.status NOT IN ('confirmed', 'redeemed', 'expired')`,
}

/** As long as no callback is being worked on. */
const UNFINISHED = 'SELECT state_hash FROM callbacks WHERE outcome_status IS NULL'
const SESSIONS = "SELECT count(*) AS n FROM sessions WHERE method NOT IN ('mobile', 'mini-program')"
const REDEEMED = "SELECT count(*) AS n FROM tickets WHERE status = 'redeemed'"

/**
 * Everything that is wrong in the database, in words; empty when all is well. Meant for a database from which nothing has
 * been purged yet. @param busy true while logins go on: then callbacks may be under way
 */
export async function violations(query: (sql: string) => Promise<Rows>, busy = false): Promise<string[]> {
  const found: string[] = []
  const checks = busy ? BROKEN : { ...BROKEN, 'callback that nobody ends': UNFINISHED }
  for (const [name, sql] of Object.entries(checks)) {
    const rows = await query(sql)
    if (rows.length > 0) found.push(`${name}: ${rows.map((row) => Object.values(row).join()).join(' ')}`)
  }
  const [sessions, redeemed] = [await count(query, SESSIONS), await count(query, REDEEMED)]
  if (sessions !== redeemed) found.push(`${sessions} sessions for ${redeemed} redeemed tickets`)
  return found
}

async function count(query: (sql: string) => Promise<Rows>, sql: string): Promise<number> {
  const [row] = await query(sql)
  return Number(row?.n)
}
