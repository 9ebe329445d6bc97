// Requests that are wrong before anybody looks at a ticket.
import type { Answer } from '../../world/browser.js'
import { refusal, scanned } from './refusal.js'

const EVIL = 'https://evil.example'
/** Each address that changes something, as another site's page would call it. */
const CHANGES = (id: string) =>
  [
    ['POST', '/api/tickets', { method: 'relay' }],
    ['DELETE', `/api/tickets/${id}`, undefined],
    ['POST', `/api/tickets/${id}/redeem`, { attempt: 'a'.repeat(32) }],
    ['POST', `/api/confirmations/${id}`, { decision: 'deny' }],
    ['POST', '/wechat/callback/pc', { code: 'code', state: 'state' }],
    ['DELETE', '/api/session', undefined],
    ['DELETE', '/api/sessions', undefined],
    ['DELETE', '/api/sessions/ses_x', undefined],
  ] as const

export const WIRE = [
  refusal('bad_request', 400, 'a body that is no JSON', (world) =>
    world.pc().browser.request('/api/tickets', {
      method: 'POST',
      body: '{"method":',
      headers: { 'content-type': 'application/json' },
    }),
  ),
  refusal('bad_request', 400, 'a body of another type', (world) =>
    world.pc().browser.request('/api/tickets', { method: 'POST', body: 'method=relay' }),
  ),
  refusal('bad_request', 400, 'a body of another shape', (world) =>
    world.pc().browser.post('/api/tickets', { method: ['relay'] }),
  ),
  refusal('bad_request', 400, 'a redeem without an attempt', async (world) => {
    const { pc, id } = await world.confirmed('relay', await world.wechat.newPerson())
    return pc.browser.post(`/api/tickets/${id}/redeem`, {})
  }),
  refusal('bad_request', 400, 'an attempt too short to be random', async (world) => {
    const { pc, id } = await world.confirmed('relay', await world.wechat.newPerson())
    return pc.redeem(id, 'short')
  }),
  refusal('bad_request', 400, 'a decision that is none', async (world) => {
    const { phone, id } = await scanned(world)
    return phone.answer(id, { decision: 'maybe' })
  }),
  refusal('body_too_large', 413, 'a body of 9 KiB', (world) =>
    world.pc().browser.post('/api/tickets', { returnTo: 'x'.repeat(9 * 1024) }),
  ),
  refusal('not_found', 404, 'an address that there is not', (world) => world.pc().browser.get('/api/nothing')),
  refusal('not_found', 404, 'a way out of the assets', (world) =>
    world.pc().browser.get('/assets/..%2f..%2fpackage.json'),
  ),
  refusal('method_not_allowed', 405, 'a method that an address does not take', (world) =>
    world.pc().browser.request('/api/tickets', { method: 'PUT' }),
  ),
  refusal('app_unknown', 404, 'a ticket for an app that is not configured', (world) =>
    world.pc().browser.post('/api/tickets', { method: 'relay', app: 'nobody' }),
  ),
  refusal('app_unknown', 404, 'a ticket for an app of another kind', (world) =>
    world.pc().browser.post('/api/tickets', { method: 'relay', app: 'pc' }),
  ),
  refusal('app_unknown', 404, 'a callback for an app that is not configured', (world) =>
    world.pc().browser.get('/wechat/callback/nobody?code=code&state=state'),
  ),
  ...['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '/\tevil', ''].map(
    (returnTo) =>
      refusal('return_to_refused', 400, `returnTo ${JSON.stringify(returnTo)}`, (world) =>
        world.pc().browser.post('/api/tickets', { method: 'relay', returnTo }),
      ),
  ),
  refusal('signed_out', 401, 'asking who is signed in when nobody is', (world) => world.pc().session()),
  refusal('signed_out', 401, 'logging out when nobody is signed in', (world) => world.pc().logout()),
  refusal('signed_out', 401, 'asking for one’s devices when nobody is signed in', (world) =>
    world.pc().browser.get('/api/sessions'),
  ),
  refusal('session_unknown', 404, 'ending a session that is none of one’s own', async (world) => {
    const { pc } = await world.signedIn('website', await world.wechat.newPerson())
    const { pc: stranger } = await world.signedIn('website', await world.wechat.newPerson())
    return pc.browser.delete(`/api/sessions/${(await stranger.me()).session.id}`)
  }),
  ...CHANGES('tkt_x').flatMap(([method, path], index) =>
    [
      ['another site’s page', { origin: EVIL, 'sec-fetch-site': 'cross-site' }],
      ['a sandboxed frame', { origin: 'null' }],
      ['a sibling host', { origin: 'http://evil.localhost' }],
      ['a page that sends no Origin', { origin: '', 'sec-fetch-site': 'cross-site' }],
      ['a sibling that sends no Origin', { origin: '', 'sec-fetch-site': 'same-site' }],
    ].map(([who, headers]) =>
      refusal('origin_refused', 403, `${method} ${path} by ${who}`, async (world): Promise<Answer> => {
        const { pc, id, phone } = await world.signedIn('relay', await world.wechat.newPerson())
        const [, ownPath = path, json] = CHANGES(id)[index] ?? []
        const browser = path.includes('confirmations') && phone ? phone.browser : pc.browser
        const sent = headers as Record<string, string>
        return browser.request(ownPath, { method, headers: sent, ...(json === undefined ? {} : { json }) })
      }),
    ),
  ),
]
