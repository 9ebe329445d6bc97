import { describe, expect, test } from 'vitest'
import { BREAKER, type BreakerState, createBreaker, type Verdict } from '#server/wechat/breaker.js'

function setUp() {
  let now = 0
  const changes: BreakerState[] = []
  const breaker = createBreaker(
    () => now,
    (state) => changes.push(state),
  )
  const end = (verdict: Verdict) => {
    const passage = breaker.enter()
    passage?.settle(verdict)
    return passage !== null
  }
  const many = (count: number, verdict: Verdict) => Array.from({ length: count }, () => end(verdict))
  const pass = (ms: number) => {
    now += ms
  }
  return { breaker, changes, end, many, pass }
}

describe('the breaker toward WeChat', () => {
  test('opens with the twentieth fault in a row, and lets nobody through', () => {
    const { breaker, changes, end, many } = setUp()
    many(BREAKER.inARow - 1, 'fault')
    expect(breaker.state()).toBe('closed')
    end('fault')
    expect([breaker.state(), breaker.enter(), changes]).toEqual(['open', null, ['open']])
  })

  test('a row is broken by one good answer, and by nothing that is unclear', () => {
    const broken = setUp()
    broken.many(19, 'fault')
    broken.end('well')
    broken.many(10, 'fault')
    expect(broken.breaker.state()).toBe('closed')
    const whole = setUp()
    whole.many(19, 'fault')
    whole.end('unclear')
    expect(whole.breaker.state()).toBe('closed')
    whole.end('fault')
    expect(whole.breaker.state()).toBe('open')
  })

  test('opens when half of what ends in ten seconds is faults, thirty of them at least', () => {
    const { breaker, end } = setUp()
    for (let pair = 0; pair < 29; pair += 1) {
      end('well')
      end('fault')
    }
    end('well')
    expect(breaker.state()).toBe('closed')
    end('fault')
    expect(breaker.state()).toBe('open')
  })

  test('a third of faults does not open it, however long it lasts', () => {
    const { breaker, end, pass } = setUp()
    for (let call = 0; call < 3_000; call += 1) {
      end(call % 3 === 0 ? 'fault' : 'well')
      pass(10)
    }
    expect(breaker.state()).toBe('closed')
  })

  test('what ended more than ten seconds ago counts no more', () => {
    const { breaker, end, many, pass } = setUp()
    many(19, 'fault')
    end('well')
    many(10, 'fault')
    pass(BREAKER.windowMs)
    end('fault')
    expect(breaker.state()).toBe('closed')
  })

  test('after five seconds one probe goes through, and closes it when it is answered', () => {
    const { breaker, changes, end, many, pass } = setUp()
    many(20, 'fault')
    pass(BREAKER.openMs - 1)
    expect(breaker.enter()).toBeNull()
    pass(1)
    const probe = breaker.enter()
    expect(probe?.probe).toBe(true)
    expect([breaker.enter(), breaker.enter(), breaker.state()]).toEqual([null, null, 'half_open'])
    probe?.settle('well')
    expect(end('well')).toBe(true)
    expect(changes).toEqual(['open', 'half_open', 'closed'])
  })

  test('a probe that fails opens it for another five seconds', () => {
    const { breaker, changes, end, many, pass } = setUp()
    many(20, 'fault')
    pass(BREAKER.openMs)
    end('fault')
    expect([breaker.enter(), changes]).toEqual([null, ['open', 'half_open', 'open']])
    pass(BREAKER.openMs)
    expect(breaker.enter()?.probe).toBe(true)
  })

  test('a probe that comes to nothing gives its place to the next', () => {
    const { breaker, end, many, pass } = setUp()
    many(20, 'fault')
    pass(BREAKER.openMs)
    end('unclear')
    expect([breaker.state(), breaker.enter()?.probe]).toEqual(['half_open', true])
  })

  test('what was begun before it opened says nothing about what comes after', () => {
    const { breaker, many, pass } = setUp()
    const [slow, slower] = [breaker.enter(), breaker.enter()]
    many(20, 'fault')
    slow?.settle('well')
    expect(breaker.state()).toBe('open')
    pass(BREAKER.openMs)
    breaker.enter()?.settle('well')
    slower?.settle('fault')
    many(19, 'fault')
    expect(breaker.state()).toBe('closed')
  })
})
