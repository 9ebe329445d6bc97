// A map that forgets, so that a simulator under a benchmark does not grow without end.

export interface ExpiringMap<V> {
  get(key: string): V | undefined
  /** Keeps the entry for at least `keepMs` from now. */
  set(key: string, value: V): void
}

/** Entries vanish once they are older than `keepMs` by `now()`; the oldest are looked at whenever one is added. */
export function createExpiringMap<V>(now: () => number, keepMs: number): ExpiringMap<V> {
  const entries = new Map<string, { value: V; setAt: number }>()
  return {
    get: (key) => entries.get(key)?.value,
    set(key, value) {
      entries.delete(key)
      entries.set(key, { value, setAt: now() })
      for (const [old, { setAt }] of entries) {
        if (setAt + keepMs > now()) break
        entries.delete(old)
      }
    },
  }
}
