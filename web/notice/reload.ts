// A page that reloads itself must know when to stop.

const RELOADS = 5
/** Two reloads this close belong to one wait. */
const WITHIN_MS = 20_000

/**
 * Counts one more automatic reload of `path` in `storage`; false once there have been enough, or if it cannot count.
 */
export function reloadsLeft(storage: Pick<Storage, 'getItem' | 'setItem'>, path: string, now = Date.now()): boolean {
  try {
    const [of, count, at] = String(storage.getItem('saoma.reloads')).split(' ')
    const before = of === path && now - Number(at) < WITHIN_MS ? Number(count) : 0
    if (!(before < RELOADS)) return false
    storage.setItem('saoma.reloads', `${path} ${before + 1} ${now}`)
    return true
  } catch {
    return false
  }
}
