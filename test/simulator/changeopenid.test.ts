import { describe, expect, test } from 'vitest'
import { serverToken } from './scene.js'
import { postJson } from './server-api.js'
import { startSimulator, type TestSimulator } from './world.js'

/** What the new account of a moved one, `mp2`, is told about these openids of `mp`. */
async function moved(sim: TestSimulator, openid_list: unknown, from = 'mp') {
  const { appid } = await sim.app(from)
  return ask(sim, { from_appid: appid, openid_list })
}

const ask = async (sim: TestSimulator, body: unknown) =>
  (await postJson(sim, `/cgi-bin/changeopenid?access_token=${await serverToken(sim, 'mp2')}`, body)).json()

describe('/cgi-bin/changeopenid', () => {
  test('tells each openid of the old account’s as the new account knows the person, in order', async () => {
    const sim = await startSimulator()
    const [alice, bob] = [await sim.person('alice'), await sim.person('bob')]
    const unknown = 'oNobodyNobodyNobodyNobody000'
    expect(await moved(sim, [bob.openids.mp, unknown, alice.openids.mp])).toEqual({
      errcode: 0,
      errmsg: 'ok',
      result_list: [
        { ori_openid: bob.openids.mp, new_openid: bob.openids.mp2, err_msg: 'ok' },
        { ori_openid: unknown, new_openid: '', err_msg: 'ori_openid error' },
        { ori_openid: alice.openids.mp, new_openid: alice.openids.mp2, err_msg: 'ok' },
      ],
    })
  })

  test('an openid of a third account, or in another case, is nobody’s', async () => {
    const sim = await startSimulator()
    const { openids } = await sim.person('alice')
    const { result_list } = await moved(sim, [openids.pc, openids.mp?.toLowerCase()])
    for (const { err_msg, new_openid } of result_list) {
      expect([err_msg, new_openid]).toEqual(['ori_openid error', ''])
    }
  })

  test('takes a hundred at once, and no more', async () => {
    const sim = await startSimulator()
    const { openids } = await sim.person('alice')
    const many = Array.from({ length: 101 }, () => openids.mp)
    expect((await moved(sim, many.slice(1))).result_list).toHaveLength(100)
    expect(await moved(sim, many)).toMatchObject({ errcode: 47001 })
    expect(await moved(sim, [])).toMatchObject({ errcode: 47001 })
    expect(await moved(sim, openids.mp)).toMatchObject({ errcode: 47001 })
  })

  test('wants a token, an object, an account that there is, and POST', async () => {
    const sim = await startSimulator()
    expect(await (await postJson(sim, '/cgi-bin/changeopenid', {})).json()).toMatchObject({ errcode: 41001 })
    expect(await ask(sim, '')).toMatchObject({ errcode: 44002 })
    expect(await ask(sim, '[]')).toMatchObject({ errcode: 47001 })
    expect(await ask(sim, { openid_list: ['x'] })).toMatchObject({ errcode: 40013 })
    expect(await (await sim.get('/cgi-bin/changeopenid')).json()).toMatchObject({ errcode: 43002 })
  })

  test('can say that the move was never confirmed', async () => {
    const sim = await startSimulator()
    const { openids } = await sim.person('alice')
    await sim.fault({ path: '/cgi-bin/changeopenid', kind: 'errcode', errcode: 63178, errmsg: 'not confirmed' })
    expect(await moved(sim, [openids.mp])).toMatchObject({
      errcode: 63178,
      errmsg: expect.stringMatching(/^not confirmed rid: /),
    })
    expect(await moved(sim, [openids.mp])).toMatchObject({ errcode: 0 })
  })
})
