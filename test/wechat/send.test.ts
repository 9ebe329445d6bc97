// What undici may do but does not do on demand: begin a request twice, or after we have given up on it.
import type { Dispatcher } from 'undici'
import { expect, test } from 'vitest'
import { send } from '#server/wechat/send.js'

function createController() {
  const aborts: string[] = []
  const controller = {
    abort: (reason: Error) => aborts.push(reason.message),
  } as unknown as Dispatcher.DispatchController
  return { controller, aborts }
}

/** A dispatcher that leaves the handler to the test. */
function createDispatcher() {
  const handlers: Dispatcher.DispatchHandler[] = []
  const dispatcher = {
    dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
      handlers.push(handler)
      return true
    },
  }
  return { dispatcher, handlers }
}

test('a request that the client library begins anew is stopped before it is written a second time', async () => {
  const { dispatcher, handlers } = createDispatcher()
  const { controller, aborts } = createController()
  const sent = send(dispatcher, { origin: 'http://127.0.0.1:1', path: '/' }, 1_000)
  handlers[0]?.onRequestStart?.(controller, {})
  expect(aborts).toEqual([])
  handlers[0]?.onRequestStart?.(controller, {})
  expect(aborts).toEqual(['sent at most once'])
  handlers[0]?.onResponseError?.(controller, new Error('aborted'))
  expect(await sent).toEqual({ ok: false, sent: true, why: 'Error' })
})

test('a request that gets its connection after the deadline is not written any more', async () => {
  const { dispatcher, handlers } = createDispatcher()
  const { controller, aborts } = createController()
  expect(await send(dispatcher, { origin: 'http://127.0.0.1:1', path: '/' }, 20)).toEqual({
    ok: false,
    sent: false,
    why: 'deadline',
  })
  handlers[0]?.onRequestStart?.(controller, {})
  expect(aborts).toHaveLength(1)
})
