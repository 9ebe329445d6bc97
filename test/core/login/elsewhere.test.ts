// A warning that is mostly wrong is not read when it is right: when one is given.
import { expect, test } from 'vitest'
import { isUnusual } from '#server/core/login/elsewhere.js'

const HANGZHOU = '中国 · 浙江 · 杭州'
const NINGBO = '中国 · 浙江 · 宁波'
const SHANGHAI = '中国 · 上海'
const PARIS = 'France · Paris'

test.each([
  ['another country', PARIS, [HANGZHOU, HANGZHOU, SHANGHAI], true],
  ['another region', SHANGHAI, [HANGZHOU, HANGZHOU, NINGBO], true],
  ['another town of the same region', NINGBO, [HANGZHOU, HANGZHOU, HANGZHOU], false],
  ['somewhere the person was once', PARIS, [HANGZHOU, HANGZHOU, PARIS], false],
  ['too little known of what is usual', PARIS, [HANGZHOU, HANGZHOU], false],
  ['earlier places that nobody knows', PARIS, [HANGZHOU, HANGZHOU, null, null], false],
  ['a machine of which nobody knows where it is', null, [HANGZHOU, HANGZHOU, HANGZHOU], false],
  ['somebody new', PARIS, [], false],
] as const)('%s', (_, place, earlier, unusual) => {
  expect(isUnusual(place, earlier)).toBe(unusual)
})
