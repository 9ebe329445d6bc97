// Pictures that were fetched a short while ago, in memory: bounded by bytes, the least used go first. What could not be had
// is remembered, too, so that nobody makes us ask for it again and again.
import { AppError } from '#server/core/errors.js'
import type { Clock } from '#server/core/ports.js'
import type { Picture } from './picture.js'

const CACHE_LIMITS = {
  maxBytes: 32 * 1024 * 1024,
  freshMs: 24 * 3_600_000,
  failedMs: 60_000,
  /** Pictures that are being fetched at once; who wants one more is told to come again. */
  flights: 32,
} as const

/** What one entry costs beside its picture. */
const ENTRY_BYTES = 2_048

interface Entry {
  readonly picture: Picture | null
  readonly until: number
}

/**
 * A reader of pictures: from memory, or by `fetch`, which is asked once for all who want the same picture meanwhile.
 * @returns a function that rejects with AppError `busy` when too many others are being fetched
 */
export function createPictureCache(deps: {
  readonly fetch: (url: string) => Promise<Picture | null>
  readonly clock: Clock
  readonly limits?: Partial<Record<keyof typeof CACHE_LIMITS, number>>
}): (url: string) => Promise<Picture | null> {
  const { fetch, clock } = deps
  const { maxBytes, freshMs, failedMs, flights } = { ...CACHE_LIMITS, ...deps.limits }
  const entries = new Map<string, Entry>()
  const flying = new Map<string, Promise<Picture | null>>()
  let bytes = 0

  const forget = (url: string): void => {
    const entry = entries.get(url)
    if (entry && entries.delete(url)) bytes -= sizeOf(entry)
  }

  const keep = (url: string, picture: Picture | null): void => {
    forget(url)
    const entry = { picture, until: clock() + (picture === null ? failedMs : freshMs) }
    entries.set(url, entry)
    bytes += sizeOf(entry)
    for (const oldest of entries.keys()) {
      if (bytes <= maxBytes) break
      forget(oldest)
    }
  }

  const fly = async (url: string): Promise<Picture | null> => {
    try {
      const picture = await fetch(url)
      keep(url, picture)
      return picture
    } finally {
      flying.delete(url)
    }
  }

  return async (url) => {
    const entry = entries.get(url)
    if (entry && entry.until > clock()) {
      // The last of the map is the one used last.
      entries.delete(url)
      entries.set(url, entry)
      return entry.picture
    }
    const under = flying.get(url)
    if (under) return under
    if (flying.size >= flights) throw new AppError('busy', { details: { why: 'avatars' } })
    const flight = fly(url)
    flying.set(url, flight)
    return flight
  }
}

function sizeOf({ picture }: Entry): number {
  return ENTRY_BYTES + (picture?.body.length ?? 0)
}
