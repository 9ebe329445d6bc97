// What the log tells of an address: enough to find the route, nothing that opens one.
import { expect, test } from 'vitest'
import { shownPath } from '#server/http/request-log.js'

test.each([
  ['/', '/'],
  ['/api/tickets', '/api/tickets'],
  ['/wechat/callback/mp2', '/wechat/callback/mp2'],
  ['/api/login/mini-program', '/api/login/mini-program'],
  ['/wp-login.php', '/wp-login.php'],
  ['/t/tkt_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9', '/t/tkt_aB3dE5gH…'],
  ['/api/sessions/ses_3q2-7wAAAAAAAAAAAAAAAA', '/api/sessions/ses_3q2-7wAAAAAAAAAAAAAAAA'],
])('%s is shown as %s', (path, shown) => {
  expect(shownPath(path)).toBe(shown)
})

test.each([
  ['a short one', '/x/aB3dE5gH7'],
  ['one in base64, which slashes cut into short words', '/assets/sHInBuMg/sAWUlI9xpiUUMEN4X7eLQED/x'],
  ['one with a percent sign in every place', '/account/%61B3dE%2B5gH7%3D%3D'],
  ['one that begins as an id does', '/api/sessions/ses_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9'],
])('a secret in the path: %s is left out', (_, path) => {
  expect(shownPath(path)).toMatch(/^\/[a-z]+(\/(sessions|…|x))+$/)
})
