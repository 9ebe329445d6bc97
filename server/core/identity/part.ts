// Whose is what, when a merge is undone. Pure: a question of what the records of merges say.
import type { Belongings, IdentityRecord, MergeRecord, SessionRecord } from '../ports.js'

export interface Together {
  readonly merge: MergeRecord
  /** The other merges that made the holder what it is, and stand. */
  readonly others: readonly MergeRecord[]
  /** What the holder did not get by this merge: its own, and what came with other accounts. */
  readonly own: readonly Belongings[]
  /** All that the holder has today. */
  readonly identities: readonly IdentityRecord[]
  readonly unionids: Belongings['unionids']
  readonly sessions: readonly SessionRecord[]
}

export interface Parting {
  /** The loser's. */
  readonly back: Belongings
  /** They were told a unionid that is the other one's: they ask again the next time. */
  readonly forgetful: readonly IdentityRecord[]
  /** Came since, and nothing shows whose they are. */
  readonly unclear: readonly IdentityRecord[]
  /** Begun since: nobody can say by which of the two. */
  readonly since: readonly string[]
  /** A merge of the holder that rests on what is the loser's: it is to be undone first. */
  readonly restsOn: MergeRecord | null
}

type Side = 'holder' | 'loser' | 'unclear'
type Named = Pick<IdentityRecord, 'appid' | 'openid'>
type Tied = Belongings['unionids'][number]

const isIdentity =
  (one: Named) =>
  ({ appid, openid }: Named) =>
    appid === one.appid && openid === one.openid
const isUnionid =
  (one: Tied) =>
  ({ platform, unionid }: Tied) =>
    platform === one.platform && unionid === one.unionid

/**
 * What was written down as one's at the merge is that one's. What came since goes by its proof: a unionid to who proves
 * it, a new identity to whom its unionid goes. An identity that was one's before the merge stays, whatever it was told since.
 */
export function part(together: Together): Parting {
  const { merge, others, own, identities, unionids, sessions } = together
  // Old records do not say what the survivor had: there, time has to.
  const exact = [merge, ...others].every(({ kept }) => kept !== null)

  const recorded = (identity: IdentityRecord): Side => {
    if (own.some((has) => has.identities.some(isIdentity(identity)))) return 'holder'
    if (merge.identities.some(isIdentity(identity))) return 'loser'
    return !exact && identity.createdAt < merge.mergedAt ? 'holder' : 'unclear'
  }
  const unionidSide = (tied: Tied): Side => {
    if (own.some((has) => has.unionids.some(isUnionid(tied)))) return 'holder'
    if (merge.unionids.some(isUnionid(tied))) return 'loser'
    const sides = identities.filter((identity) => proves(identity, tied)).map(recorded)
    return sides.find((side) => side === 'holder') ?? sides.find((side) => side === 'loser') ?? 'unclear'
  }
  const tiedSides = new Map(unionids.map((tied) => [tied, unionidSide(tied)]))
  const proven = (identity: IdentityRecord): Side =>
    unionids.flatMap((tied) => (proves(identity, tied) ? [tiedSides.get(tied)] : []))[0] ?? 'unclear'
  const sides = new Map(
    identities.map((identity) => {
      const side = recorded(identity)
      return [identity, side === 'unclear' ? proven(identity) : side]
    }),
  )

  const begun = ({ id, createdAt }: SessionRecord): Side => {
    if (own.some((has) => has.sessions.includes(id))) return 'holder'
    if (merge.sessions.includes(id)) return 'loser'
    return !exact && createdAt < merge.mergedAt ? 'holder' : 'unclear'
  }
  const whose = (side: Side) => identities.filter((identity) => sides.get(identity) === side)
  const away = unionids.filter((tied) => tiedSides.get(tied) === 'loser')
  const restsOn = others.find(
    ({ cause }) => whose('loser').some(isIdentity(cause)) || away.some(({ unionid }) => unionid === cause.unionid),
  )
  return {
    back: {
      identities: whose('loser').map(({ appid, openid }) => ({ appid, openid })),
      unionids: away,
      sessions: sessions.filter((session) => begun(session) === 'loser').map(({ id }) => id),
    },
    forgetful: identities.filter(
      (identity) =>
        identity.unionid !== null && sides.get(identity) !== 'unclear' && proven(identity) !== sides.get(identity),
    ),
    unclear: whose('unclear'),
    since: sessions.filter((session) => begun(session) === 'unclear').map(({ id }) => id),
    restsOn: restsOn ?? null,
  }
}

function proves({ platform, unionid }: IdentityRecord, tied: Tied): boolean {
  return platform === tied.platform && unionid === tied.unionid
}
