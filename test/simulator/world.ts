// A simulator on a free port, and the few requests that every test of it makes.
import { onTestFinished } from 'vitest'
import { createSimulator, type SimulatorOptions } from '#server/simulator/simulator.js'

export const WECHAT_AGENT = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50'

export interface SimApp {
  key: string
  kind: string
  appid: string
  secret: string
  openPlatform: string | null
  notify: { token: string; aesKey: string }
}

export interface SimPersonInfo {
  name: string
  nickname: string
  avatarUrl: string
  openids: Record<string, string>
  unionids: Record<string, string>
}

export interface TokenAnswer {
  access_token: string
  refresh_token: string
  openid: string
  scope: string
  unionid?: string
  [field: string]: unknown
}

/** Starts a simulator without built pages; it ends with the test. */
export async function startSimulator(options: SimulatorOptions = {}) {
  const simulator = createSimulator({ pagesDir: '/nonexistent', pollHoldMs: 2000, ...options })
  const { url, close } = await simulator.listen(0, '127.0.0.1')
  onTestFinished(close)

  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers, redirect: 'manual' })
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' })
  const control = (path: string, body: unknown, method = 'POST') =>
    fetch(`${url}/sim/${path}`, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  const ordered = async (path: string, body: unknown) => {
    const answer = await control(path, body)
    const json = await answer.json()
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(json)}`)
    return json
  }

  const app = async (key: string): Promise<SimApp> => {
    const { apps } = (await (await get('/sim/apps')).json()) as { apps: SimApp[] }
    const found = apps.find((candidate) => candidate.key === key)
    if (!found) throw new Error(`no app ${key}`)
    return found
  }
  const person = async (name: string): Promise<SimPersonInfo> => {
    const { people } = (await (await get('/sim/people')).json()) as { people: SimPersonInfo[] }
    const found = people.find((candidate) => candidate.name === name)
    if (!found) throw new Error(`no person ${name}`)
    return found
  }
  const code = async (appKey: string, name: string, scope?: string): Promise<string> =>
    (await ordered('code', { app: appKey, person: name, ...(scope === undefined ? {} : { scope }) })).code

  const sns = async (path: string, params: Record<string, string>) =>
    (await get(`/sns/${path}?${new URLSearchParams(params)}`)).json()
  const exchange = async (appKey: string, theCode: string) => {
    const { appid, secret } = await app(appKey)
    return sns('oauth2/access_token', { appid, secret, code: theCode, grant_type: 'authorization_code' })
  }
  const login = async (appKey: string, name: string, scope?: string): Promise<TokenAnswer> =>
    exchange(appKey, await code(appKey, name, scope))

  return {
    url,
    close,
    get,
    post,
    control,
    ordered,
    app,
    person,
    code,
    sns,
    exchange,
    login,
    advance: (advanceMs: number) => ordered('clock', { advanceMs }),
    fault: (fault: Record<string, unknown>) => ordered('faults', fault),
  }
}

export type TestSimulator = Awaited<ReturnType<typeof startSimulator>>

/** The JSON that a page was given. */
export async function pageData(answer: Response): Promise<Record<string, unknown> & { page: string }> {
  const html = await answer.text()
  const json = /<script type="application\/json" id="sim-data">(.*?)<\/script>/s.exec(html)?.[1]
  if (!json) throw new Error(`no page data in: ${html.slice(0, 200)}`)
  return JSON.parse(json)
}
