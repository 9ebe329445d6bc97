// Reads that come at the same time are one query.

/** Finds the values of so many keys at once; a key without a value is not in the answer. */
export type FindMany<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>

/** Once everything that has arrived by now was looked at. */
const soon = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** Finds one value. Whoever asks while a query is under way is part of the next. @throws what `findMany` throws */
export function createTogether<V>(findMany: FindMany<V>): (key: string) => Promise<V | null> {
  let next: { readonly keys: Set<string>; readonly values: Promise<ReadonlyMap<string, V>> } | null = null
  let last: Promise<unknown> = Promise.resolve()

  function begin() {
    const keys = new Set<string>()
    const values = last.then(soon).then(() => {
      next = null
      return findMany([...keys])
    })
    last = values.catch(() => undefined)
    return { keys, values }
  }

  return async (key) => {
    next ??= begin()
    next.keys.add(key)
    return (await next.values).get(key) ?? null
  }
}
