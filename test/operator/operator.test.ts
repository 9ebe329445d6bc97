// The operator's command line, as the program that it is, beside a running service on the same file.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stranger } from '../db/temp.js'
import { logInByApp } from '../world/native-app.js'
import { startWorld, type World } from '../world.js'

const PROGRAM = fileURLToPath(new URL('../../dist/server/operator.js', import.meta.url))

describe.skipIf(!existsSync(PROGRAM))('the operator’s command line (skipped until `npm run build` has run)', () => {
  let world: World
  let SIMULATOR_PORT: string
  beforeAll(async () => {
    world = await startWorld()
    SIMULATOR_PORT = new URL(world.wechat.url).port
  })
  afterAll(() => world.close())

  const run = (...args: string[]) => runWith({}, ...args)
  async function runWith(
    more: Record<string, string>,
    ...args: string[]
  ): Promise<{ code: number | null; out: string; err: string }> {
    const env = { PATH: process.env.PATH ?? '', DATABASE_URL: `sqlite:${world.file}`, SIMULATOR_PORT, ...more }
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, out, err }
  }
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out)

  test('finds and shows a person, by id, openid and unionid', async () => {
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson({ nickname: '小王' }))
    const { id } = redeemed.account
    const shown = await json('show', id)
    expect(shown).toMatchObject({ account: { id, nickname: '小王', nicknameSource: 'pc' }, sessions: [{}] })
    const [{ appid, openid, unionid }] = shown.identities
    expect(await json('find', 'openid', appid, openid)).toMatchObject({ id })
    expect(await json('find', 'unionid', 'main', unionid)).toMatchObject({ id })
    expect((await run('show', id)).out).toContain('小王')
  })

  test('disables an account: the running service signs it out and lets it in nowhere', async () => {
    const person = await world.wechat.newPerson()
    const { pc, redeemed } = await world.signedIn('website', person)
    const live = await pc.socket()
    live.send({ type: 'session' })
    expect(await json('disable', redeemed.account.id, '--yes')).toMatchObject({ status: 'disabled', endedSessions: 1 })
    expect(await pc.session()).toMatchObject({ status: 401 })
    // No hint comes from another process: the safety net finds it.
    expect(await live.next()).toEqual({ type: 'session.ended', reason: 'ended' })
    live.close()
    await expect(world.signedIn('website', person)).rejects.toThrow()
    await run('enable', redeemed.account.id, '--yes')
    await world.signedIn('website', person)
  })

  test('lists a merge and takes it back', async () => {
    const person = await world.wechat.newPerson({ noUnionid: true })
    const older = (await world.signedIn('website', person)).redeemed.account.id
    const younger = (await world.signedIn('relay', person)).redeemed.account.id
    await world.wechat.putPerson(person, { noUnionid: false })
    await world.signedIn('relay', person)
    expect((await world.signedIn('website', person)).redeemed.account.id).toBe(older)
    const [merge] = await json('merges', younger)
    expect(merge).toMatchObject({ survivor: older, loser: younger, undoneAt: null })
    expect(await json('undo-merge', merge.id, '--yes')).toMatchObject({ id: merge.id })
    expect((await world.signedIn('website', person)).redeemed.account.id).toBe(older)
    expect((await world.signedIn('relay', person)).redeemed.account.id).toBe(younger)
  })

  test('lets the accounts of an undone merge be joined again', async () => {
    const person = await world.wechat.newPerson({ noUnionid: true })
    const older = (await world.signedIn('website', person)).redeemed.account.id
    const younger = (await world.signedIn('relay', person)).redeemed.account.id
    await world.wechat.putPerson(person, { noUnionid: false })
    await world.signedIn('relay', person)
    await world.signedIn('website', person)
    const [merge] = await json('merges', younger)
    await run('undo-merge', merge.id, '--yes')
    await world.signedIn('relay', person)
    expect((await world.signedIn('website', person)).redeemed.account.id).not.toBe(
      (await world.signedIn('relay', person)).redeemed.account.id,
    )
    expect(await json('clear-merge', merge.id, '--yes')).toEqual({ cleared: merge.id })
    await world.signedIn('website', person)
    expect((await world.signedIn('relay', person)).redeemed.account.id).toBe(older)
    expect(await json('find', younger)).toMatchObject({ id: older })
  })

  test('signs somebody out everywhere, who can come back', async () => {
    const person = await world.wechat.newPerson()
    const { pc, redeemed } = await world.signedIn('website', person)
    const app = await logInByApp(world, person)
    const { id } = redeemed.account
    expect(app.accountId).toBe(id)
    expect(await json('end-sessions', id, '--yes')).toMatchObject({ id, status: 'active', endedSessions: 2 })
    expect(await pc.session()).toMatchObject({ status: 401 })
    expect((await app.get('/api/session')).status).toBe(401)
    expect((await world.signedIn('website', person)).redeemed.account.id).toBe(id)
  })

  test('deletes somebody, who is somebody new when they come back', async () => {
    const person = await world.wechat.newPerson({ nickname: '要走的人' })
    const { id } = (await world.signedIn('website', person)).redeemed.account
    expect(await json('delete', id, '--yes')).toMatchObject({ deleted: id, endedSessions: 1 })
    expect(await json('find', id)).toMatchObject({ id, status: 'deleted', nickname: '' })
    expect((await run('show', id)).out).not.toContain('要走的人')
    for (const verb of ['delete', 'disable', 'end-sessions']) {
      const again = await run(verb, id, '--yes')
      expect([verb, again.code, again.err]).toEqual([verb, 1, expect.stringContaining('was deleted')])
    }
    expect((await world.signedIn('website', person)).redeemed.account.id).not.toBe(id)
  })

  test('migrates an app: nothing where the namespace is today’s, all that was learnt before where the move is dated', async () => {
    const person = await world.wechat.newPerson()
    const { id } = (await world.signedIn('website', person)).redeemed.account
    const told = async () => (await json('show', id)).identities[0].unionid
    const unionid = await told()
    const undated = await json('migrate-platform', 'pc', '--yes')
    expect(undated).toMatchObject({ identities: 0, note: expect.stringContaining('say when it moved') })
    expect(await json('migrate-platform', 'pc', '2020-01-01', '--yes')).toEqual({ identities: 0, accounts: 0 })
    expect(await told()).toBe(unionid)
    const { identities } = await json('migrate-platform', 'pc', new Date().toISOString(), '--yes')
    expect(identities).toBeGreaterThan(0)
    expect(await told()).toBeNull()
    expect((await world.signedIn('website', person)).redeemed.account.id).toBe(id)
    expect(await told()).toBe(unionid)
  })

  test('tells an account’s history, and what was done by this very command line', async () => {
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson())
    const { id } = redeemed.account
    await run('disable', id, '--yes')
    await run('enable', id, '--yes')
    const own = await json('history', id)
    expect(own.map(({ act, actor }: Record<string, string>) => [act, actor])).toEqual([
      ['enabled', 'operator'],
      ['session_ended', 'operator'],
      ['disabled', 'operator'],
      ['login', 'person'],
    ])
    expect(own[0]).toMatchObject({ actorName: userInfo().username, account: id })
    expect(own[3]).toMatchObject({ method: 'website', app: 'pc', address: '127.0.0.1', browser: 'Chrome 126' })
    expect((await json('history')).slice(0, 4)).toEqual(own)
    const { out } = await run('history', id)
    expect(out).toMatch(/doneAt: 2\d{3}-\d\d-\d\dT.*\n *act: enabled\n/)
  })

  test('changes nothing without --yes where nobody can be asked', async () => {
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson())
    const refused = await run('delete', redeemed.account.id)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('--yes')
    expect(await json('find', redeemed.account.id)).toMatchObject({ status: 'active' })
  })

  test('knows the apps of the simulator beside the service by their keys, and without it says what to write', async () => {
    const person = await world.wechat.newPerson()
    const { id } = (await world.signedIn('website', person)).redeemed.account
    const [{ app, appid, openid }] = (await json('show', id)).identities
    expect(app).toBe('pc')
    expect(await json('find', 'openid', 'pc', openid)).toMatchObject({ id })
    const alone = await runWith({ SIMULATOR_PORT: '1' }, 'find', 'openid', 'pc', openid)
    expect(alone).toMatchObject({ code: 1, out: '' })
    expect(alone.err).toMatch(/no app pc .*none answers on port 1: start the service first.*: write the appid/)
    expect((await runWith({ SIMULATOR_PORT: '1' }, 'find', 'openid', appid, openid)).out).toContain(id)
    const misspelt = await run('find', 'openid', 'pcc', openid)
    expect(misspelt.err).toMatch(/no app pcc in the simulator: write one of pc, mp, mp2, app, mini/)
  })

  test('a database that somebody else holds: one line that says what to do, and nothing on standard output', async () => {
    const { id } = (await world.signedIn('website', await world.wechat.newPerson())).redeemed.account
    const other = stranger(world.file)
    await other.exec('BEGIN IMMEDIATE')
    const refused = await run('disable', id, '--yes', '--json')
    await other.exec('ROLLBACK')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('"msg":"db.blocked"')
    expect(refused.err).toMatch(/^The database did not serve this in time .* try again in a moment\.$/m)
    expect(refused.err).not.toMatch(/\n\s+at /)
    expect(await json('find', id)).toMatchObject({ status: 'active' })
  })

  test.each([['help'], ['--help'], ['show', '--help']])(
    'help that is asked for is an answer: %s %s',
    async (...args) => {
      const { code, out, err } = await run(...args)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain('undo-merge MERGE')
    },
  )

  test.each([
    [[], 2, /^Write what to do\.\n(.*\n)*.*undo-merge MERGE/],
    [['--json'], 2, /^Write what to do/],
    [['constructor'], 2, /no verb constructor/],
    [['frobnicate'], 2, /no verb frobnicate/],
    [['show'], 2, /show takes: ACCOUNT/],
    [['show', 'a', 'b'], 2, /show takes/],
    [['clear-merge'], 2, /takes: MERGE/],
    [['history', 'acc_nobody'], 1, /no account acc_nobody/],
    [['history', 'a', 'b'], 2, /history takes/],
    [['show', 'acc_nobody'], 1, /no account acc_nobody/],
    [['merges', 'acc_nobody'], 1, /no account acc_nobody/],
    [['find', 'openid', 'mp'], 1, /openid APP OPENID/],
    [['undo-merge', 'mrg_x', '--yes'], 1, /no merge mrg_x/],
    [['migrate-platform', 'wx0123456789abcdef', '--yes'], 1, /no app wx0123456789abcdef in the simulator/],
    [['migrate-platform', 'pc', 'soon', '--yes'], 1, /soon is no time: write it like 2026-01-31T12:00/],
    [['migrate-platform', 'pc', '2999-01-01', '--yes'], 1, /2999-01-01 is still to come/],
    [['migrate-platform', 'pc', '2026-01-31T12:00', '--yes'], 1, /is no time/],
    [['show', 'x', '--force'], 2, /no option --force/],
  ])('%j ends with %i and says what to do', async (args, code, says) => {
    const ended = await run(...args)
    expect(ended.code).toBe(code)
    expect(ended.err).toMatch(says)
    expect(ended.err).not.toMatch(/\n\s+at /)
  })
})
