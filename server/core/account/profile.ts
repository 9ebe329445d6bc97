// Which name and picture an account shows when WeChat gives new ones.
import type { Profile } from '../ports.js'

/** What WeChat hands out instead of a name and a picture since its privacy changes. */
const PLACEHOLDER_NAME = '微信用户'
const PLACEHOLDER_AVATAR =
  'POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg'

/**
 * The profile to store, or null when nothing gets better: an empty or placeholder value never replaces a real one.
 */
export function chooseProfile(current: Profile, incoming: Profile): Profile | null {
  const name = incoming.nickname === PLACEHOLDER_NAME ? '' : incoming.nickname
  const avatar = incoming.avatarUrl.includes(PLACEHOLDER_AVATAR) ? '' : incoming.avatarUrl
  const chosen = { nickname: name || current.nickname, avatarUrl: avatar || current.avatarUrl }
  return chosen.nickname === current.nickname && chosen.avatarUrl === current.avatarUrl ? null : chosen
}
