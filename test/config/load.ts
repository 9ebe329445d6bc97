// What the tests of the configuration load it with.
import { type Config, ConfigError, loadConfig } from '#server/config.js'

export type Env = Record<string, string | undefined>

/** One website app and one official app, well-formed. */
export const PC = { key: 'pc', kind: 'website', appid: 'wx0000000000000001', secret: 'pc-secret' }
export const MP = { key: 'mp', kind: 'official', appid: 'wx0000000000000002', secret: 'mp-secret' }
export const KEY = 'a-key-for-tests-that-is-long-enough-0123'
/** What a production server cannot do without. */
export const PRODUCTION: Env = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://login.example.com',
  SESSION_KEYS: KEY,
  WECHAT_APPS: JSON.stringify([PC, MP]),
}

/** A disk that holds these files and no others. */
export function disk(files: Record<string, string> = {}): { readFile(path: string): string } {
  return {
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
      return text
    },
  }
}

export function load(env: Env = {}, files?: Record<string, string>): Config {
  return loadConfig(env, disk(files))
}

/** The lines that refuse this environment; none when it loads. */
export function problems(env: Env, files?: Record<string, string>): readonly string[] {
  try {
    load(env, files)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
