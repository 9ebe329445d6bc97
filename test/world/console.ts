// Somebody at the operator's console, over HTTP as its page speaks.
import { randomBytes } from 'node:crypto'
import { issueCode } from '#server/core/operator/code.js'
import type { AdminJobs, AdminOrder, AdminOrdered, AdminSeen } from '#shared/admin.js'
import type { World } from '../world.js'
import type { Answer } from './browser.js'
import type { Pc } from './pc.js'

export interface Desk {
  readonly pc: Pc
  readonly account: string
  get(path: string): Promise<Answer>
  /** @throws when it is not answered */
  order(order: AdminOrder): Promise<AdminOrdered>
  see(account: string): Promise<AdminSeen>
  jobs(): Promise<AdminJobs>
}

/** A one-time code, as the program prints it. */
export const newCode = (world: World) => issueCode(world.node().store, randomBytes, world.now())

/** A person with an account who has claimed a code. */
export async function newOperator(world: World, person?: string): Promise<Desk> {
  const { pc, redeemed } = await world.signedIn('website', person ?? (await world.wechat.newPerson()))
  const { code } = await newCode(world)
  const claimed = await pc.browser.post('/api/admin/claim', { code })
  if (claimed.status !== 204) throw new Error(`not claimed: ${claimed.text}`)
  return desk(pc, redeemed.account.id)
}

/** The console in a browser that is signed in. */
export function desk(pc: Pc, account: string): Desk {
  const get = (path: string) => pc.browser.get(`/api/admin/${path}`)
  const ok = (answer: Answer): Answer => {
    if (answer.status !== 200) throw new Error(`got ${answer.status}: ${answer.text.slice(0, 200)}`)
    return answer
  }
  return {
    pc,
    account,
    get,
    order: async (order) => ok(await pc.browser.post('/api/admin/orders', order)).json(),
    see: async (id) => ok(await get(`accounts/${id}`)).json(),
    jobs: async () => ok(await get('jobs')).json(),
  }
}
