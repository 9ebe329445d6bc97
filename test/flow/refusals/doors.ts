// What the doors beside the code refuse: apps, programs, the operator's back end, WeChat's pushes.

import { type Answer, createBrowser } from '../../world/browser.js'
import type { World } from '../../world.js'
import { refusal } from './refusal.js'

/** As an app calls: JSON, no cookies, no Origin. */
function call(world: World, path: string, json: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const own = { 'content-type': 'application/json', ...headers }
  return createBrowser(world).request(world.connectTo + path, {
    method: 'POST',
    body: JSON.stringify(json),
    headers: own,
  })
}

/** A mini program's login while WeChat answers with this errcode, however often it is asked. */
const whenWechatSays = (errcode: number) => async (world: World) => {
  await world.wechat.fault({ path: '/sns/jscode2session', kind: 'errcode', errcode, times: 10 })
  try {
    const code = await world.wechat.code('mini', await world.wechat.newPerson())
    return await call(world, '/api/login/mini-program', { app: 'mini', code })
  } finally {
    await world.wechat.clearFaults()
  }
}

export const DOORS = [
  refusal('code_rejected', 400, 'a mini program’s code that WeChat does not know', whenWechatSays(40029)),
  refusal('refused_by_wechat', 403, 'a person whom WeChat has blocked', whenWechatSays(40226)),
  refusal('platform_busy', 503, 'WeChat asks to slow down', whenWechatSays(45011)),
  refusal('platform_unreachable', 502, 'WeChat is in trouble', whenWechatSays(-1)),
  refusal('misconfigured', 500, 'WeChat refuses the secret', whenWechatSays(40125)),
  refusal('account_disabled', 403, 'an app’s login to a disabled account', async (world) => {
    const person = await world.wechat.newPerson()
    const { redeemed } = await world.signedIn('website', person)
    await world.node().store.write((tx) => tx.accounts.setStatus(redeemed.account.id, 'disabled'))
    return call(world, '/api/login/mini-program', { app: 'mini', code: await world.wechat.code('mini', person) })
  }),
  refusal('needs_attention', 409, 'an openid that comes back with another unionid', async (world) => {
    const person = await world.wechat.newPerson()
    const login = async () =>
      call(world, '/api/login/mini-program', { app: 'mini', code: await world.wechat.code('mini', person) })
    await login()
    await world.wechat.fault({ path: '/sns/jscode2session', kind: 'otherUnionid', times: 1 })
    return login()
  }),
  refusal('native_only', 403, 'a page that calls what is for apps', (world) =>
    call(world, '/api/login/mobile', { app: 'app', code: 'x' }, { origin: world.publicUrl }),
  ),
  refusal('native_only', 403, 'a page that wants a ticket’s secret in its hands', (world) =>
    world.pc().browser.post('/api/tickets', { method: 'relay', client: 'native' }),
  ),
  refusal('method_unavailable', 400, 'a program that begins what comes back by a redirect', (world) =>
    call(world, '/api/tickets', { method: 'website', client: 'native' }),
  ),
  refusal('method_unavailable', 400, 'official, which begins elsewhere', (world) =>
    world.pc().browser.post('/api/tickets', { method: 'official' }),
  ),
  refusal('app_unknown', 404, 'a login inside WeChat with an app that is none', (world) =>
    world.phone('alice').visit('/wechat/login/nobody'),
  ),
  refusal('bad_request', 400, 'a login inside WeChat with a scope of another kind', (world) =>
    world.phone('alice').visit('/wechat/login/mp?scope=snsapi_login'),
  ),
  refusal('service_key_wrong', 401, 'introspection without a key', (world) =>
    call(world, '/api/introspect', { token: 'x' }),
  ),
  refusal('account_unknown', 404, 'an account that never was', (world) =>
    createBrowser(world).get('/api/accounts/acc_nobody', { headers: { authorization: `Bearer ${SERVICE_KEY}` } }),
  ),
  refusal('push_refused', 403, 'a push that nobody signed', (world) => call(world, '/wechat/notify/mp', {})),
  refusal('app_unknown', 404, 'a push for an app that is none', (world) => call(world, '/wechat/notify/nobody', {})),
  refusal('body_too_large', 413, 'a push that is too large', (world) =>
    call(world, '/wechat/notify/mp', { filler: 'x'.repeat(70_000) }),
  ),
]

export const SERVICE_KEY = 'a-service-key-for-tests-0123456789abcdef'
