// The code of `scene`: WeChat is asked for it when a page attaches, once, and not by everybody at the same time.
import { describe, expect, test } from 'vitest'
import { platformError } from './fake-platform.js'
import { heldCodes, start } from './scene.js'
import { PC } from './world.js'

describe('the code', () => {
  test('comes with attaching: its scene is the ticket, and its number is on the page', async () => {
    const world = await start()
    const { ticket, qrContent, matchNumber } = world.begin()
    expect(qrContent).toBeNull()
    const seen = await world.attach(ticket.id)
    expect(seen).toMatchObject({ qrContent: 'http://weixin.qq.com/q/1', matchNumber, ticket: { version: 2 } })
    expect(world.wechat.codes.scenes).toEqual([ticket.id])
    expect(ticket.id).toHaveLength(64)
  })

  test('a flood of tickets that nobody looks at writes no row and calls nobody', async () => {
    const world = await start()
    for (let times = 0; times < 1000; times += 1) world.begin()
    expect(world.wechat.codes.scenes).toEqual([])
    expect(await world.count('tickets')).toEqual([0])
  })

  test('a page on a socket is answered at once, and hears when the code is there', async () => {
    const world = await start()
    const release = heldCodes(world.wechat.platform)
    const { ticket } = world.begin()
    const visitor = { ticketId: ticket.id, secret: world.browser, device: PC, returnTo: '/' }
    expect(await world.login.attach(visitor, false)).toMatchObject({ qrContent: null, ticket: { status: 'pending' } })
    expect(world.waiting.times).toBe(0)
    await expect.poll(() => release.under()).toBe(1)
    release.all()
    await expect.poll(() => world.hints).toContainEqual({ topic: 'ticket', id: ticket.id, version: 2 })
    expect((await world.login.views([ticket.id]))[0]?.qrContent).toBe('http://weixin.qq.com/q/1')
  })

  test('thirty pages at once ask ten at a time, and each gets its own', async () => {
    const world = await start()
    const release = heldCodes(world.wechat.platform)
    const ids = Array.from({ length: 30 }, () => world.begin().ticket.id)
    const pages = ids.map((ticketId) =>
      world.login.attach({ ticketId, secret: world.browser, device: PC, returnTo: '/' }, false),
    )
    await Promise.all(pages)
    await expect.poll(() => release.under()).toBe(10)
    release.all()
    await expect.poll(async () => (await world.login.views(ids)).filter(({ qrContent }) => qrContent).length).toBe(30)
    expect(release.most()).toBe(10)
    expect(new Set(world.wechat.codes.scenes)).toEqual(new Set(ids))
  })

  test('a node that ends forgets what stood in line, and others may ask at once', async () => {
    const world = await start()
    const release = heldCodes(world.wechat.platform)
    const ids = Array.from({ length: 15 }, () => world.begin().ticket.id)
    for (const ticketId of ids) {
      await world.login.attach({ ticketId, secret: world.browser, device: PC, returnTo: '/' }, false)
    }
    await expect.poll(() => release.under()).toBe(10)
    const ended = world.login.handOver()
    release.all()
    await ended
    expect(world.wechat.codes.scenes).toHaveLength(10)
    expect(await world.store.read.tickets.unattended('scene', world.time.clock())).toHaveLength(5)
  })

  test.each([
    ['unreachable', 'platform_unreachable'],
    ['limit', 'platform_busy'],
    ['config', 'misconfigured'],
  ] as const)('that WeChat does not give (%s) ends the ticket as %s', async (kind, reason) => {
    const world = await start()
    world.wechat.platform.createSceneCode = async () => {
      throw platformError(kind)
    }
    expect((await world.attach(world.begin().ticket.id))?.ticket).toMatchObject({ status: 'failed', reason })
  })

  test('attack: another browser, or a program with another secret, attaches to a photographed code', async () => {
    const { attach, shown, anotherSecret } = await start()
    const { id } = await shown()
    for (const secret of [anotherSecret(), null, '']) expect(await attach(id, secret)).toBeNull()
  })
})
