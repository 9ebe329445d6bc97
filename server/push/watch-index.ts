// Who watches what: several watchers of one id, and nothing kept for an id that nobody watches.

export interface WatchIndex<W> {
  /** Returns the function that takes the watcher out again. */
  add(id: string, watcher: W): () => void
  has(id: string): boolean
  of(id: string): Iterable<W>
  ids(): string[]
  /** Ids, not watchers. */
  size(): number
}

export function createWatchIndex<W>(): WatchIndex<W> {
  const byId = new Map<string, Set<W>>()
  return {
    add(id, watcher) {
      const watchers = byId.get(id) ?? new Set<W>()
      byId.set(id, watchers.add(watcher))
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) byId.delete(id)
      }
    },
    has: (id) => byId.has(id),
    of: (id) => byId.get(id) ?? [],
    ids: () => [...byId.keys()],
    size: () => byId.size,
  }
}

/** Ids in portions, so that one reading of very many does not hold up everybody else. */
export function portions<T>(ids: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size))
}
