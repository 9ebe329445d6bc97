// `scene` where the operator has decided that the scan alone is the confirmation.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Openid } from '#server/core/ports.js'
import { platformError } from './fake-platform.js'
import { QUICK, start } from './scene.js'

describe('configured as “at once”', () => {
  test('the scan is the confirmation: no number, no page, the unionid by user/info', async () => {
    const world = await start()
    const { id, number } = await world.shown(QUICK)
    expect(number).toBe('')
    expect((await world.attach(id))?.matchNumber).toBeNull()
    world.wechat.follower('alice-quick', 'alice')
    expect(await world.scan(id, 'alice', QUICK)).toContain('You are logged in')
    await expect.poll(async () => (await world.ticket(id)).status).toBe('confirmed')
    expect(await world.rows('unionids')).toMatchObject([{ unionid: 'alice' }])
    expect(await world.scan(id, 'mallory', QUICK)).toContain('Somebody else')
    await world.redeem(id)
  })

  test('without user/info the person is known by openid alone', async () => {
    const world = await start()
    const { id } = await world.shown(QUICK)
    world.wechat.follower('alice-quick', platformError('unreachable'))
    await world.scan(id, 'alice', QUICK)
    await expect.poll(async () => (await world.ticket(id)).status).toBe('confirmed')
    expect(await world.rows('identities')).toMatchObject([{ openid: 'alice-quick', unionid: null }])
  })

  test('a node that ends finishes it first; one that was killed leaves “scan again”', async () => {
    const world = await start()
    const [first, second] = [await world.shown(QUICK), await world.shown(QUICK)]
    await world.scan(first.id, 'alice', QUICK)
    await world.login.handOver()
    expect((await world.ticket(first.id)).status).toBe('confirmed')
    await world.scan(second.id, 'alice', QUICK)
    expect((await world.ticket(second.id)).status).toBe('scanned')
    const next = world.node('key one')
    onTestFinished(() => next.handOver())
    await next.handleScan({ app: QUICK, openid: 'alice-quick' as Openid, scene: second.id })
    await expect.poll(async () => (await world.ticket(second.id)).status).toBe('confirmed')
  })

  test('a disabled account stays outside', async () => {
    const world = await start()
    const first = await world.shown(QUICK)
    await world.scan(first.id, 'alice', QUICK)
    await expect.poll(async () => (await world.ticket(first.id)).status).toBe('confirmed')
    const { account } = await world.redeem(first.id)
    await world.store.write((tx) => tx.accounts.setStatus(account.id, 'disabled'))
    const second = await world.shown(QUICK)
    await world.scan(second.id, 'alice', QUICK)
    await expect
      .poll(() => world.ticket(second.id))
      .toMatchObject({ status: 'failed', reason: 'account_disabled', proof: null })
  })
})
