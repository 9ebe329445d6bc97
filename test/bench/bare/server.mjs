// The least that can hold a page: node:http and ws, which answer a text with a text as long as a ticket, and check nothing.
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { listen } from '../program.mjs'

const ANSWER = JSON.stringify({
  type: 'ticket',
  ticket: { id: 'x'.repeat(64), status: 'pending', fill: 'x'.repeat(120) },
})

const server = createServer((_req, res) => res.writeHead(200, { 'content-length': 0 }).end())
const wss = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: 4096 })
server.on('upgrade', (req, socket, head) => {
  wss.handleUpgrade(req, socket, head, (ws) => {
    ws.on('error', () => {})
    ws.on('message', () => ws.send(ANSWER))
  })
})
await listen(server, JSON.parse(process.argv[2]).port)
