// Which name and picture an account shows: when WeChat gives new ones, when two accounts become one, when one is forgotten.
// Name and picture are chosen each for itself, with where it came from.
import type { Profile, SourcedProfile } from '../ports.js'

/** What WeChat hands out instead of a name and a picture since its privacy changes. */
const PLACEHOLDER_NAME = '微信用户'
const PLACEHOLDER_AVATAR =
  'POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg'

/** Nothing, from nowhere. */
export const NO_PROFILE: SourcedProfile = {
  nickname: '',
  nicknameSource: null,
  nicknameAt: null,
  avatarUrl: '',
  avatarSource: null,
  avatarAt: null,
}

const isName = (nickname: string): boolean => nickname !== '' && nickname !== PLACEHOLDER_NAME
const isPicture = (avatarUrl: string): boolean => avatarUrl !== '' && !avatarUrl.includes(PLACEHOLDER_AVATAR)

/** The name of one profile and the picture of another. */
function composed(named: SourcedProfile, pictured: SourcedProfile): SourcedProfile {
  const { nickname, nicknameSource, nicknameAt } = named
  const { avatarUrl, avatarSource, avatarAt } = pictured
  return { nickname, nicknameSource, nicknameAt, avatarUrl, avatarSource, avatarAt }
}

/**
 * The profile to store, or null when nothing gets better: an empty or placeholder value never replaces a real one.
 * @param from the app it came by (its key) and when
 */
export function chooseProfile(
  current: SourcedProfile,
  { nickname, avatarUrl }: Profile,
  { source, at }: { readonly source: string; readonly at: number },
): SourcedProfile | null {
  const named = isName(nickname) && nickname !== current.nickname
  const pictured = isPicture(avatarUrl) && avatarUrl !== current.avatarUrl
  if (!named && !pictured) return null
  const incoming: SourcedProfile = {
    ...{ nickname, nicknameSource: source, nicknameAt: at },
    ...{ avatarUrl, avatarSource: source, avatarAt: at },
  }
  return composed(named ? incoming : current, pictured ? incoming : current)
}

/** What a survivor shows: its own where that is real, else the loser's where that is. Null when nothing changes. */
export function mergeProfiles(survivor: SourcedProfile, loser: SourcedProfile): SourcedProfile | null {
  const named = !isName(survivor.nickname) && isName(loser.nickname)
  const pictured = !isPicture(survivor.avatarUrl) && isPicture(loser.avatarUrl)
  if (!named && !pictured) return null
  return composed(named ? loser : survivor, pictured ? loser : survivor)
}

/**
 * What an account shows once a merge was undone: not what it took over from the other, nor what came since, which may be
 * either's. Null when nothing changes.
 */
export function splitProfile(holder: SourcedProfile, loser: SourcedProfile, mergedAt: number): SourcedProfile | null {
  const [name, picture] = [nameOf(holder), pictureOf(holder)]
  const named = (name.at ?? 0) >= mergedAt || same(name, nameOf(loser))
  const pictured = (picture.at ?? 0) >= mergedAt || same(picture, pictureOf(loser))
  return without(holder, named, pictured)
}

/** The profile without what came by this app; null when nothing did. */
export function withoutSource(current: SourcedProfile, source: string): SourcedProfile | null {
  return without(current, current.nicknameSource === source, current.avatarSource === source)
}

function without(current: SourcedProfile, named: boolean, pictured: boolean): SourcedProfile | null {
  if (!named && !pictured) return null
  return composed(named ? NO_PROFILE : current, pictured ? NO_PROFILE : current)
}

interface Value {
  readonly text: string
  readonly source: string | null
  readonly at: number | null
}

const nameOf = (profile: SourcedProfile): Value => ({
  text: profile.nickname,
  source: profile.nicknameSource,
  at: profile.nicknameAt,
})
const pictureOf = (profile: SourcedProfile): Value => ({
  text: profile.avatarUrl,
  source: profile.avatarSource,
  at: profile.avatarAt,
})

function same(one: Value, other: Value): boolean {
  return one.text !== '' && one.text === other.text && one.source === other.source && one.at === other.at
}
