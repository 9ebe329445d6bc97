// Who watches what: several watchers of one id, and nothing kept for an id that nobody watches.

export interface WatchIndex<W> {
  add(id: string, watcher: W): void
  /** Takes the watcher out again, if it is there. */
  remove(id: string, watcher: W): void
  has(id: string): boolean
  of(id: string): Iterable<W>
  ids(): string[]
  /** Ids, not watchers. */
  size(): number
}

export function createWatchIndex<W extends object>(): WatchIndex<W> {
  // Nearly every id has one watcher, who stands here alone: a set for each would be a tenth of what a page costs.
  const byId = new Map<string, W | Set<W>>()
  return {
    add(id, watcher) {
      const there = byId.get(id)
      if (there === undefined) byId.set(id, watcher)
      else if (there instanceof Set) there.add(watcher)
      else byId.set(id, new Set([there, watcher]))
    },
    remove(id, watcher) {
      const there = byId.get(id)
      if (there === watcher || (there instanceof Set && there.delete(watcher) && there.size === 0)) byId.delete(id)
    },
    has: (id) => byId.has(id),
    of(id) {
      const there = byId.get(id)
      if (there === undefined) return []
      return there instanceof Set ? there : [there]
    },
    ids: () => [...byId.keys()],
    size: () => byId.size,
  }
}

/** Ids in portions, so that one reading of very many does not hold up everybody else. */
export function portions<T>(ids: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size))
}
