// The PC page's link and the phone's steps, as the tests of both take them.
import { pageData, type TestSimulator } from './world.js'

export const CALLBACK = 'http://localhost:3000/wechat/callback/pc'
export const ALICE = { person: 'alice', allow: 'allow' }

export async function link(sim: TestSimulator, changes: Record<string, string | undefined> = {}) {
  const { appid } = await sim.app('pc')
  const params = {
    appid,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_login',
    state: 's1',
    ...changes,
  }
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/connect/qrconnect?${new URLSearchParams(given)}`
}

export async function newUuid(sim: TestSimulator): Promise<string> {
  return String((await pageData(await sim.get(await link(sim)))).uuid)
}

export const poll = async (sim: TestSimulator, uuid: string, last = '') =>
  (await sim.get(`/connect/l/qrconnect?f=json&uuid=${uuid}&last=${last}`)).json()
export const reply = async (sim: TestSimulator, uuid: string, form: Record<string, string>) =>
  (await sim.post('/connect/confirm_reply', { uuid, ...form }, { accept: 'application/json' })).json()
export const scan = (sim: TestSimulator, uuid: string, person: string) =>
  sim.get(`/connect/confirm?uuid=${uuid}`, { cookie: `sim_person=${person}` })
