// A kept-alive connection that speaks just enough HTTP/1.1 for the load driver: one request at a time, answers with a
// length. A general client would cost the driver more than some answers cost the server.
import { connect } from 'node:net'

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** @typedef {{ status: number, head: string, text: string }} Answer */

export class Connection {
  #port
  #socket = null
  #unread = NOTHING
  #waiting = null

  /** @param {number} port of 127.0.0.1 */
  constructor(port) {
    this.#port = port
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string} headers complete lines, each ended by CRLF
   * @param {string} [body] JSON
   * @returns {Promise<Answer>}
   */
  request(method, path, headers, body) {
    if (this.#waiting) throw new Error('one request at a time')
    const sent =
      body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      const { writable = false } = this.#socket ?? {}
      if (!writable) this.#open()
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: localhost:${this.#port}\r\n${headers}${sent}\r\n${body ?? ''}`,
      )
    })
  }

  close() {
    this.#socket?.destroy()
  }

  #open() {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    this.#socket = socket
    this.#unread = NOTHING
    const over = (why) => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#waiting?.reject(new Error(`the connection ended: ${why}`))
      this.#waiting = null
    }
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', (error) => over(error.message))
    socket.on('close', () => over('closed'))
  }

  #read(chunk) {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    const headEnds = this.#unread.indexOf(END_OF_HEAD)
    if (headEnds === -1) return
    const head = this.#unread.latin1Slice(0, headEnds)
    const status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? (status === 204 ? '0' : undefined)
    const from = headEnds + 4
    const to = from + Number(length)
    if (length !== undefined && this.#unread.length < to) return
    const waiting = this.#waiting
    this.#waiting = null
    if (length === undefined) {
      waiting?.reject(new Error(`an answer without a length: ${head}`))
      this.close()
      return
    }
    const text = this.#unread.utf8Slice(from, to)
    this.#unread = this.#unread.length === to ? NOTHING : this.#unread.subarray(to)
    if (/\r\nconnection: close/i.test(head)) this.close()
    waiting?.resolve({ status, head, text })
  }
}

/** The value of an answer's header, or undefined. */
export function headerOf({ head }, name) {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'i').exec(head)?.[1]
}

/** Puts what an answer sets into a jar. An emptied cookie is taken out. */
export function keepCookies(jar, { head }) {
  for (const [, name, value] of head.matchAll(/\r\nset-cookie: ([^=]+)=([^;\r]*)/gi)) {
    if (value === '') jar.delete(name)
    else jar.set(name, value)
  }
}

/** The jar as a header's line. */
export function cookieLine(jar) {
  if (jar.size === 0) return ''
  let line = ''
  for (const [name, value] of jar) line += `${line === '' ? 'cookie: ' : '; '}${name}=${value}`
  return `${line}\r\n`
}
