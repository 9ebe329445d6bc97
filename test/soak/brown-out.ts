// A WeChat that is not well, and people who log in all the same: measured over HTTP, against the simulator.
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../world.js'

export interface Login {
  readonly outcome: string
  /** From WeChat's return to the answer. */
  readonly ms: number
}

const BUSY = JSON.stringify({ errcode: -1, errmsg: 'system error' })

/** One login by `website`, as its page ends: `confirmed`, or the reason why not. */
export async function login(world: World, person: string): Promise<Login> {
  const pc = world.pc()
  const begun = await pc.begin('website')
  const scan = await world.wechat.websiteScan(begun, person)
  const started = performance.now()
  await pc.arriveInFrame(scan)
  const ms = performance.now() - started
  const { status, reason } = (await pc.ticket(begun.ticket.id)).ticket
  return { outcome: reason ?? status, ms }
}

/** `count` people log in, `atOnce` of them at a time. */
export async function logins(world: World, count: number, atOnce: number): Promise<Login[]> {
  const done: Login[] = []
  let begun = 0
  const one = async () => {
    while (begun < count) {
      begun += 1
      done.push(await login(world, await world.wechat.newPerson()))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return done
}

/** Of a hundred calls thirty are answered -1 and the others after 1.5 s; with `slowly`, those thirty after 1.5 s too. */
export async function brownOut(world: World, slowly = false): Promise<void> {
  await world.wechat.clearFaults()
  const errors = ['/sns/oauth2/access_token', '/sns/userinfo']
  if (slowly)
    for (const path of errors) await world.wechat.fault({ path, kind: 'errcode', errcode: -1, share: 30, times: null })
  else await world.wechat.fault({ path: '/sns/*', kind: 'raw', body: BUSY, share: 30, times: null })
  await world.wechat.fault({ path: '/sns/*', kind: 'delay', ms: 1_500, times: null })
}

/** Every call fails so. */
export async function blackOut(
  world: World,
  fault: Record<string, unknown> = { kind: 'raw', body: BUSY },
): Promise<void> {
  await world.wechat.clearFaults()
  await world.wechat.fault({ path: '/sns/*', times: null, ...fault })
}

/** WeChat is well again: how long until somebody gets in, in milliseconds. One person comes every quarter of a second. */
export async function recovery(world: World): Promise<number> {
  await world.wechat.clearFaults()
  const started = performance.now()
  while (performance.now() - started < 20_000) {
    if ((await login(world, await world.wechat.newPerson())).outcome === 'confirmed') return performance.now() - started
    await sleep(250)
  }
  throw new Error('nobody got in')
}

export const breakerStates = (world: World): string[] =>
  world.log.map((line) => JSON.parse(line)).flatMap(({ msg, state }) => (msg === 'wechat.breaker' ? [state] : []))
