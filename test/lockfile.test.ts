// What `npm ci` asks of the lock file, checked before a fresh machine does.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const { packages } = JSON.parse(read('package-lock.json')) as Locked

test('every optional package is locked, those of other systems too: npm ci refuses a lock that lacks one', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  )
  expect(missing).toEqual([])
})

test('the lock names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/(?!opencollective|github|tidelift)[^"]*\/-\//)
})
