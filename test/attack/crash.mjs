// Loaded into the real program by `node --import`, from outside: ends it by a fault of its own, with secrets in hand.
import { subscribe } from 'node:diagnostics_channel'

let armed = null

process.on('message', (order) => {
  process.send('heard')
  const { how, words } = order
  // As HTTP clients and databases throw: the request, the statement and its values hang on the error.
  const error = Object.assign(
    new Error(`connecting failed: ${words.join(' ')}`, { cause: new Error(words.join('&')) }),
    {
      config: { headers: { cookie: words.join('; ') }, data: words },
      sql: `SELECT '${words.join("', '")}'`,
      parameters: words,
    },
  )
  if (how === 'thrown')
    setImmediate(() => {
      throw error
    })
  if (how === 'rejected') void Promise.reject(error)
  if (how === 'no error') void Promise.reject({ words, toString: () => words.join(' ') })
  // biome-ignore lint/suspicious/noConsole: as libraries do.
  if (how === 'warned') console.warn('a library says', words.join(' '), error)
  if (how === 'in a request') armed = error
})

// What a subscriber throws is thrown once more, by itself: nobody can catch it.
subscribe('http.server.request.start', ({ request }) => {
  if (armed === null) return
  const error = Object.assign(armed, { request, message: `${request.url} ${request.headers.cookie}` })
  armed = null
  throw error
})
