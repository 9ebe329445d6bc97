// Which name and picture an account shows when WeChat gives new ones.
import type { Profile, SourcedProfile } from '../ports.js'

/** What WeChat hands out instead of a name and a picture since its privacy changes. */
const PLACEHOLDER_NAME = '微信用户'
const PLACEHOLDER_AVATAR =
  'POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg'

/**
 * The profile to store, or null when nothing gets better: an empty or placeholder value never replaces a real one.
 * @param from the app it came by (its key) and when
 */
export function chooseProfile(
  current: SourcedProfile,
  incoming: Profile,
  from: { readonly source: string; readonly at: number },
): SourcedProfile | null {
  const name = incoming.nickname === PLACEHOLDER_NAME ? '' : incoming.nickname
  const avatar = incoming.avatarUrl.includes(PLACEHOLDER_AVATAR) ? '' : incoming.avatarUrl
  const named = name !== '' && name !== current.nickname
  const pictured = avatar !== '' && avatar !== current.avatarUrl
  if (!named && !pictured) return null
  const { nickname, nicknameSource, nicknameAt, avatarUrl, avatarSource, avatarAt } = current
  return {
    ...(named
      ? { nickname: name, nicknameSource: from.source, nicknameAt: from.at }
      : { nickname, nicknameSource, nicknameAt }),
    ...(pictured
      ? { avatarUrl: avatar, avatarSource: from.source, avatarAt: from.at }
      : { avatarUrl, avatarSource, avatarAt }),
  }
}

/** The profile without what came by this app; null when nothing did. */
export function withoutSource(current: SourcedProfile, source: string): SourcedProfile | null {
  const named = current.nicknameSource === source
  const pictured = current.avatarSource === source
  if (!named && !pictured) return null
  const { nickname, nicknameSource, nicknameAt, avatarUrl, avatarSource, avatarAt } = current
  return {
    ...(named ? { nickname: '', nicknameSource: null, nicknameAt: null } : { nickname, nicknameSource, nicknameAt }),
    ...(pictured ? { avatarUrl: '', avatarSource: null, avatarAt: null } : { avatarUrl, avatarSource, avatarAt }),
  }
}

/** Nothing, from nowhere. */
export const NO_PROFILE: SourcedProfile = {
  nickname: '',
  nicknameSource: null,
  nicknameAt: null,
  avatarUrl: '',
  avatarSource: null,
  avatarAt: null,
}
