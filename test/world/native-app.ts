// A mobile app: it has no cookies and sends no Origin; it logs in with WeChat's code and keeps its token itself.
import type { AppLoggedIn } from '#shared/api.js'
import { type Answer, createBrowser, type RequestOptions, type Site } from './browser.js'
import type { SimulatorControl } from './simulator.js'
import { type LiveClient, openSocket } from './socket.js'

export interface NativeApp {
  readonly token: string
  readonly accountId: string
  /** With its token, unless `headers` say otherwise. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, headers?: Record<string, string>): Promise<Answer>
  socket(headers?: Record<string, string>): Promise<LiveClient>
}

/** A call of a program that is no browser. */
export function callAsProgram(site: Site, path: string, options: RequestOptions = {}): Promise<Answer> {
  // Not by its public address: only that one gets an Origin of ours.
  return createBrowser(site).request(site.connectTo + path, options)
}

/** `person` has logged in on the phone, in the mobile app. @throws when it was refused */
export async function logInByApp(
  site: Site & { readonly wechat: SimulatorControl },
  person: string,
): Promise<NativeApp> {
  const json = { app: 'app', code: await site.wechat.code('app', person) }
  const answer = await callAsProgram(site, '/api/login/mobile', { method: 'POST', json })
  if (answer.status !== 200) throw new Error(`not logged in: ${answer.text}`)
  const { account, token } = answer.json<AppLoggedIn>()
  const headersWith = (more: Record<string, string>) => ({ authorization: `Bearer ${token}`, ...more })
  return {
    token,
    accountId: account.id,
    get: (path, more = {}) => callAsProgram(site, path, { headers: headersWith(more) }),
    delete: (path, more = {}) => callAsProgram(site, path, { method: 'DELETE', headers: headersWith(more) }),
    socket: (more = {}) => openSocket(site, '', headersWith({ origin: '', ...more })),
  }
}
