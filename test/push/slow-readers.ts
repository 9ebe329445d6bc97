// Many sockets that never read while what they wait for changes again and again, beside pages that do read.
import { once } from 'node:events'
import type { createWorld } from './world.js'
import { pause, tcp, ticketOf, upgradeRequest } from './world.js'

export interface SlowReading {
  /** Milliseconds from a change to the page that reads knowing of it. */
  readonly latencies: readonly number[]
  /** Milliseconds from the first change until the last deaf socket was gone; null when some were not within `patienceMs`. */
  readonly goneMs: number | null
  /** Most that the process grew by meanwhile, in bytes. */
  readonly grown: number
}

/** `deaf` sockets, each watching a ticket of its own that changes `changes` times. With `reading` they are not deaf at all. */
export async function slowReaders(
  world: Awaited<ReturnType<typeof createWorld>>,
  {
    deaf,
    changes,
    patienceMs,
    reading = false,
  }: { deaf: number; changes: number; patienceMs: number; reading?: boolean },
): Promise<SlowReading> {
  const { truth, hint, attached, client, port } = world
  truth.put('ann', ticketOf('tkt_read'))
  const page = await client('ann')
  page.watch('tkt_read')
  await page.next()
  for (let n = 0; n < deaf; n += 1) {
    truth.put(`deaf${n}`, ticketOf(`tkt_${n}`))
    const socket = await tcp(port)
    socket.write(upgradeRequest({ 'x-visitor': `deaf${n}`, 'x-address': `192.0.2.${n % 250}` }))
    await once(socket, 'data')
    if (reading) socket.resume()
    else socket.pause()
    const text = Buffer.from(JSON.stringify({ type: 'watch', ticket: `tkt_${n}` }))
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
  }
  const before = process.memoryUsage().rss
  const started = performance.now()
  const latencies: number[] = []
  let most = before
  // As long as a name may be, and as long as an avatar's address.
  const scannedBy = { nickname: '字'.repeat(64), avatarUrl: `https://thirdwx.qlogo.cn/${'x'.repeat(400)}` }
  for (let change = 0; change < changes; change += 1) {
    for (let n = 0; n < deaf; n += 1) hint(truth.move(`tkt_${n}`, { scannedBy }))
    const at = performance.now()
    hint(truth.move('tkt_read', {}))
    await page.next()
    latencies.push(performance.now() - at)
    most = Math.max(most, process.memoryUsage().rss)
    await pause(1)
  }
  let goneMs: number | null = null
  while (goneMs === null && performance.now() - started < patienceMs) {
    if (attached.size() === 1) goneMs = performance.now() - started
    else await pause(50)
  }
  return { latencies, goneMs, grown: most - before }
}
