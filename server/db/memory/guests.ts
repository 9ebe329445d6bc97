// Another process may write to the file for a moment: an operator's program. What is remembered is then forgotten.
import type { Sql } from '../sql.js'

/** What was read from memory may be older than another process's writes by this. */
const LOOK_EVERY_MS = 250

export interface Guests {
  /** The writer's handle sees the file at this version: another one than before means that somebody else has written. */
  seen(version: number): void
  /** Null when that was seen to not long ago; else resolves when it has been. */
  look(): Promise<void> | null
}

/**
 * @param sql the writer's handle: what it writes itself does not change the version that it sees
 * @param busy true while it is at work, which sees to it by itself, or waits for somebody else's lock
 */
export function createGuests(sql: Sql, now: () => number, busy: () => boolean, forget: () => void): Guests {
  let version: number | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | null = null

  function seen(current: number): void {
    if (version !== null && current !== version) forget()
    version = current
    lookedAt = now()
  }

  async function ask(): Promise<void> {
    try {
      const [row] = await sql.rows('PRAGMA data_version')
      seen(Number(row?.data_version))
    } finally {
      looking = null
    }
  }

  return {
    seen,
    look() {
      if (now() - lookedAt < LOOK_EVERY_MS || busy()) return null
      looking ??= ask()
      return looking
    },
  }
}
