// From a row to a record, column by column. A row that does not fit is a fault of ours and says where, not what.
import * as z from 'zod/mini'
import type { Device, Profile, Proof, TicketRecord } from '#server/core/ports.js'
import type { Row } from './sql.js'

/** A stored row that is not what the code expects. Names table and column; the value stays out of the log. */
export class RowError extends Error {
  override readonly name = 'RowError'

  constructor(table: string, column: string) {
    super(`${table}.${column} holds a value that does not fit`)
  }
}

const DeviceShape = z.object({
  browser: z.string(),
  os: z.string(),
  address: z.string(),
  place: z.nullable(z.string()),
})
/** What stands where a device was forgotten. */
export const NO_DEVICE = JSON.stringify({ browser: '', os: '', address: '', place: null } satisfies Device)

const ProfileShape = z.object({ nickname: z.string(), avatarUrl: z.string() })
const ProofShape = z.object({
  appKey: z.string(),
  appid: z.string(),
  platform: z.string(),
  openid: z.string(),
  unionid: z.nullable(z.string()),
  profile: z.nullable(ProfileShape),
  provedAt: z.number(),
})

const CodeShape = z.object({ content: z.string(), ref: z.nullable(z.string()) })

export interface RowReader {
  text(column: string): string
  textOrNull(column: string): string | null
  integer(column: string): number
  integerOrNull(column: string): number | null
  flag(column: string): boolean
  oneOf<T extends string>(column: string, values: readonly T[]): T
  oneOfOrNull<T extends string>(column: string, values: readonly T[]): T | null
  json<T>(column: string, shape: z.ZodMiniType<T>): T
  device(column: string): Device
  profileOrNull(column: string): Profile | null
  proofOrNull(column: string): Proof | null
  codeOrNull(column: string): TicketRecord['code']
}

/** Reads the columns of one row of `table`. Every method throws RowError where the value does not fit. */
export function readRow(table: string, row: Row): RowReader {
  const text = (column: string): string => {
    const value = row[column]
    if (typeof value !== 'string') throw new RowError(table, column)
    return value
  }
  const integer = (column: string): number => {
    const value = row[column]
    if (!Number.isSafeInteger(value)) throw new RowError(table, column)
    return Number(value)
  }
  const oneOf = <T extends string>(column: string, values: readonly T[]): T => {
    const value = text(column)
    const found = values.find((candidate) => candidate === value)
    if (found === undefined) throw new RowError(table, column)
    return found
  }
  const json = <T>(column: string, shape: z.ZodMiniType<T>): T => {
    const parsed = shape.safeParse(parseJson(text(column)))
    if (!parsed.success) throw new RowError(table, column)
    return parsed.data
  }
  const orNull = <T>(column: string, read: () => T): T | null => (row[column] === null ? null : read())
  return {
    text,
    textOrNull: (column) => orNull(column, () => text(column)),
    integer,
    integerOrNull: (column) => orNull(column, () => integer(column)),
    flag: (column) => integer(column) === 1,
    oneOf,
    oneOfOrNull: (column, values) => orNull(column, () => oneOf(column, values)),
    json,
    device: (column) => json(column, DeviceShape),
    profileOrNull: (column) => orNull(column, () => json(column, ProfileShape)),
    proofOrNull: (column) => orNull(column, () => json(column, ProofShape) as Proof),
    codeOrNull: (column) => orNull(column, () => json(column, CodeShape)),
  }
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
