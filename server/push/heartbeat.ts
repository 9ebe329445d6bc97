// Finds out which peers are gone. All sockets share one timer, but are pinged in slices: pinging everybody at once would
// hold the event loop for a fifth of a second at twenty thousand sockets.
import type { Schedule } from './schedule.js'

export interface Peer {
  ping(): void
  terminate(): void
}

export interface Heartbeat {
  /** The first ping comes a whole interval later. */
  add(peer: Peer): Pulse
}

export interface Pulse {
  /** The peer has answered. */
  pong(): void
  /** To be called once when the peer is gone. */
  remove(): void
}

const SLICES = 100

/** Every peer is pinged once in `pingMs`; one that has not answered `pongMs` later is terminated. `pongMs < pingMs`. */
export function createHeartbeat(schedule: Schedule, timing: { pingMs: number; pongMs: number }): Heartbeat {
  const slices = Array.from({ length: SLICES }, () => new Set<Peer>())
  const unanswered = new Set<Peer>()
  const grace = Math.min(SLICES - 1, Math.ceil((timing.pongMs / timing.pingMs) * SLICES))
  let now = 0
  let peers = 0
  let cancel: (() => void) | null = null

  const slice = (at: number): Set<Peer> => slices[(at + SLICES) % SLICES] ?? new Set()

  function beat(): void {
    now = (now + 1) % SLICES
    for (const peer of slice(now - grace)) if (unanswered.delete(peer)) peer.terminate()
    for (const peer of slice(now)) {
      unanswered.add(peer)
      peer.ping()
    }
    cancel = schedule.after(timing.pingMs / SLICES, beat)
  }

  return {
    add(peer) {
      const own = slice(now).add(peer)
      peers += 1
      cancel ??= schedule.after(timing.pingMs / SLICES, beat)
      return {
        pong: () => void unanswered.delete(peer),
        remove() {
          if (!own.delete(peer)) return
          unanswered.delete(peer)
          peers -= 1
          if (peers > 0) return
          cancel?.()
          cancel = null
        },
      }
    },
  }
}
