// Finds out which peers are gone. All sockets share one timer, but are pinged in slices: pinging everybody at once would
// hold the event loop for a fifth of a second at twenty thousand sockets.
import type { Schedule } from './schedule.js'

export interface Peer {
  ping(): void
  terminate(): void
}

const SLICES = 100

/** Every peer is pinged once in `pingMs`; one that has not answered `pongMs` later is terminated. `pongMs < pingMs`. */
export function createHeartbeat(schedule: Schedule, timing: { pingMs: number; pongMs: number }) {
  const slices = Array.from({ length: SLICES }, () => new Set<Peer>())
  const unanswered = new Set<Peer>()
  const grace = Math.min(SLICES - 1, Math.ceil((timing.pongMs / timing.pingMs) * SLICES))
  let now = 0
  let joining = 0
  let peers = 0
  let cancel: (() => void) | null = null

  function beat(): void {
    now = (now + 1) % SLICES
    for (const peer of slices[(now + SLICES - grace) % SLICES] ?? []) if (unanswered.delete(peer)) peer.terminate()
    for (const peer of slices[now] ?? []) {
      unanswered.add(peer)
      peer.ping()
    }
    cancel = schedule.after(timing.pingMs / SLICES, beat)
  }

  return {
    /**
     * Slices are filled in turn, so that a burst of arrivals does not become a burst of pings.
     * @returns the number of the peer's slice, by which it is removed
     */
    add(peer: Peer): number {
      joining = (joining + 1) % SLICES
      slices[joining]?.add(peer)
      peers += 1
      cancel ??= schedule.after(timing.pingMs / SLICES, beat)
      return joining
    },
    /** The peer has answered. */
    pong: (peer: Peer): void => void unanswered.delete(peer),
    /** The peer is gone. The last one to go takes the timer with it. */
    remove(peer: Peer, slice: number): void {
      if (!slices[slice]?.delete(peer)) return
      unanswered.delete(peer)
      peers -= 1
      if (peers > 0) return
      cancel?.()
      cancel = null
    },
  }
}
