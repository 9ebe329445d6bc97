// The tables and lists of PROTOCOL.md are what the code says.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as api from '#shared/api.js'
import { ERRORS } from '#shared/errors.js'
import { CLOSE } from '#shared/live.js'
import * as ticket from '#shared/ticket.js'
import { errorRows, names, rows, section, shapes } from './tables.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const text = read('shared/PROTOCOL.md')

test('the table of error codes is the one generated from shared/errors', () => {
  expect(rows(section(text, '## 8. '))).toEqual(errorRows())
})

test('every error code is told where it may come', () => {
  const told = new Set(names(text.slice(0, text.indexOf('## 7. '))))
  expect(Object.keys(ERRORS).filter((code) => !told.has(code))).toEqual([])
})

test('the reasons are those of shared/ticket, in its order', () => {
  const list = section(text, '## 8. ').split("A ticket's `reason`: ")[1] ?? ''
  expect(names(list)).toEqual([...ticket.REASONS])
})

test('the statuses are those of shared/ticket, in its order', () => {
  const told = rows(section(text, '## 3. ')).map(([status = '']) => names(status)[0])
  expect(told).toEqual([...ticket.STATUSES])
})

test('the close codes are those of shared/live', () => {
  const told = rows(section(text, '## 6. ')).map(([code]) => Number(code))
  expect(told).toEqual(Object.values(CLOSE).sort((a, b) => a - b))
})

test('every route of app.ts is told of, and no other', () => {
  const routes = [...read('server/app.ts').matchAll(/(?:router|login)\.(get|post|delete)\('([^']+)'/g)]
  const served = routes.map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`)
  const told = text
    .match(/^##.*|^Pages for people.*/gm)
    ?.flatMap((line) => line.match(/(?:GET|POST|DELETE) \/[\w/:-]*(?:\.\w+)?/g) ?? [])
  expect(told?.sort()).toEqual(served.sort())
})

test('every route of the console is told of in CONSOLE.md, and no other', () => {
  const routes = [...read('server/operator-routes.ts').matchAll(/router\.(get|post|delete)\('([^']+)'/g)]
  const served = routes.map(([, method = '', path = '']) => `\`${method.toUpperCase()} ${path}\``)
  const told = rows(read('shared/CONSOLE.md')).map(([call]) => call)
  expect(told.sort()).toEqual(served.sort())
})

describe('the shapes are the schemas of shared', () => {
  const schemas = { ...api, ...ticket } as unknown as Record<string, { shape?: Record<string, Schema> } | undefined>
  for (const [name, told] of shapes(text)) {
    test(name, () => {
      const shape = schemas[name]?.shape ?? {}
      expect(told.sort()).toEqual(Object.entries(shape).map(describeField).sort())
    })
  }
  test('there are some', () => expect(shapes(text).size).toBeGreaterThan(5))
})

interface Schema {
  safeParse(value: unknown): { success: boolean }
}

function describeField([name, schema]: [string, Schema]): string {
  const missing = schema.safeParse(undefined).success ? '?' : ''
  return `${name}${missing}${schema.safeParse(null).success ? '|null' : ''}`
}

test('PROTOCOL.md is short enough to be read', () => {
  expect(text.split('\n').length).toBeLessThanOrEqual(740)
  expect(text.split('\n').filter((line) => line.length > 120 && !line.startsWith('|'))).toEqual([])
})
