// What the texts claim of security: each claim names a test, the file is there, and the test is in it.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { section } from './tables.js'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const claims = section(read('shared/SECURITY.md'), '## Claimed')
  .split('\n')
  .filter((line) => /^\| (?!claim|---)/.test(line))

describe('claims of security', () => {
  test('there are some', () => expect(claims.length).toBeGreaterThan(10))

  test.each(claims)('%s', (line) => {
    const [, name = '', path = ''] = /\| \[(.+)\]\(\.\.\/(test\/[\w/-]+\.test\.ts)\) \|$/.exec(line) ?? []
    expect(path).not.toBe('')
    expect(existsSync(new URL(path, root)), path).toBe(true)
    const titles = [...read(path).matchAll(/\b(?:test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['`])(.*?)\1,/g)].map(
      ([, , title]) => title,
    )
    expect(titles.filter((title) => title?.includes(name))).not.toEqual([])
  })
})

test.each(['README.md', 'README.zh.md'])('every test that %s links to is there', (file) => {
  const linked = [...read(file).matchAll(/\]\((test\/[^)#]+)\)/g)].map(([, path = '']) => path)
  expect(linked.length).toBeGreaterThan(6)
  for (const path of linked) expect(existsSync(new URL(path, root)), path).toBe(true)
})

test('both READMEs link to the same tests', () => {
  const linked = (file: string) => [...read(file).matchAll(/\]\((test\/[^)#]+)\)/g)].map(([, path]) => path)
  expect(linked('README.zh.md').sort()).toEqual(linked('README.md').sort())
})
