// The inert page: it hands on what WeChat returned, and nothing else.
import { describe, expect, test } from 'vitest'
import type { CallbackAnswer } from '#shared/api.js'
import { type CallbackState, handOver, readReturned, restartOf } from '../../web/callback/state.js'
import type { Answer } from '../../web/http.js'
import { fails, says } from './login-world.js'
import { manualTimers } from './world.js'

describe('what WeChat returned', () => {
  test('is code and state', () => {
    expect(readReturned('?code=c&state=s')).toEqual({ code: 'c', state: 's' })
  })
  test('may lack the code: the person refused', () => {
    expect(readReturned('?state=s')).toEqual({ code: null, state: 's' })
  })
  test.each(['', '?code=c', '?code=c&state=', '?code=c&state=s&state=t', '?code=c&code=d&state=s'])(
    'parameter pollution: %j is no answer of WeChat’s',
    (search) => expect(readReturned(search)).toBeNull(),
  )
})

describe('the way on after a failure', () => {
  const at = (state: string, path = '/wechat/callback/mp-2') => restartOf(path, { code: 'c', state })

  test('of a login inside WeChat begins it anew, for the same app', () => {
    expect(at('03ab')).toBe('/wechat/login/mp-2')
    expect(at('04ab')).toBe('/wechat/login/mp-2')
  })
  test('of a phone that scanned is no login page of its own', () => {
    expect(['01ab', '02ab', '05ab', '06ab'].map((state) => at(state))).toEqual([null, null, null, null])
  })
  test.each(['00ab', '07ab', '3ab', 'x', '//evil.test'])('of the state %j is the login page', (state) => {
    expect(at(state)).toBe('/')
  })
  test('is a path of ours, whatever the address says', () => {
    expect(at('03ab', '/wechat/callback/')).toBe('/')
    expect(at('03ab', '/wechat/callback/%2F%2Fevil.test')).toBe('/')
    expect(restartOf('/wechat/callback/mp', null)).toBe('/')
  })
})

async function run(answer: (nth: number) => Answer<CallbackAnswer>, framed: boolean, search = '?code=c&state=s') {
  const timers = manualTimers()
  const states: CallbackState[] = []
  const left: string[] = []
  const posted: unknown[] = []
  const post = async (returned: unknown): Promise<Answer<CallbackAnswer>> => {
    posted.push(returned)
    return answer(posted.length)
  }
  handOver({ timers, framed, post, leave: (to) => left.push(to) }, readReturned(search), (state) => states.push(state))
  await timers.advance(30_000)
  return { states, left, posted }
}

describe('handing it on', () => {
  test('a frame stays and says that it is done', async () => {
    const { states, left } = await run(() => says({ status: 'confirmed', next: '/?ticket=t' }), true)
    expect(states).toEqual([{ name: 'done', refused: false }])
    expect(left).toEqual([])
  })

  test('a window goes where the server says', async () => {
    expect((await run(() => says({ status: 'confirmed', next: '/?ticket=t' }), false)).left).toEqual(['/?ticket=t'])
  })

  test('a refusal in a frame is shown as one', async () => {
    expect((await run(() => says({ status: 'denied', next: '/' }), true, '?state=s')).states).toEqual([
      { name: 'done', refused: true },
    ])
  })

  test('the very same is posted again when no answer came', async () => {
    const { posted, states } = await run(
      (nth) => (nth < 3 ? fails('network') : says({ status: 'confirmed', next: '/' })),
      true,
    )
    expect(posted).toEqual([
      { code: 'c', state: 's' },
      { code: 'c', state: 's' },
      { code: 'c', state: 's' },
    ])
    expect(states).toEqual([{ name: 'done', refused: false }])
  })

  test('replay: a code that was refused is not posted again', async () => {
    const { posted, states } = await run(() => fails('state_invalid'), true)
    expect(posted).toHaveLength(1)
    expect(states).toEqual([{ name: 'failed', code: 'state_invalid' }])
  })

  test('without a state nothing is posted at all', async () => {
    const { posted, states } = await run(() => fails('internal'), false, '?code=c')
    expect(posted).toEqual([])
    expect(states).toEqual([{ name: 'failed', code: 'state_invalid' }])
  })
})
