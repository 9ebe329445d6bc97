// What the tests of the configuration load it with.
import { type Config, ConfigError, loadConfig } from '#server/config.js'

export type Env = Record<string, string | undefined>

/** A website app bound to an Open Platform account, and an official one. */
export const PC = { key: 'pc', kind: 'website', appid: 'wx01', secret: 's1', openPlatform: 'main' }
export const MP = { key: 'mp', kind: 'official', appid: 'wx02', secret: 's2', openPlatform: 'main' }
export const KEY = 'a-key-for-tests-that-is-long-enough-0123'

/** WECHAT_APPS with these. */
export function apps(...list: unknown[]): { WECHAT_APPS: string } {
  return { WECHAT_APPS: JSON.stringify(list) }
}

/** What a production server cannot do without. */
export const PRODUCTION: Env = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://login.example.com',
  SESSION_KEYS: KEY,
  ...apps(PC, MP),
}

/** The configuration, on a disk that holds these files and no others. */
export function load(env: Env, files: Readonly<Record<string, string>> = {}): Config {
  return loadConfig(env, {
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
      return text
    },
  })
}

/** The error with which this environment is refused. @throws Error when it is not */
export function refusal(env: Env, files?: Readonly<Record<string, string>>): ConfigError {
  try {
    load(env, files)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error(`not refused: ${Object.keys(env).join(', ')}`)
}

/** The names with which the lines of a refusal begin; none when the environment is accepted. */
export function blamed(env: Env, files?: Readonly<Record<string, string>>): string[] {
  try {
    load(env, files)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.slice(0, problem.indexOf(' ')))
    throw error
  }
}
