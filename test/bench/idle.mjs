// Pages that wait: each begins a login (`tickets`) and holds a socket that watches it, until the process ends. The logins are
// begun first, so that what is timed is the upgrade, the ticket's check and the first answer, and nothing else.
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, cookieLine } from './client/http.mjs'
import { Socket } from './client/socket.mjs'
import { addressIn } from './load.mjs'
import { pcOf } from './login.mjs'

const AT_ONCE = 32
const { port, count, tickets, perNetwork = 1, method = 'website' } = JSON.parse(process.argv[2])
const site = { port, origin: `http://localhost:${port}` }
let refused = 0

/** Runs `work` for each number below `count`, so many at once. */
async function forAll(work) {
  let next = 0
  const worker = async () => {
    const connection = new Connection(port)
    while (next < count) await patiently(work, next++, connection)
    connection.close()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** Whoever is turned away comes back a little later, as pages do. */
async function patiently(work, n, connection) {
  for (let tries = 1; ; tries++) {
    try {
      return await work(n, connection)
    } catch (error) {
      refused += 1
      if (tries === 20) throw error
      await sleep(100 * tries)
    }
  }
}

const pages = []
await forAll(async (n, connection) => {
  const pc = pcOf(site, connection, addressIn(Math.floor(n / perNetwork), n))
  const id = tickets ? (await pc.json('POST', '/api/tickets', 201, { method })).ticket.id : 'none'
  pages[n] = { id, headers: pc.headers + cookieLine(pc.jar) }
})

const sockets = []
const startedAt = performance.now()
await forAll(
  (n) =>
    new Promise((resolve, reject) => {
      const { id, headers } = pages[n]
      const socket = new Socket({ port, headers, onText: resolve, onEnd: reject })
      socket.send(JSON.stringify({ type: 'watch', ticket: id }))
      sockets[n] = socket
    }),
)
const upgradeSeconds = (performance.now() - startedAt) / 1000
process.send({ perSecond: count / upgradeSeconds, upgradeSeconds, refused })
