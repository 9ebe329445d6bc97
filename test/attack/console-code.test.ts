// The one-time code that makes an operator, in the hands of those it is not for.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CODE_LIFE_MS } from '#server/core/operator/code.js'
import { newCode } from '../world/console.js'
import type { Pc } from '../world/pc.js'
import { startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const signedIn = async () => {
  const { pc, redeemed } = await world.signedIn('website', await world.wechat.newPerson())
  return { pc, id: redeemed.account.id }
}

describe('the one-time code', () => {
  const claim = ({ browser }: Pc, code: string) => browser.post('/api/admin/claim', { code })

  test('guessed: every wrong one is refused alike, and after ten an address may guess no more for a while', async () => {
    const limited = await startWorld({ config: (config) => ({ ...config, production: true }) })
    try {
      const { pc } = await limited.signedIn('website', await limited.wechat.newPerson())
      const { code } = await newCode(limited)
      const answers: (string | null)[] = []
      for (let n = 0; n < 12; n += 1) answers.push((await claim(pc, `GUESS-${n}`)).code)
      expect(answers).toEqual([...Array(10).fill('not_found'), ...Array(2).fill('too_many_requests')])
      expect((await claim(pc, code)).code).toBe('too_many_requests')
    } finally {
      await limited.close()
    }
  })

  test('replayed: it is good once, and by nobody afterwards', async () => {
    const [first, second] = [await signedIn(), await signedIn()]
    const { code } = await newCode(world)
    expect((await claim(first.pc, code)).status).toBe(204)
    expect((await claim(second.pc, code)).status).toBe(404)
    await newCode(world)
    expect((await claim(second.pc, code)).code).toBe('not_found')
    expect((await second.pc.browser.get('/api/admin/operators')).status).toBe(404)
  })

  test('raced: of ten who claim it at once, one operates', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, signedIn))
    const { code } = await newCode(world)
    const answers = await Promise.all(people.map(({ pc }) => claim(pc, code)))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
  })

  test('too old: after a day it is good for nothing, and the console is not there', async () => {
    const later = await startWorld()
    try {
      const { code } = await newCode(later)
      later.advance(CODE_LIFE_MS + 1)
      const { pc } = await later.signedIn('website', await later.wechat.newPerson())
      expect((await claim(pc, code)).status).toBe(404)
    } finally {
      await later.close()
    }
  })

  test('by a stranger, or from another site, is not even looked at', async () => {
    const { code } = await newCode(world)
    expect((await claim(world.pc(), code)).status).toBe(404)
    const { pc } = await signedIn()
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await pc.browser.post('/api/admin/claim', { code }, { headers })).code).toBe('origin_refused')
    expect((await claim(pc, code.toLowerCase().replaceAll('-', ' '))).status).toBe(204)
  })

  test('read in a dump: neither database nor log holds it', async () => {
    const { code } = await newCode(world)
    const bytes = readFileSync(world.file).toString('latin1') + readFileSync(`${world.file}-wal`).toString('latin1')
    for (const form of [code, code.replaceAll('-', '')]) {
      expect([bytes.includes(form), world.log.join('\n').includes(form)]).toEqual([false, false])
    }
  })
})
