// What the ports of one job share.
import type { Tx } from '#server/core/ports.js'
import type { Row, Sql } from '../sql.js'
import type { JobSql } from '../writer.js'
import type { Workspace } from './workspace.js'

export interface Job {
  readonly workspace: Workspace
  readonly sql: JobSql
  /** The ports as they are on every database, made when first asked for. */
  readonly cold: () => Tx
}

/** A port whose methods are those of `hot` and, for all that it lacks, those of the port as it is on every database. */
export function over<Port extends object, Hot extends Partial<Port>>(hot: Hot, cold: () => Port): Port {
  const get = (_: Hot, name: string | symbol) => Reflect.get(name in hot ? hot : cold(), name)
  return new Proxy(hot, { get }) as unknown as Port
}

/** The first row of what no job of this group can have changed. @throws DatabaseError */
export async function peekRow(sql: JobSql, text: string, bind: Parameters<Sql['rows']>[1]): Promise<Row | null> {
  const [row] = await sql.peek(text, bind)
  return row ?? null
}
