// 200 callbacks of one person at the same moment, through three apps: one account, three identities, nobody turned away.
// A round takes seconds, so a few are run here; STORM_ROUNDS=100 runs as many as the figure in the notes was taken from.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../world/browser.js'
import { rows } from '../world/database.js'
import { startWorld, type World } from '../world.js'

const ROUNDS = Number(process.env.STORM_ROUNDS ?? 3)
const CALLBACKS = 200

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** A visitor whose next step is WeChat's callback. */
async function byWebsite(person: string): Promise<() => Promise<Answer>> {
  const pc = world.pc()
  const { embedUrl } = await pc.begin('website')
  const state = new URL(embedUrl ?? '').searchParams.get('state')
  const code = await world.wechat.code('pc', person)
  return () => pc.browser.post('/wechat/callback/pc', { code, state })
}

async function inWechat(app: 'mp' | 'mp2', person: string): Promise<() => Promise<Answer>> {
  const phone = world.phone(person)
  const { location } = await phone.visit(`/wechat/login/${app}?scope=snsapi_userinfo`)
  const state = new URL(location ?? '').searchParams.get('state')
  const code = await world.wechat.code(app, person)
  return () => phone.visit(`/wechat/callback/${app}?code=${code}&state=${state}`)
}

test(
  `promise 1 under ${CALLBACKS} concurrent callbacks of one unionid through three apps, ${ROUNDS} rounds`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await world.wechat.newPerson()
      const ready: (() => Promise<Answer>)[] = []
      for (let index = 0; index < CALLBACKS; index += 1) {
        const app = (['pc', 'mp', 'mp2'] as const)[index % 3] ?? 'pc'
        ready.push(app === 'pc' ? await byWebsite(person) : await inWechat(app, person))
      }
      const answers = await Promise.all(ready.map((callback) => callback()))
      expect(answers.filter(({ status }) => status !== 200 && status !== 303)).toEqual([])
      const ended = answers.filter(({ status, text }) => status === 200 && !text.includes('"status":"confirmed"'))
      expect(ended).toEqual([])

      const [account, ...more] = await rows(
        world.file,
        `SELECT DISTINCT account_id AS id FROM unionids WHERE unionid =
           (SELECT unionid FROM identities WHERE created_at = (SELECT MAX(created_at) FROM identities) LIMIT 1)`,
      )
      expect(more).toEqual([])
      const identities = await world.node().store.read.identities.ofAccount(String(account?.id))
      expect(new Set(identities.map(({ appid }) => appid)).size).toBe(3)
      expect(identities).toHaveLength(3)
      expect(await rows(world.file, "SELECT id FROM accounts WHERE status <> 'merged'")).toHaveLength(round + 1)
    }
  },
  60_000 + ROUNDS * 10_000,
)
