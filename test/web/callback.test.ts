// The inert page: it hands on what WeChat returned, and nothing else.
import { describe, expect, test } from 'vitest'
import type { CallbackAnswer } from '#shared/api.js'
import { type CallbackState, handOver, readReturned } from '../../web/callback/state.js'
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
