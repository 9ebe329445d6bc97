// The table of a page's reducer: what every event makes of every state, a line each, to be read by people.

/** Nothing to fulfil where `T` has every type of event; else a key that says which one it lacks. */
type Complete<E extends { readonly type: string }, T extends Readonly<Record<string, E>>> = [
  Exclude<E['type'], T[keyof T]['type']>,
] extends [never]
  ? unknown
  : { readonly missing: Exclude<E['type'], T[keyof T]['type']> }

/**
 * One line a state: the events that change it, and what to; whatever a line does not name changes nothing.
 * @param events every type of event at least once, or it does not compile
 * @param told a state in a word or two
 */
export function everyEvent<S, E extends { readonly type: string }, const T extends Readonly<Record<string, E>>>(
  states: Readonly<Record<string, S>>,
  events: T & Complete<E, T>,
  reduce: (state: S, event: E) => S,
  told: (state: S) => string,
): string {
  const lines = Object.entries(states).map(([name, state]) => {
    const cells = Object.entries<E>(events).flatMap(([event, given]) => {
      const after = reduce(state, given)
      return after === state ? [] : [`${event} → ${told(after)}`]
    })
    return `${name}: ${cells.join(', ') || '-'}`
  })
  return lines.join('\n')
}
