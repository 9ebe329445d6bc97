// A WebSocket of the load driver: text frames both ways, pings answered. As lean as client/http.mjs, for the same reason.
import { connect } from 'node:net'

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10
const NOTHING = Buffer.alloc(0)

/** A masked frame of fewer than 126 bytes. A mask of zeros leaves the text as it is. */
function frame(opcode, payload) {
  const bytes = Buffer.alloc(6 + payload.length)
  bytes[0] = 0x80 | opcode
  bytes[1] = 0x80 | payload.length
  payload.copy(bytes, 6)
  return bytes
}

export class Socket {
  #socket
  #unread = NOTHING
  #upgraded = false
  #onUpgrade
  #onText
  #onEnd

  /**
   * @param {{ port: number, origin?: string, headers: string, onText: (text: string) => void, onEnd: (why: Error & { code?: number }) => void }} options
   *   `headers`: complete lines
   */
  constructor({ port, origin = `http://localhost:${port}`, headers, onText, onEnd }) {
    this.#onText = onText
    this.#onEnd = onEnd
    this.upgraded = new Promise((resolve, reject) => {
      this.#onUpgrade = { resolve, reject }
    })
    this.upgraded.catch(() => {})
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.write(
      `GET /api/live HTTP/1.1\r\nhost: localhost:${port}\r\norigin: ${origin}\r\nconnection: Upgrade\r\n` +
        'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        `sec-websocket-protocol: saoma.v1\r\n${headers}\r\n`,
    )
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => this.#end(error))
    this.#socket.on('close', () => this.#end(new Error('the socket was closed')))
  }

  send(text) {
    this.#socket.write(frame(TEXT, Buffer.from(text)))
  }

  close() {
    this.#onEnd = () => {}
    this.#socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8])))
  }

  #end(error) {
    this.#onUpgrade.reject(error)
    const tell = this.#onEnd
    this.#onEnd = () => {}
    tell(error)
  }

  #read(chunk) {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    if (!this.#upgraded && !this.#upgrade()) return
    while (this.#frame());
  }

  #upgrade() {
    const headEnds = this.#unread.indexOf('\r\n\r\n')
    if (headEnds === -1) return false
    const status = Number(this.#unread.latin1Slice(9, 12))
    if (status !== 101) {
      this.#end(Object.assign(new Error(`the upgrade was answered ${status}`), { code: status }))
      this.#socket.destroy()
      return false
    }
    this.#unread = this.#unread.subarray(headEnds + 4)
    this.#upgraded = true
    this.#onUpgrade.resolve()
    return true
  }

  /** Takes one frame, if a whole one is there. Servers do not mask. */
  #frame() {
    const bytes = this.#unread
    if (bytes.length < 2) return false
    const long = (bytes[1] & 0x7f) === 126
    if (long && bytes.length < 4) return false
    const from = long ? 4 : 2
    const to = from + (long ? bytes.readUInt16BE(2) : bytes[1] & 0x7f)
    if (bytes.length < to) return false
    this.#unread = bytes.subarray(to)
    const opcode = bytes[0] & 0x0f
    if (opcode === TEXT) this.#onText(bytes.utf8Slice(from, to))
    else if (opcode === PING) this.#socket.write(frame(PONG, bytes.subarray(from, to)))
    else if (opcode === CLOSE) {
      const code = to - from >= 2 ? bytes.readUInt16BE(from) : 1005
      this.#end(Object.assign(new Error(`the socket was closed with ${code}`), { code }))
      this.#socket.end()
    }
    return true
  }
}
