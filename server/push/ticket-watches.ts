// The tickets that sockets wait for. Whatever brings news, a hint, the safety net or a ticket's own end, the store is
// read again and a watcher is told only what is newer than what it knows.

import type { Clock, Log } from '#server/core/ports.js'
import { isFinal, type Qr, type Ticket } from '#shared/ticket.js'
import { createBatch } from './batch.js'
import type { LiveBackend } from './live-ports.js'
import type { Schedule } from './schedule.js'
import { createWatchIndex, portions } from './watch-index.js'

/** A ticket is read again this long after its end, lest a timer that runs early finds it alive. */
const AFTER_EXPIRY_MS = 10

export interface TicketWatcher {
  /** `qr` comes with attaching, or with the news that WeChat's own code is there. */
  tell(ticket: Ticket, qr: Qr | null): void
  /** The ticket is not this visitor's, or there is none. */
  refuse(): void
}

export interface TicketWatches<V> {
  /** Attaches, then tells of every change until the ticket is final. Returns the function that ends it. */
  watch(id: string, visitor: V, watcher: TicketWatcher): () => void
  hint(id: string, version: number): void
  /** Reads everything watched, and attaches what could not be attached yet. Never rejects. */
  readAll(): Promise<void>
  size(): number
}

interface Watch {
  readonly watcher: TicketWatcher
  /** What the watcher was told last; null until it is attached. Before that it is told nothing. */
  known: Pick<Ticket, 'version' | 'status' | 'expiresAt'> | null
  /** A hint came while it was being attached. */
  stale: boolean
  /** Set while the last attempt to attach has failed. */
  attachAgain: (() => Promise<void>) | null
  over: boolean
  leave(): void
  cancelExpiry(): void
}

/** @param deps `horizonMs`: a ticket that ends within this time gets a timer of its own; the safety net sees the rest */
export function createTicketWatches<V>(deps: {
  backend: LiveBackend<V>
  schedule: Schedule
  clock: Clock
  log: Log
  horizonMs: number
  /** Told how long it took from a hint to each page that it concerned, in milliseconds. */
  pushed?: ((ms: number) => void) | undefined
}): TicketWatches<V> {
  const { backend, schedule, clock, log } = deps
  const watches = createWatchIndex<Watch>()
  /** When the news came of what is being read. */
  const hinted = new Map<string, number>()
  const batch = createBatch(schedule, (ids) => read(ids.filter(watches.has)))

  async function read(ids: readonly string[]): Promise<void> {
    const newsAt = new Map(ids.map((id) => [id, hinted.get(id)]))
    for (const id of ids) hinted.delete(id)
    try {
      for (const portion of portions(ids)) {
        for (const { ticket, qr } of await backend.views(portion)) {
          for (const watch of watches.of(ticket.id)) {
            if (watch.known === null || !tell(watch, ticket, qr)) continue
            const at = newsAt.get(ticket.id)
            if (at !== undefined) deps.pushed?.(clock() - at)
          }
        }
      }
    } catch (error) {
      log.warn('live.read_failed', { error: String(error) })
    }
  }

  /** False when the watcher knows that already. */
  function tell(watch: Watch, ticket: Ticket, qr: () => Qr | null): boolean {
    if (watch.known !== null && !isNews(ticket, watch.known)) return false
    const { version, status, expiresAt } = ticket
    watch.known = { version, status, expiresAt }
    watch.cancelExpiry()
    if (isFinal(status)) close(watch)
    else awaitExpiry(ticket.id, watch)
    watch.watcher.tell(ticket, qr())
    return true
  }

  function awaitExpiry(id: string, watch: Watch): void {
    const left = (watch.known?.expiresAt ?? 0) - clock()
    if (left <= 0 || left > deps.horizonMs) return
    watch.cancelExpiry()
    watch.cancelExpiry = schedule.after(left + AFTER_EXPIRY_MS, () => batch.add(id))
  }

  function close(watch: Watch): void {
    watch.over = true
    watch.cancelExpiry()
    watch.leave()
  }

  return {
    watch(id, visitor, watcher) {
      const watch: Watch = {
        watcher,
        known: null,
        stale: false,
        attachAgain: null,
        over: false,
        leave: () => {},
        cancelExpiry: () => {},
      }
      // In the index before attaching, so that no hint of the meantime is missed.
      watch.leave = watches.add(id, watch)

      async function attach(): Promise<void> {
        watch.attachAgain = null
        try {
          const found = await backend.attach(id, visitor)
          if (watch.over) return
          if (found === null) {
            close(watch)
            watcher.refuse()
            return
          }
          tell(watch, found.ticket, () => found.qr)
          if (watch.stale && !watch.over) batch.add(id)
        } catch (error) {
          watch.attachAgain = attach
          log.warn('live.attach_failed', { error: String(error) })
        }
      }
      void attach()
      return () => close(watch)
    },

    hint(id, version) {
      for (const watch of watches.of(id)) {
        if (watch.known === null) watch.stale = true
        else if (version > watch.known.version) {
          if (!hinted.has(id)) hinted.set(id, clock())
          batch.add(id)
        }
      }
    },

    async readAll() {
      // A portion at a time: even to look at very many at once would hold everybody up.
      for (const portion of portions(watches.ids())) {
        const known: string[] = []
        for (const id of portion) {
          let attached = false
          for (const watch of watches.of(id)) {
            attached ||= watch.known !== null
            void watch.attachAgain?.()
            awaitExpiry(id, watch)
          }
          if (attached) known.push(id)
        }
        await read(known)
      }
    },

    size: watches.size,
  }
}

/** Versions only grow. At one version the status may still change once: an end that nobody wrote down, only time. */
function isNews(ticket: Ticket, known: Pick<Ticket, 'version' | 'status'>): boolean {
  return ticket.version > known.version || (ticket.version === known.version && ticket.status !== known.status)
}
