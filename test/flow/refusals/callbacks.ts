// WeChat's return, altered in every way that a stranger can alter it. None of it reaches WeChat.
import { refusal, refusalBefore, relay, returning } from './refusal.js'

/** Another hex digit in this place. */
const flipped = (state: string, at: number) =>
  state.slice(0, at) + (state.at(at) === '0' ? '1' : '0') + state.slice(at < 0 ? state.length + at + 1 : at + 1)
const query = (pairs: readonly (readonly [string, string])[]) => new URLSearchParams(pairs.map(([k, v]) => [k, v]))

/** What is altered → the query that the same browser then brings. */
const BROUGHT: Record<string, (code: string, state: string) => readonly (readonly [string, string])[]> = {
  'is missing': (code) => [['code', code]],
  'is empty': (code) => [
    ['code', code],
    ['state', ''],
  ],
  'comes twice': (code, state) => [
    ['code', code],
    ['state', state],
    ['state', state],
  ],
  'has another last digit': (code, state) => [
    ['code', code],
    ['state', flipped(state, -1)],
  ],
  'has another digit in the ticket': (code, state) => [
    ['code', code],
    ['state', flipped(state, 20)],
  ],
  'has another digit in the nonce': (code, state) => [
    ['code', code],
    ['state', flipped(state, 64)],
  ],
  'is in capitals': (code, state) => [
    ['code', code],
    ['state', state.toUpperCase()],
  ],
  'is one digit longer': (code, state) => [
    ['code', code],
    ['state', `${state}0`],
  ],
  'is one digit shorter': (code, state) => [
    ['code', code],
    ['state', state.slice(0, -1)],
  ],
  'is longer than WeChat’s limit': (code, state) => [
    ['code', code],
    ['state', state.padEnd(129, '0')],
  ],
}

const BAD_CODES: Record<string, (code: string) => readonly (readonly [string, string])[]> = {
  'comes twice': (code) => [
    ['code', code],
    ['code', code],
  ],
  'holds what no code holds': () => [['code', 'a b"<']],
  'is longer than any code': () => [['code', 'a'.repeat(129)]],
}

export const CALLBACKS = [
  ...Object.entries(BROUGHT).flatMap(([what, alter]) => [
    refusalBefore('state_invalid', 400, `website: the state ${what}`, async (world) => {
      const { pc, code, state, path } = await returning(world)
      const brought = query(alter(code, state))
      const opened = await pc.browser.get(`${path}?${brought}`)
      // Without a readable purpose nobody knows whose cookie to ask for: the inert page, whose script posts it.
      if (opened.status !== 200) return opened
      return pc.browser.post(path, { code, state: brought.get('state') ?? undefined })
    }),
    refusalBefore('state_invalid', 400, `relay: the state ${what}`, async (world) => {
      const { id, phone } = await relay(world)
      const callback = new URL((await phone.visit((await phone.visit(`/t/${id}`)).location ?? '')).location ?? '')
      const code = callback.searchParams.get('code') ?? ''
      const brought = query(alter(code, callback.searchParams.get('state') ?? ''))
      const opened = await phone.visit(`${callback.pathname}?${brought}`)
      if (opened.status !== 200) return opened
      return phone.browser.post(callback.pathname, { code, state: brought.get('state') ?? undefined })
    }),
  ]),
  refusalBefore('state_invalid', 400, 'website: the state is that of another browser', async (world) => {
    const { callback } = await returning(world)
    const other = world.pc()
    await other.begin('website')
    return other.browser.get(callback)
  }),
  refusalBefore('state_invalid', 400, 'website: no cookie, posted', async (world) => {
    const { path, code, state } = await returning(world)
    return world.pc().browser.post(path, { code, state })
  }),
  ...['mp', 'mp2', 'app', 'mini'].map((app) =>
    refusalBefore('state_invalid', 400, `website: on the path of the app ${app}`, async (world) => {
      const { pc, code, state } = await returning(world)
      return pc.browser.get(
        `/wechat/callback/${app}?${query([
          ['code', code],
          ['state', state],
        ])}`,
      )
    }),
  ),
  refusalBefore('state_invalid', 400, 'website: the state is the id of the ticket', async (world) => {
    const { pc, code, begun, path } = await returning(world)
    return pc.browser.post(path, { code, state: begun.ticket.id })
  }),
  refusalBefore('bad_request', 400, 'website: the state is no text', async (world) => {
    const { pc, code, state, path } = await returning(world)
    return pc.browser.post(path, { code, state: [state] })
  }),
  refusalBefore('state_expired', 400, 'website: ten minutes too late', async (world) => {
    const { pc, callback } = await returning(world)
    world.advance(600_000)
    return pc.browser.get(callback)
  }),
  ...Object.entries(BAD_CODES).map(([what, alter]) =>
    refusalBefore('bad_request', 400, `website: the code ${what}`, async (world) => {
      const { pc, code, state, path } = await returning(world)
      return pc.browser.get(`${path}?${query([...alter(code), ['state', state]])}`)
    }),
  ),
  refusal('code_used', 409, 'website: the code of a login that is done', async (world) => {
    const { pc, callback, code, path } = await returning(world)
    await pc.browser.get(callback)
    const again = await pc.begin('website')
    const upstream = await world.wechat.upstream()
    const state = new URL(again.embedUrl ?? '').searchParams.get('state')
    const answer = await pc.browser.post(path, { code, state })
    if ((await world.wechat.upstream()) !== upstream) throw new Error('a used code was sent to WeChat again')
    return answer
  }),
]
