// The bus of several nodes: a hint reaches this node's listeners at once, and those of others by one message on one channel.
// Whoever can write to Redis can write there: what comes in is measured before it is read, and can only make us look again.
import * as z from 'zod'
import type { Bus, Hint, Meter } from '#server/core/ports.js'
import { portions } from './watch-index.js'

/** What carries the messages. */
export interface HintChannel {
  /** Sends without waiting. False when it certainly reaches nobody. Never throws. */
  send(text: string): boolean
  /** `heard`: each message. `opened`: at each beginning of the subscription; what was said before may have been missed. */
  listen(to: { heard(bytes: Buffer): void; opened(): void }): void
}

/** One message holds so many hints at most, which is far below the bytes that are read at all. */
const MOST_HINTS = 50
const MOST_BYTES = 16 * 1024

const Id = z.string().regex(/^(tkt|ses)_[A-Za-z0-9_-]{8,80}$/)
const Message = z.strictObject({
  node: z.string().min(1).max(64),
  hints: z
    .array(
      z.discriminatedUnion('topic', [
        z.strictObject({ topic: z.literal('ticket'), id: Id, version: z.int().min(1) }),
        z.strictObject({ topic: z.literal('session'), id: Id }),
      ]),
    )
    .min(1)
    .max(MOST_HINTS),
})

/**
 * @param local this node's own bus
 * @param node a name that no other node has; what bears it comes from here and has been heard already
 */
export function createRedisBus(deps: {
  local: Bus
  channel: HintChannel
  node: string
  meter: Pick<Meter, 'hinted'>
}): Bus {
  const { local, channel, node, meter } = deps
  const losses = new Set<() => void>()
  let waiting: Hint[] = []

  /** What one step of work has brought goes out together, and before whatever else the event loop has to do. */
  function send(): void {
    const hints = waiting
    waiting = []
    for (const some of portions(hints, MOST_HINTS)) {
      const sent = channel.send(JSON.stringify({ node, hints: some }))
      meter.hinted(sent ? 'sent' : 'unsent', some.length)
    }
  }

  channel.listen({
    heard(bytes) {
      const message = read(bytes)
      if (message === null) return meter.hinted('refused', 1)
      if (message.node === node) return
      meter.hinted('received', message.hints.length)
      for (const hint of message.hints) local.publish(hint)
    },
    opened() {
      for (const lost of [...losses]) lost()
    },
  })

  return {
    publish(hint) {
      local.publish(hint)
      if (waiting.length === 0) queueMicrotask(send)
      waiting.push(hint)
    },
    subscribe(listener, lost = () => {}) {
      const leave = local.subscribe(listener)
      const own = () => lost()
      losses.add(own)
      return () => {
        leave()
        losses.delete(own)
      }
    },
  }
}

function read(bytes: Buffer): z.infer<typeof Message> | null {
  if (bytes.length > MOST_BYTES) return null
  try {
    return Message.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}
