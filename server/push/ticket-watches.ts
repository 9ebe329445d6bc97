// The tickets that sockets wait for. Whatever brings news, a hint, the safety net or a ticket's own end, the store is
// read again and a watcher is told only what is newer than what it knows.

import type { Clock, Log } from '#server/core/ports.js'
import { isFinal, type Qr, type Ticket, type TicketStatus } from '#shared/ticket.js'
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
  /** Attaches, then tells of every change until the ticket is final. */
  watch(id: string, visitor: V, watcher: TicketWatcher): TicketWatch<V>
  /** Ends a watch; one that is over already stays so. */
  unwatch(watch: TicketWatch<V>): void
  hint(id: string, version: number): void
  /** Reads everything watched, and attaches what could not be attached yet. Never rejects. */
  readAll(): Promise<void>
  size(): number
}

/** For callers: what `watch` gave them. There are as many as pages that wait: one flat object each, and no closures. */
export interface TicketWatch<V> {
  readonly id: string
  readonly visitor: V
  readonly watcher: TicketWatcher
  /** Before that the watcher is told nothing. */
  attached: boolean
  /** What the watcher was told last, once it is attached. */
  version: number
  status: TicketStatus
  expiresAt: number
  /** A hint came while it was being attached. */
  stale: boolean
  /** The last attempt to attach has failed. */
  failed: boolean
  over: boolean
  cancelExpiry: (() => void) | null
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
  const watches = createWatchIndex<TicketWatch<V>>()
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
            if (!watch.attached || !tell(watch, ticket, qr)) continue
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
  function tell(watch: TicketWatch<V>, ticket: Ticket, qr: () => Qr | null): boolean {
    if (watch.attached && !isNews(ticket, watch)) return false
    const { version, status, expiresAt } = ticket
    watch.attached = true
    watch.version = version
    watch.status = status
    watch.expiresAt = expiresAt
    if (isFinal(status)) close(watch)
    else awaitExpiry(watch)
    watch.watcher.tell(ticket, qr())
    return true
  }

  /** Sets the timer anew, if it is time for one. */
  function awaitExpiry(watch: TicketWatch<V>): void {
    watch.cancelExpiry?.()
    watch.cancelExpiry = null
    const left = watch.expiresAt - clock()
    if (left <= 0 || left > deps.horizonMs) return
    watch.cancelExpiry = schedule.after(left + AFTER_EXPIRY_MS, () => batch.add(watch.id))
  }

  function close(watch: TicketWatch<V>): void {
    watch.over = true
    watch.cancelExpiry?.()
    watch.cancelExpiry = null
    watches.remove(watch.id, watch)
  }

  async function attach(watch: TicketWatch<V>): Promise<void> {
    watch.failed = false
    try {
      const found = await backend.attach(watch.id, watch.visitor)
      if (watch.over) return
      if (found === null) {
        close(watch)
        watch.watcher.refuse()
        return
      }
      tell(watch, found.ticket, () => found.qr)
      if (watch.stale && !watch.over) batch.add(watch.id)
    } catch (error) {
      watch.failed = true
      log.warn('live.attach_failed', { error: String(error) })
    }
  }

  return {
    watch(id, visitor, watcher) {
      const watch: TicketWatch<V> = {
        id,
        visitor,
        watcher,
        attached: false,
        version: 0,
        status: 'pending',
        expiresAt: 0,
        stale: false,
        failed: false,
        over: false,
        cancelExpiry: null,
      }
      // In the index before attaching, so that no hint of the meantime is missed.
      watches.add(id, watch)
      void attach(watch)
      return watch
    },

    unwatch: close,

    hint(id, version) {
      for (const watch of watches.of(id)) {
        if (!watch.attached) watch.stale = true
        else if (version > watch.version) {
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
            attached ||= watch.attached
            if (watch.failed) void attach(watch)
            awaitExpiry(watch)
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
