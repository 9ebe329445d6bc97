// What the desktop program lets its window do.
import { describe, expect, test } from 'vitest'
import { PAGE, readCommand, whereTo } from '../../web/desktop/policy.mjs'

describe('an address that the window is to go to', () => {
  test.each([
    ['https://login.example.com/account', 'here'],
    ['https://login.example.com.evil.test/', 'browser'],
    ['https://user@evil.test/?https://login.example.com', 'browser'],
    ['http://login.example.com/', 'browser'],
    ['https://login.example.com:8443/', 'browser'],
    ['file:///etc/passwd', 'nowhere'],
    ['javascript:alert(1)', 'nowhere'],
    ['data:text/html,x', 'nowhere'],
    ['ms-settings:', 'nowhere'],
    ['no address', 'nowhere'],
  ])('%s opens %s', (address, where) => {
    expect(whereTo(address, 'https://login.example.com')).toBe(where)
  })
})

test('the page has nothing of Node', () => {
  expect(PAGE).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false })
})

describe('the command line', () => {
  test('names the service, and flags for the browser', () => {
    expect(readCommand([])).toEqual({ home: 'http://localhost:3000', flags: [] })
    expect(readCommand(['--no-sandbox', 'https://a.test/x'])).toEqual({
      home: 'https://a.test',
      flags: ['--no-sandbox'],
    })
  })

  test.each([[['a.test']], [['file:///x']], [['https://a.test', 'https://b.test']]])(
    '%j is refused with an example',
    (given) => {
      expect(() => readCommand(given)).toThrow('https://login.example.com')
    },
  )
})
