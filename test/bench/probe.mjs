// Loaded before a server that is to be asked for its memory, and for the longest time that its event loop was held up since
// it was last asked; the server itself knows nothing of it. What the machine let the thread wait for a core is no doing of
// the server: the thread's own time counts, where the system tells.
import { readFileSync } from 'node:fs'

const EVERY_MS = 5

/** Milliseconds for which the main thread has had a core. */
function worked() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return performance.now()
  }
}

let seen = worked()
let stallMs = 0
function tick() {
  const now = worked()
  stallMs = Math.max(stallMs, now - seen)
  seen = now
}

setInterval(tick, EVERY_MS).unref()

process.on('message', async (message) => {
  if (message !== 'measure') return
  const longest = stallMs
  for (let round = 0; round < 4; round++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, rss } = process.memoryUsage()
  process.send({ heapUsed, rss, stallMs: longest })
  seen = worked()
  stallMs = 0
})
process.channel?.unref()
