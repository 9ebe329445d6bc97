// How many keys are counted one by one. Whoever owns a large network has millions of keys to spend, and each would cost
// memory: beyond a number, strangers are counted together.

/** Whom a counter belongs to. */
export interface Key {
  readonly id: string
  /** With whom it is counted when there are too many; null: then it is not counted, because another counter is there. */
  readonly around: string | null
}

export interface Crowd {
  /** The id itself while there is room; then that of its surroundings, in the end everybody's. Null: not to be counted. */
  counted(key: Key): string | null
}

/** Longer than a minute's counter lives, so that no key is counted afresh while its counter stands. */
const TURN_MS = 61_000
const EVERYBODY = 'everybody'

/** Remembers ids for one to two minutes: at most `most`, and as many surroundings. @param now monotonic milliseconds */
export function createCrowd(most: number, now: () => number = () => performance.now()): Crowd {
  let recent = new Set<string>()
  let earlier = new Set<string>()
  let turnedAt = now()

  function admitted(id: string, room: number): boolean {
    if (recent.has(id)) return true
    if (recent.size + (earlier.has(id) ? 0 : earlier.size) >= room) return false
    recent.add(id)
    return true
  }

  return {
    counted({ id, around }) {
      const passed = now() - turnedAt
      if (passed >= TURN_MS) {
        earlier = passed >= 2 * TURN_MS ? new Set() : recent
        recent = new Set()
        turnedAt = now()
      }
      if (admitted(id, most)) return id
      if (around === null) return null
      return admitted(around, 2 * most) ? around : EVERYBODY
    },
  }
}
