// What stands in zod's place in the built pages reads what zod reads: the wire's own schemas, whatever is sent.
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as admin from '#shared/admin.js'
import * as api from '#shared/api.js'
import * as live from '#shared/live.js'
import * as ticket from '#shared/ticket.js'

interface Readable {
  safeParse(value: unknown): { success: boolean; data?: unknown }
}

let server: ViteDevServer
let ours: Readonly<Record<string, unknown>>
const theirs: Readonly<Record<string, unknown>> = { ...api, ...live, ...ticket, ...admin }

// The shared modules once more, as the pages' build has them.
beforeAll(async () => {
  const configFile = fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url))
  server = await createServer({
    configFile,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
  })
  const load = (name: string) =>
    server.ssrLoadModule(fileURLToPath(new URL(`../../shared/${name}.ts`, import.meta.url)))
  ours = { ...(await load('admin')), ...(await load('api')), ...(await load('live')), ...(await load('ticket')) }
})
afterAll(() => server.close())

const isReadable = (value: unknown): value is Readable =>
  typeof value === 'object' && value !== null && 'safeParse' in value
const names = Object.keys(theirs).filter((name) => isReadable(theirs[name]))

/** Words and numbers of the wire, so that what is drawn is now and then right. */
const leaf = fc.oneof(
  fc.constantFrom(
    ...ticket.METHODS,
    ...ticket.STATUSES,
    ...ticket.REASONS,
    'watch',
    'session',
    'ticket',
    'session.ended',
  ),
  fc.constantFrom('zh', 'en', 'native', 'browser', 'confirm', 'a'.repeat(16), 'a'.repeat(513), ''),
  fc.constantFrom(0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, [], {}),
)

/** A value that fits the schema, drawn from what zod knows of it. */
function fitting(schema: unknown): fc.Arbitrary<unknown> {
  const { def } = (schema as { _zod: { def: Record<string, unknown> } })._zod
  switch (def.type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(def.shape as object).map(([key, one]) => [key, fitting(one)])))
    case 'record':
      return fc.dictionary(fc.constantFrom('a', '40029', 'relay'), fitting(def.valueType), { maxKeys: 3 })
    case 'array':
      return fc.array(fitting(def.element), { maxLength: 3 })
    case 'nullable':
      return fc.option(fitting(def.innerType))
    case 'optional':
      return fc.option(fitting(def.innerType), { nil: undefined })
    case 'union':
      return fc.oneof(...(def.options as unknown[]).map(fitting))
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries as object))
    case 'literal':
      return fc.constantFrom(...(def.values as unknown[]))
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    default:
      return fc.constantFrom('a', 'a'.repeat(16), 'a'.repeat(40))
  }
}

/** The value with one thing in it changed, taken away or added, at any depth. */
function spoilt(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return leaf
  const keys = Object.keys(value)
  const changed = keys.map((key) =>
    spoilt((value as Record<string, unknown>)[key]).map((other) =>
      Array.isArray(value) ? value.map((item, i) => (String(i) === key ? other : item)) : { ...value, [key]: other },
    ),
  )
  const without = keys.map((key) =>
    fc.constant(Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))),
  )
  return fc.oneof(leaf, fc.constant({ ...value, constructor: 1, more: 'more' }), ...changed, ...without)
}

test('there is something to compare', () => expect(names.length).toBeGreaterThan(25))

test.each(names)('%s', (name) => {
  const zod = theirs[name] as Readable
  const mine = ours[name] as Readable
  let fitted = 0
  const same = (value: unknown): void => {
    const expected = zod.safeParse(value)
    const outcome = mine.safeParse(value)
    expect(outcome.success).toBe(expected.success)
    if (expected.success) {
      fitted++
      expect(outcome.data).toStrictEqual(expected.data)
    }
  }
  fc.assert(fc.property(fitting(zod), same), { numRuns: 50 })
  fc.assert(fc.property(fitting(zod).chain(spoilt), same), { numRuns: 150 })
  expect(fitted).toBeGreaterThan(20)
})
