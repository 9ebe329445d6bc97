// What the pages use of `zod/mini`, in one kilobyte instead of eight: the build puts this in its place. It reads what the
// schemas of shared/ describe, exactly as zod does (a property test compares them), and says of anything else only that.

type Outcome = { readonly success: true; readonly data: unknown } | { readonly success: false }
type Check = (value: string) => boolean

interface Schema {
  /** The value as the schema has it, without what it does not name; never throws. */
  safeParse(value: unknown): Outcome
  check(...checks: readonly Check[]): Schema
  readonly shape: Shape
  /** Whether a key may be missing altogether. */
  readonly omissible: boolean
}
type Shape = Readonly<Record<string, Schema>>

const NO: Outcome = { success: false }
const yes = (data: unknown): Outcome => ({ success: true, data })

/* @__NO_SIDE_EFFECTS__ */
function schema(safeParse: (value: unknown) => Outcome, more: Partial<Schema> = {}): Schema {
  const check = (...checks: readonly Check[]): Schema =>
    schema((value) => {
      const outcome = safeParse(value)
      return outcome.success && checks.every((holds) => holds(String(outcome.data))) ? outcome : NO
    }, more)
  return { safeParse, check, shape: {}, omissible: false, ...more }
}

/* @__NO_SIDE_EFFECTS__ */
function whenever(holds: (value: unknown) => boolean): Schema {
  return schema((value) => (holds(value) ? yes(value) : NO))
}

/* @__NO_SIDE_EFFECTS__ */
function keyed(shape: Shape, strict: boolean): Schema {
  const read = (value: unknown): Outcome => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO
    const given = value as Readonly<Record<string, unknown>>
    if (strict && Object.keys(given).some((key) => !Object.keys(shape).includes(key))) return NO
    const data: Record<string, unknown> = {}
    for (const [key, one] of Object.entries(shape)) {
      const outcome = one.safeParse(given[key])
      if (!outcome.success) return NO
      if (key in given || outcome.data !== undefined) data[key] = outcome.data
      else if (!one.omissible) return NO
    }
    return yes(data)
  }
  return schema(read, { shape })
}

/* @__NO_SIDE_EFFECTS__ */
export const string = (): Schema => whenever((value) => typeof value === 'string')
/* @__NO_SIDE_EFFECTS__ */
export const number = (): Schema => whenever(Number.isFinite)
/* @__NO_SIDE_EFFECTS__ */
export const boolean = (): Schema => whenever((value) => typeof value === 'boolean')
/* @__NO_SIDE_EFFECTS__ */
export const unknown = (): Schema => schema(yes, { omissible: true })
/* @__NO_SIDE_EFFECTS__ */
export const literal = (only: unknown): Schema => whenever((value) => value === only)
/* @__NO_SIDE_EFFECTS__ */
const oneOf = (values: readonly unknown[]): Schema => whenever((value) => values.includes(value))

export { oneOf as enum }
/* @__NO_SIDE_EFFECTS__ */
export const nullable = (inner: Schema): Schema =>
  schema((value) => (value === null ? yes(null) : inner.safeParse(value)), { omissible: inner.omissible })
/* @__NO_SIDE_EFFECTS__ */
export const optional = (inner: Schema): Schema =>
  schema((value) => (value === undefined ? yes(undefined) : inner.safeParse(value)), { omissible: true })
/* @__NO_SIDE_EFFECTS__ */
export const object = (shape: Shape): Schema => keyed(shape, false)
/* @__NO_SIDE_EFFECTS__ */
export const strictObject = (shape: Shape): Schema => keyed(shape, true)

/* @__NO_SIDE_EFFECTS__ */
export function array(inner: Schema): Schema {
  return schema((value) => {
    if (!Array.isArray(value)) return NO
    const data: unknown[] = []
    for (const item of value) {
      const outcome = inner.safeParse(item)
      if (!outcome.success) return NO
      data.push(outcome.data)
    }
    return yes(data)
  })
}

/* @__NO_SIDE_EFFECTS__ */
export function record(_key: Schema, inner: Schema): Schema {
  return schema((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO
    const data: Record<string, unknown> = {}
    for (const [key, one] of Object.entries(value)) {
      const outcome = inner.safeParse(one)
      if (!outcome.success) return NO
      data[key] = outcome.data
    }
    return yes(data)
  })
}

/* @__NO_SIDE_EFFECTS__ */
export function discriminatedUnion(_key: string, options: readonly Schema[]): Schema {
  return schema((value) => options.map((one) => one.safeParse(value)).find((outcome) => outcome.success) ?? NO)
}

export const maxLength =
  (most: number): Check =>
  (value) =>
    value.length <= most
export const minLength =
  (least: number): Check =>
  (value) =>
    value.length >= least
export const regex =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value)
