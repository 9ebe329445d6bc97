// Pages that wait and do nothing, in a process of their own: one process holds fewer files than a node holds sockets.
import { WebSocket } from 'ws'

const { connectTo, publicUrl, path, protocol, from, count, atOnce } = JSON.parse(process.argv[2])
const address = (index) => `10.${index >> 8}.${index & 255}.1`
let open = 0
let heard = 0

/** Begins a ticket of its own and watches it, until the node lets it. */
async function wait(index) {
  for (;;) {
    const headers = { 'x-forwarded-for': address(index), origin: publicUrl }
    const answer = await fetch(`${connectTo}/api/tickets`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"method":"website"}',
    })
    if (answer.status === 201) {
      const { ticket } = await answer.json()
      const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0])
      if (await watch(ticket.id, { ...headers, cookie: cookie.join('; ') })) return
    } else await answer.text()
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** True once the socket has told of the ticket. */
function watch(ticket, headers) {
  return new Promise((resolve) => {
    const url = connectTo.replace(/^http/, 'ws') + path
    const ws = new WebSocket(url, protocol, { headers, perMessageDeflate: false })
    let attached = false
    ws.on('open', () => ws.send(JSON.stringify({ type: 'watch', ticket })))
    ws.on('message', () => {
      heard += 1
      if (!attached) open += 1
      attached = true
      resolve(true)
    })
    ws.on('error', () => {})
    ws.on('close', () => {
      if (attached) open -= 1
      resolve(false)
    })
  })
}

let next = from
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < from + count) {
      const index = next
      next += 1
      await wait(index)
    }
  }),
)
process.on('message', () => process.send({ open, heard }))
process.send({ open, heard })
