// One refusal: what is tried, and the one answer to it.
import type { ErrorCode } from '#shared/errors.js'
import type { Answer } from '../../world/browser.js'
import type { World } from '../../world.js'

export interface Refusal {
  readonly name: string
  readonly code: ErrorCode
  readonly status: number
  /** True when nothing in it, from its first request on, may reach WeChat's API. */
  readonly before: boolean
  run(world: World): Promise<Answer>
}

/** A row of the table. */
export function refusal(code: ErrorCode, status: number, name: string, run: Refusal['run']): Refusal {
  return { name, code, status, before: false, run }
}

/** A row whose refusal comes before WeChat is asked anything. */
export function refusalBefore(code: ErrorCode, status: number, name: string, run: Refusal['run']): Refusal {
  return { ...refusal(code, status, name, run), before: true }
}

/** A relay ticket whose page is attached, and a phone of somebody new. */
export async function relay(world: World) {
  const pc = world.pc()
  const { ticket, matchNumber } = await pc.begin('relay')
  await pc.ticket(ticket.id)
  const phone = world.phone(await world.wechat.newPerson())
  return { pc, id: ticket.id, matchNumber, phone }
}

/** A relay ticket whose question stands on the phone. */
export async function scanned(world: World) {
  const all = await relay(world)
  await all.phone.scan(all.id)
  return all
}

/** A website ticket and WeChat's way back for it, not yet taken. */
export async function returning(world: World) {
  const pc = world.pc()
  const begun = await pc.begin('website')
  const scan = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
  return { pc, begun, ...scan, path: new URL(scan.callback).pathname }
}
