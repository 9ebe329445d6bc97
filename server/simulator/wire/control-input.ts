// Reads the JSON bodies of the control API strictly: a wrong name is an error, not a setting that quietly does nothing.
import type { SimContext } from './context.js'

/** A control request that cannot be carried out; the message says what is wrong with it. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
}

export interface ControlInput {
  /** True when the field is present. */
  has(name: string): boolean
  /** True when the field is present and null. */
  isNull(name: string): boolean
  /** A non-empty string. */
  text(name: string): string
  /** A string, possibly empty, or `fallback` when absent. */
  optionalText(name: string, fallback: string): string
  /** A string, or null, or `fallback` when absent. */
  nullableText(name: string, fallback: string | null): string | null
  flag(name: string, fallback: boolean): boolean
  /** A whole number, from `min` on if there is one. */
  integer(name: string, min?: number): number
  /** One of `choices`. */
  choice<T extends string>(name: string, choices: readonly T[]): T
  /** The object of this name, read as strictly with the fields it may have; null when it is absent. */
  part(name: string, allowed: readonly string[]): ControlInput | null
  /** Strings, or `fallback` when absent. */
  texts<T extends readonly string[] | null>(name: string, fallback: T): readonly string[] | T
}

/** The body of a control request: a JSON object with no other fields than `allowed`. @throws ControlError */
export function controlInput(ctx: SimContext, allowed: readonly string[]): ControlInput {
  return readFields(parse(ctx), allowed)
}

function readFields(body: Record<string, unknown>, allowed: readonly string[]): ControlInput {
  const unknown = Object.keys(body).filter((name) => !allowed.includes(name))
  if (unknown.length > 0) {
    throw new ControlError(`unknown field ${unknown.join(', ')}: this call takes ${allowed.join(', ')}`)
  }

  function check<T>(name: string, isGood: (value: unknown) => value is T, wanted: string): T {
    const value = body[name]
    if (isGood(value)) return value
    throw new ControlError(`${name} must be ${wanted}, not ${JSON.stringify(value) ?? 'missing'}`)
  }
  const isText = (value: unknown): value is string => typeof value === 'string'
  const has = (name: string) => body[name] !== undefined

  return {
    has,
    isNull: (name) => body[name] === null,
    text: (name) => check(name, (value): value is string => isText(value) && value !== '', 'a non-empty string'),
    optionalText: (name, fallback) => (has(name) ? check(name, isText, 'a string') : fallback),
    nullableText: (name, fallback) =>
      has(name)
        ? check(name, (value): value is string | null => value === null || isText(value), 'a string or null')
        : fallback,
    flag: (name, fallback) =>
      has(name) ? check(name, (value): value is boolean => typeof value === 'boolean', 'true or false') : fallback,
    integer: (name, min = Number.MIN_SAFE_INTEGER) =>
      check(
        name,
        (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= min,
        min === Number.MIN_SAFE_INTEGER ? 'a whole number' : `a whole number from ${min} on`,
      ),
    choice: <T extends string>(name: string, choices: readonly T[]) =>
      check(name, (value): value is T => choices.some((choice) => choice === value), `one of ${choices.join(', ')}`),
    part: (name, fields) => (has(name) ? readFields(check(name, isObject, 'an object'), fields) : null),
    texts: (name, fallback) =>
      has(name)
        ? check(name, (value): value is string[] => Array.isArray(value) && value.every(isText), 'a list of strings')
        : fallback,
  }
}

function parse(ctx: SimContext): Record<string, unknown> {
  // A page of another site cannot send this type without asking first.
  if (!ctx.is('application/json')) throw new ControlError('the content-type must be application/json')
  let body: unknown
  try {
    body = JSON.parse(ctx.state.body)
  } catch (error) {
    throw new ControlError(`the body is not JSON: ${String(error)}`)
  }
  if (!isObject(body)) throw new ControlError('the body must be a JSON object')
  return body
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
