// A login in a mini program or a native app: what is asked, and what is shown at the end.

import { describe, expect, it } from 'vitest'
import { type Event, reduce, START, type State } from '#server/simulator/pages/app/state.js'

const run = (...events: Event[]) => events.reduce<State>(reduce, START)
const result = { result: 'error', status: 400, code: 'wechat_failed', message: 'No.' } as const

describe('a mini program', () => {
  it('logs in without a question', () => {
    const working = run({ type: 'login-tapped', kind: 'miniprogram' })
    expect(working).toEqual({ at: 'working', allow: true })
    expect(reduce(working, { type: 'came-back', result })).toEqual({ at: 'over', result })
  })
})

describe('a native app', () => {
  it.each([true, false])('asks first, and the answer is %s', (allow) => {
    const asking = run({ type: 'login-tapped', kind: 'mobile' })
    expect(asking).toEqual({ at: 'consent' })
    expect(reduce(asking, { type: 'answered', allow })).toEqual({ at: 'working', allow })
  })

  it('can be logged in to again, and by an impatient finger once at a time', () => {
    const impatient = run(
      { type: 'login-tapped', kind: 'mobile' },
      { type: 'answered', allow: true },
      { type: 'answered', allow: false },
      { type: 'login-tapped', kind: 'mobile' },
    )
    expect(impatient).toEqual({ at: 'working', allow: true })
    expect(run({ type: 'again-tapped' })).toEqual({ at: 'start' })
    expect(run({ type: 'came-back', result })).toEqual({ at: 'start' })
  })
})
