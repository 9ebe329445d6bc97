// The calls of an official account's server that end in a code with a scene.
import type { TestSimulator } from './world.js'

/** A server token of the app. */
export async function serverToken(sim: TestSimulator, key = 'mp'): Promise<string> {
  const { appid, secret } = await sim.app(key)
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret })
  return (await (await sim.get(`/cgi-bin/token?${query}`)).json()).access_token
}

/** What `qrcode/create` answers to this order, JSON or any other text. */
export async function order(sim: TestSimulator, body: unknown, token?: string): Promise<Response> {
  return fetch(`${sim.url}/cgi-bin/qrcode/create?access_token=${token ?? (await serverToken(sim))}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export interface Code {
  readonly ticket: string
  readonly expire_seconds?: number
  readonly url: string
}

/** A code of `mp` with this scene, for five minutes. */
export async function sceneCode(sim: TestSimulator, scene_str: string): Promise<Code> {
  const answer = await order(sim, {
    expire_seconds: 300,
    action_name: 'QR_STR_SCENE',
    action_info: { scene: { scene_str } },
  })
  return answer.json()
}
