// A page in place of another says what went wrong without a script, too: in Chinese and in English.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERRORS } from '#shared/errors.js'
import { REASON_TEXTS } from '#shared/reasons.js'
import { WECHAT } from '../world/phone.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const WECOM =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/7.0.1 wxwork/4.1.0'
const asPage = async (path: string, headers = {}) =>
  (await world.pc().browser.get(path, { headers: { accept: 'text/html', ...headers } })).text

test.each([
  ['a page that is not there', ERRORS.not_found, () => asPage('/nothing')],
  ['a code opened outside WeChat', ERRORS.open_in_wechat, () => asPage('/t/nothing')],
  ['WeCom', ERRORS.wecom_unsupported, () => asPage('/login', { 'user-agent': WECOM })],
  ['an app that is not there', ERRORS.app_unknown, () => asPage('/wechat/login/nobody', { 'user-agent': WECHAT })],
  [
    'a foreign address to return to',
    ERRORS.return_to_refused,
    () => asPage('/wechat/login/mp?returnTo=//evil.example'),
  ],
  [
    'a stranger who is to be asked first',
    ERRORS.explicit_required,
    async () => {
      const person = await world.wechat.newPerson()
      return (await world.phone(person).follow('/wechat/login/mp')).text
    },
  ],
])('%s', async (_, { zh, en }, page) => {
  const text = await page()
  expect(text).toContain(zh)
  expect(text).toContain(en)
})

test('every reason has a sentence of its own', () => {
  const sentences = Object.values(REASON_TEXTS).flatMap(({ zh, en }) => [zh, en])
  expect(new Set(sentences).size).toBe(sentences.length)
})
