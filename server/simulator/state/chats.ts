// What official accounts have said to each person, and what they are still expected to say.
import type { App } from './apps.js'
import type { Person } from './people.js'

export interface Message {
  /** Epoch milliseconds. */
  readonly at: number
  /** What the account answered; null: its server did not answer as it should have. */
  readonly text: string | null
}

export interface Chats {
  /** Oldest first. */
  messages(app: App, person: Person): readonly Message[]
  /** Shows what `answer` resolves to: a text, null for trouble, undefined for nothing. */
  expect(app: App, person: Person, answer: Promise<string | null | undefined>): void
  /** What was said is gone, as when the person unfollows. */
  forget(app: App, person: Person): void
  isExpecting(app: App, person: Person): boolean
  /** Resolves once nothing more is expected of what was when this was called. */
  settled(app: App, person: Person): Promise<void>
}

const KEEP = 100

/** Nothing has been said. */
export function createChats(now: () => number): Chats {
  const said = new Map<string, readonly Message[]>()
  const expected = new Map<string, Set<Promise<void>>>()
  const keyOf = (app: App, person: Person) => JSON.stringify([app.appid, person.name])

  return {
    messages: (app, person) => said.get(keyOf(app, person)) ?? [],
    expect(app, person, answer) {
      const key = keyOf(app, person)
      const waiting = expected.get(key) ?? new Set()
      expected.set(key, waiting)
      const arrival = answer.then((text) => {
        if (text !== undefined) said.set(key, [...(said.get(key) ?? []), { at: now(), text }].slice(-KEEP))
        waiting.delete(arrival)
      })
      waiting.add(arrival)
    },
    forget: (app, person) => void said.delete(keyOf(app, person)),
    isExpecting: (app, person) => (expected.get(keyOf(app, person))?.size ?? 0) > 0,
    async settled(app, person) {
      await Promise.all(expected.get(keyOf(app, person)) ?? [])
    },
  }
}
