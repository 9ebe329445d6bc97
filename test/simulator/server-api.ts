// The calls of a site's server under /cgi-bin and of the SDK, as their tests make them.
import { sdkSignature } from '#server/simulator/wire/sdk-signature.js'
import { serverToken } from './scene.js'
import type { TestSimulator } from './world.js'

const GRANT = { grant_type: 'client_credential' }

/** A POST of JSON, or of any other text. */
export const postJson = (sim: TestSimulator, path: string, body: unknown) =>
  fetch(sim.url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

/** What `/cgi-bin/token` says to the app with this key. */
export async function renewToken(sim: TestSimulator, key = 'mp') {
  const { appid, secret } = await sim.app(key)
  return (await sim.get(`/cgi-bin/token?${new URLSearchParams({ ...GRANT, appid, secret })}`)).json()
}

/** What `/cgi-bin/stable_token` says to it. */
export async function stableToken(sim: TestSimulator, key = 'mp', more: Record<string, unknown> = {}) {
  const { appid, secret } = await sim.app(key)
  return (await postJson(sim, '/cgi-bin/stable_token', { ...GRANT, appid, secret, ...more })).json()
}

/** What `/cgi-bin/ticket/getticket` says to it. */
export async function sdkTicket(sim: TestSimulator, { key = 'app', type = '2' } = {}) {
  return (await sim.get(`/cgi-bin/ticket/getticket?access_token=${await serverToken(sim, key)}&type=${type}`)).json()
}

/** A request for a code, signed over whatever it is made of; `changes` come afterwards. */
export async function sdkLink(
  sim: TestSimulator,
  { ticket = '', key = 'app', timestamp = '1760000000' } = {},
  changes: Record<string, string | undefined> = {},
) {
  const { appid } = await sim.app(key)
  const noncestr = 'NONCE1234567890'
  const signature = sdkSignature({ appid, noncestr, ticket: ticket || (await sdkTicket(sim)).ticket, timestamp })
  const params = { appid, noncestr, timestamp, scope: 'snsapi_userinfo', signature, ...changes }
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/connect/sdk/qrconnect?${new URLSearchParams(given)}`
}

/** A code of the SDK, ready to be scanned. */
export async function sdkUuid(sim: TestSimulator): Promise<string> {
  return (await (await sim.get(await sdkLink(sim))).json()).uuid
}
