// .env.example is the list of what the server reads: no variable more, none less, and it loads.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Env, load, problems } from './load.js'

const LINES = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n')
const SETTING = /^#?([A-Z][A-Z0-9_]*)=(.*)$/
const settings = LINES.flatMap((line) => {
  const [, name, value] = SETTING.exec(line) ?? []
  return name === undefined || value === undefined ? [] : [{ name, value }]
})

test('it names exactly the variables that are read, each once', () => {
  const read = new Set<string>()
  const env = new Proxy<Env>(
    {},
    {
      get(_, name) {
        read.add(String(name))
        return undefined
      },
    },
  )
  load(env)
  expect(settings.map(({ name }) => name).toSorted()).toEqual([...read].toSorted())
})

test('every variable stands below a comment about it', () => {
  const bare = LINES.filter((line, index) => {
    if (!SETTING.test(line)) return false
    let above = index - 1
    while (SETTING.test(LINES[above] ?? '')) above -= 1
    return !/^# \S/.test(LINES[above] ?? '')
  })
  expect(bare).toEqual([])
})

test('nothing is set by it as it is, and no value that it shows is refused, but for Redis and what is left to fill in', () => {
  expect(LINES.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
  const shown = settings.filter(({ name }) => !/_FILE$|^REDIS_URL$|^WECHAT_APPS$|^SIMULATOR$|^NODE_ENV$/.test(name))
  expect(problems(Object.fromEntries(shown.map(({ name, value }) => [name, value])))).toEqual([])
})
