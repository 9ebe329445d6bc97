// Who follows which official account, and how they came to.
import type { App } from './apps.js'
import type { Person } from './people.js'

export interface Following {
  /** Epoch milliseconds. */
  readonly since: number
  /** The scene of the code that led here; null when no code did. A number where the code was made with one. */
  readonly scene: string | number | null
}

export interface Followers {
  find(app: App, person: Person): Following | null
  /** Follows, or leaves it at that when they follow already. */
  follow(app: App, person: Person, scene: Following['scene']): void
  unfollow(app: App, person: Person): void
}

/** Nobody follows anything yet. */
export function createFollowers(now: () => number): Followers {
  const following = new Map<string, Following>()
  const keyOf = (app: App, person: Person) => JSON.stringify([app.appid, person.name])
  return {
    find: (app, person) => following.get(keyOf(app, person)) ?? null,
    follow(app, person, scene) {
      const key = keyOf(app, person)
      if (!following.has(key)) following.set(key, { since: now(), scene })
    },
    unfollow: (app, person) => void following.delete(keyOf(app, person)),
  }
}
