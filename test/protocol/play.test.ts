// The player of the examples: whatever the world does differently from the text is found, and the line is named.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../world.js'
import { readExamples } from './examples.js'
import { play } from './play.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

async function told(text: string): Promise<string> {
  const [example] = readExamples(`\`\`\`http\n${text}\n\`\`\``)
  if (!example) throw new Error('no example')
  return play(example, world).then(
    () => 'as told',
    (error: Error) => error.message,
  )
}

const BEGIN = `POST /api/tickets  {"method": "relay"}
201 Created  Set-Cookie: saoma-browser=<browser>; <…>
{"ticket": {"id": "<ticket>", "method": "relay", "status": "pending", "version": 0, "expiresAt": <…>, "serverTime": <now>,
 "scannedBy": null, "reason": null}, "qr": <qr>, "embedUrl": null, "redirectUrl": null, "matchNumber": "<number>"}`
const WATCH =
  '→ open /api/live  Origin: <site>  Cookie: saoma-browser=<browser>\n→ {"type": "watch", "ticket": "<ticket>"}'
const ATTACHED = `← {"type": "ticket", "ticket": {"version": 1, …}, "qr": <qr>}`

describe('a call that is told wrongly', () => {
  for (const [what, text, message] of [
    ['another status', 'GET /healthz\n201 Created  {"status": "ok"}', 'the answer was 200'],
    ['another body', 'GET /healthz\n200 OK  {"status": "well"}', 'body.status is "ok", not "well"'],
    ['a body that is not told', 'GET /healthz\n200 OK', 'which is not told'],
    ['a page that is not told', 'GET /login\n200 OK', 'which is not told, was text/html'],
    ['a body that is not there', 'DELETE /api/session\n401 Unauthorized  {"a": 1}', 'body.error is not told of'],
    [
      'another header',
      'GET /healthz\n200 OK  X-Frame-Options: SAMEORIGIN  {"status": "ok"}',
      'x-frame-options is "DENY"',
    ],
    ['a header that is not there', 'GET /healthz\n200 OK  Location: <…>  {"status": "ok"}', 'location is ""'],
    ['a cookie that is not told', BEGIN.replace(/ {2}Set-Cookie.*/, ''), 'the cookies set were: saoma-browser='],
    [
      'a cookie that is not set',
      'GET /healthz\n200 OK  Set-Cookie: a=b  {"status": "ok"}',
      'the cookies set were: none',
    ],
    ['a name nobody has given a value', 'GET /t/<nothing>\n200 OK', '<nothing> is used before'],
    ['an aside that is not in the vocabulary', '… it rains', 'not a thing that examples may say'],
  ] as const) {
    test(what, async () => {
      const found = await told(text)
      expect(found).toContain(message)
      expect(found).toMatch(/^PROTOCOL\.md:\d+: /)
    })
  }
})

describe('a talk that is told wrongly', () => {
  test('a refused upgrade that nobody tells of', async () => {
    expect(await told('→ open /api/live  Origin: https://elsewhere.example')).toContain('The upgrade was answered 403')
    expect(await told('→ open /api/live  Origin: https://elsewhere.example\n→ {}')).toContain(
      'the upgrade was answered 403',
    )
  })
  test('an upgrade that is told to be refused and is not', async () => {
    expect(await told('→ open /api/live  Origin: <site>\n← refused 403')).toContain('the upgrade was answered 101')
  })
  test('another close code', async () => {
    expect(await told('→ open /api/live  Origin: <site>\n→ {"type": "x"}\n← close 4401')).toContain('closed with 4400')
  })
  test('a message that differs', async () => {
    const wrong = ATTACHED.replace('"version": 1', '"version": 2')
    expect(
      await told(`${BEGIN}
${WATCH}
${wrong}`),
    ).toContain('body.ticket.version is 1, not 2')
  })
  test('a message that nobody tells of', async () => {
    const attached = `${BEGIN}\n${WATCH}\n${ATTACHED}`
    const cancel = 'DELETE /api/tickets/<ticket>  Cookie: saoma-browser=<browser>\n204 No Content'
    const end = '← {"type": "ticket", "ticket": {"status": "expired", "version": 2, "reason": "cancelled", …}}'
    expect(await told(`${attached}\n${cancel}\n${end}`)).toBe('as told')
    const again = '→ {"type": "watch", "ticket": "<ticket>"}'
    expect(await told(`${attached}\n${again}\n${ATTACHED}`)).toBe('as told')
    expect(await told(`${attached}\n${again}\n${cancel}\n${end}`)).not.toBe('as told')
    // Long after the answer to the watch has come, the text has still told of none.
    const look = `GET /api/tickets/<ticket>  Cookie: saoma-browser=<browser>
200 OK  {"ticket": {"version": 1, …}, "qr": <qr>, "matchNumber": "<number>"}`
    expect(await told([BEGIN, WATCH, look, look, look, look, '→ close'].join('\n'))).toContain('was also told')
  })
})
