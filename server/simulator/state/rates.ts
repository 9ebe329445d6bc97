// How often something happened in the last minute, by name.

export interface Rates {
  /** Counts one more unless `most` have happened in the last minute; then false. */
  count(name: string, most: number): boolean
}

/** Nothing counted yet. */
export function createRates(now: () => number): Rates {
  const times = new Map<string, number[]>()
  return {
    count(name, most) {
      const recent = (times.get(name) ?? []).filter((at) => at > now() - 60_000)
      times.set(name, recent)
      if (recent.length >= most) return false
      recent.push(now())
      return true
    },
  }
}
