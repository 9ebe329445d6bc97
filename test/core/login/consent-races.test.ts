// What somebody has agreed to is looked up before the transaction that signs them in. What happens between the two must not
// let anybody in who was not asked.
import { expect, test } from 'vitest'
import { deleteAccount } from '#server/core/account/erase.js'
import { person } from '#server/core/audit.js'
import type { Store } from '#server/core/ports.js'
import { movableClock, openScratchStore, type ScratchStore } from '../scratch-store.js'
import { APPS, createWorld, PC, refusal } from './world.js'

const agreementVersion = 'v1'

/** The store, in which `between` happens once: after the next time that `what` was read outside a transaction. */
function interrupted(
  scratch: ScratchStore,
  what: 'tickets' | 'consents',
  between: () => Promise<unknown>,
): ScratchStore {
  const { read } = scratch.store
  let waits = true
  const then = async <T>(result: T): Promise<T> => {
    if (waits) {
      waits = false
      await between()
    }
    return result
  }
  const reads: Store['read'] = {
    ...read,
    ...(what === 'tickets' && { tickets: { ...read.tickets, find: async (id) => then(await read.tickets.find(id)) } }),
    ...(what === 'consents' && {
      consents: { ...read.consents, given: async (id, version) => then(await read.consents.given(id, version)) },
    }),
  }
  return { ...scratch, store: { ...scratch.store, read: reads } }
}

async function start() {
  const time = movableClock()
  const scratch = await openScratchStore(time.clock)
  const apps = [...Object.values(APPS), { ...APPS.mp, key: 'app', appid: 'wx-app', kind: 'mobile' as const }]
  return { time, scratch, apps, agreementVersion }
}

test('attack: a redeem that was under way before the phone confirmed signs nobody in who has not agreed', async () => {
  const { scratch, ...options } = await start()
  const world = await createWorld({ ...options, scratch })
  const { id, state } = world.beginWebsite()
  world.wechat.says('c1', { openid: 'alice-pc', unionid: 'alice' })
  // WeChat is still being asked when the redeem looks at the ticket: it has its row, and nobody has confirmed yet.
  const release = world.wechat.holdNext()
  const arrived = world.arrive({ state, code: 'c1' })
  await expect.poll(() => world.wechat.calls.exchanges.length).toBe(1)
  const racing = await createWorld({
    ...options,
    scratch: interrupted(scratch, 'tickets', () => {
      release()
      return arrived
    }),
  })
  expect(await refusal(racing.redeem(id))).toBe('consent_required')
  expect(await world.count('sessions')).toEqual([0])
  expect(await refusal(world.redeem(id, { consent: agreementVersion }))).toMatch(/^no refusal/)
  expect(await world.count('sessions')).toEqual([1])
})

test.each([
  ['without', undefined, 'consent_required', [1, 1, 0]],
  ['with', agreementVersion, /^no refusal/, [2, 2, 1]],
] as const)(
  'whose account was deleted during a login %s the consent is somebody new, and asked like them',
  async (_what, consent, outcome, counts) => {
    const { scratch, ...options } = await start()
    const world = await createWorld({ ...options, scratch })
    const alice = { openid: 'alice-app', unionid: 'alice' }
    const input = { kind: 'mobile', appKey: 'app', attempt: '', device: PC } as const
    world.wechat.says('c1', alice)
    const { account } = await world.login.loginWithCode({ ...input, code: 'c1', consent: agreementVersion })
    const erase = () => scratch.store.write((tx) => deleteAccount(tx, account.id, options.time.clock(), person(PC)))
    const racing = await createWorld({
      ...options,
      scratch: interrupted(scratch, 'consents', erase),
      seed: 'another node',
    })
    racing.wechat.says('c2', alice)
    const result = await refusal(racing.login.loginWithCode({ ...input, code: 'c2', ...(consent && { consent }) }))
    expect(result).toMatch(outcome)
    const [consents] = await scratch.query('SELECT COUNT(*) AS n FROM consents')
    expect([...(await world.count('accounts', 'sessions')), Number(consents?.n)]).toEqual(counts)
  },
)
