// Variables that are not ours but look as if they were meant to be: WECHAT_APP, PUBLICURL.
import { type Environment, PLAIN_NAMES, SECRET_NAMES } from './reader.js'

const NAMES = [...PLAIN_NAMES, ...SECRET_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`)]

/** One sentence for each name in `env` that is one slip of the keyboard away from a name of ours which is not set. */
export function nearNames(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => !NAMES.includes(name))
    .flatMap((name) => {
      const meant = NAMES.find((ours) => env[ours] === undefined && alike(squeeze(name), squeeze(ours)))
      return meant === undefined ? [] : [`${name} is not a setting; was ${meant} meant?`]
    })
}

function squeeze(name: string): string {
  return name.replaceAll(/[_-]/g, '').toUpperCase()
}

/** Equal, or one character changed, added or left out. Short names have too many honest neighbours (PORT, PATH) for that. */
function alike(name: string, ours: string): boolean {
  if (name === ours) return true
  if (ours.length < 8 || Math.abs(name.length - ours.length) > 1) return false
  let start = 0
  while (start < name.length && name[start] === ours[start]) start++
  let end = 0
  while (end < Math.min(name.length, ours.length) - start && name.at(-1 - end) === ours.at(-1 - end)) end++
  return Math.max(name.length, ours.length) - start - end <= 1
}
