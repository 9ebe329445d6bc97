import { describe, expect, test } from 'vitest'
import { ALICE, newUuid, poll, reply, scan } from './scan.js'
import { pageData, startSimulator } from './world.js'

describe('the phone', () => {
  test('a scanned code belongs to its scanner', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    await scan(sim, uuid, 'alice')
    expect(await pageData(await scan(sim, uuid, 'bob'))).toEqual({ page: 'done', result: 'taken' })
    expect(await reply(sim, uuid, { person: 'bob', allow: 'allow' })).toEqual({ result: 'taken' })
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'allowed' })
    expect(await reply(sim, uuid, ALICE)).toEqual({ result: 'taken' })
  })

  test('who holds the phone that scanned may hand it to somebody else', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    await scan(sim, uuid, 'alice')
    const headers = { accept: 'application/json', cookie: 'sim_person=alice' }
    const answer = await sim.post('/connect/confirm_reply', { uuid, person: 'bob', allow: 'allow' }, headers)
    expect(await answer.json()).toEqual({ result: 'allowed' })
    const { wx_code } = await poll(sim, uuid)
    expect(await sim.exchange('pc', wx_code)).toMatchObject({ openid: (await sim.person('bob')).openids.pc })
  })

  test('two people allow at the same moment: one code, one of them', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    const results = await Promise.all(['alice', 'bob'].map((person) => reply(sim, uuid, { person, allow: 'allow' })))
    expect(results.map(({ result }) => result).sort()).toEqual(['allowed', 'taken'])
  })

  test('a browser without an owner may choose one, and nothing is scanned before', async () => {
    const sim = await startSimulator({ pollHoldMs: 20 })
    const uuid = await newUuid(sim)
    const data = await pageData(await sim.get(`/connect/confirm?uuid=${uuid}`))
    expect(data).toMatchObject({ page: 'consent', current: null })
    expect(await poll(sim, uuid)).toMatchObject({ wx_errcode: 408 })
  })

  test('the refuser refuses', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    expect(await reply(sim, uuid, { person: 'refuser', allow: 'allow' })).toEqual({ result: 'denied' })
  })

  test('answers a page to a browser and JSON to a program, mistakes too', async () => {
    const sim = await startSimulator()
    const uuid = await newUuid(sim)
    const form = { uuid, person: 'nobody', allow: 'allow' }
    const page = await sim.post('/connect/confirm_reply', form, { accept: 'text/html' })
    expect(await pageData(page)).toMatchObject({ page: 'error', code: 'unknown_person' })
    expect(await reply(sim, uuid, form)).toEqual({ error: expect.stringContaining('nobody') })
    expect(await reply(sim, uuid, { person: 'alice', allow: 'yes' })).toEqual({
      error: expect.stringContaining('allow'),
    })
    const done = await sim.post('/connect/confirm_reply', { uuid, ...ALICE }, { accept: 'text/html' })
    expect(await pageData(done)).toEqual({ page: 'done', result: 'allowed' })
  })
})
