// What is forgotten is forgotten everywhere: in ended sessions, in tickets, and on what was merged into an account.

import { expect, test } from 'vitest'
import { deleteAccount, eraseProfile, removeIdentity } from '#server/core/account/erase.js'
import { disableAccount } from '#server/core/account/operate.js'
import { AN_OPERATOR, WECHAT } from '#server/core/audit.js'
import { undoMerge } from '#server/core/identity/undo-merge.js'
import type { Openid, TicketRecord } from '#server/core/ports.js'
import { inTransaction } from '#server/core/transaction.js'
import { session, ticket } from '../../contract/records.js'
import { onEveryDatabase } from '../every-database.js'
import { disagreements } from '../identity/agreement.js'
import { DOORS, proofOf } from '../identity/people.js'

onEveryDatabase('forgetting', (office) => {
  const read = () => office().store.read
  const now = () => office().time.clock()
  const enter: ReturnType<typeof office>['desk']['enter'] = (...visit) => office().desk.enter(...visit)
  const face = (nickname: string) => ({ nickname, avatarUrl: `https://thirdwx.qlogo.cn/${nickname}/132` })
  const device = { browser: 'Lynx', os: 'Plan 9', address: '198.51.100.77', place: 'Turpan' }
  const begin = (id: string, accountId: string) =>
    office().store.write((tx) =>
      tx.sessions.insert(
        session(accountId, { id, hash: `hash-${id}`, device, createdAt: now(), expiresAt: now() + 9e6 }),
      ),
    )
  const put = (overrides: Partial<TicketRecord>) =>
    office().store.write((tx) => tx.tickets.insert(ticket({ device, expiresAt: now() + 9e6, ...overrides })))
  const remove = (appid: string, openid: string) =>
    inTransaction(office().store, (tx) =>
      removeIdentity(tx, { appid, openid: openid as Openid, appKey: appid }, now(), WECHAT),
    )
  const everything = async () => {
    const tables = ['accounts', 'identities', 'unionids', 'merges', 'sessions', 'tickets']
    const all = await Promise.all(tables.map((table) => office().rows(`SELECT * FROM ${table}`)))
    const readable = (_: string, value: unknown) =>
      typeof value === 'object' && value !== null && 'data' in value ? Buffer.from(value as never).toString() : value
    return JSON.stringify(all, readable)
  }

  test('a deleted account leaves no name, picture, address, browser, openid or unionid in any table', async () => {
    const older = await enter('mp', 'zoe-mp', undefined, face('Zoe'))
    const younger = await enter('pc', 'zoe-pc', 'zoe-union', face('Zoey'))
    for (const id of ['ses_z1', 'ses_z2']) await begin(id, younger)
    await office().store.write((tx) => tx.sessions.end('ses_z1', now()))
    const proof = proofOf('pc', 'zoe-pc', { at: now(), unionid: 'zoe-union', profile: face('Zoe') })
    const scannedBy = face('Zoe')
    await put({ id: 'tkt_z1', status: 'redeemed', accountId: younger, scannedBy })
    await enter('mp', 'zoe-mp', 'zoe-union')
    await put({ id: 'tkt_z2', status: 'confirmed', accountId: older, scannedBy })
    await put({ id: 'tkt_z3', status: 'scanned', proof, scannedBy })
    await put({ id: 'tkt_z4', status: 'expired', accountId: older, scannedBy })
    const ended = await inTransaction(office().store, (tx) => deleteAccount(tx, older, now(), AN_OPERATOR))
    expect(ended?.sessions).toEqual(['ses_z2'])
    expect(ended?.tickets.map(({ id, status, reason }) => [id, status, reason]).toSorted()).toEqual([
      ['tkt_z2', 'failed', 'account_changed'],
      ['tkt_z3', 'failed', 'account_changed'],
    ])
    const left = await everything()
    for (const word of [
      'Zoe',
      'qlogo.cn',
      'Lynx',
      'Plan 9',
      '198.51.100.77',
      'Turpan',
      'zoe-mp',
      'zoe-pc',
      'zoe-union',
    ])
      expect(left).not.toContain(word)
  })

  test('another person’s sessions, tickets and scans are left alone', async () => {
    const gone = await enter('pc', 'gone-pc', 'gone')
    const stays = await enter('pc', 'stays-pc', 'stays')
    await begin('ses_stays', stays)
    const proof = proofOf('pc', 'stays-pc', { at: now(), unionid: 'stays' })
    await put({ id: 'tkt_stays1', status: 'confirmed', accountId: stays, scannedBy: face('Stays') })
    await put({ id: 'tkt_stays2', status: 'scanned', proof, scannedBy: face('Stays') })
    const look = async () => [
      await read().tickets.findMany(['tkt_stays1', 'tkt_stays2']),
      await read().sessions.ofAccount(stays, now()),
    ]
    const before = await look()
    await inTransaction(office().store, (tx) => deleteAccount(tx, gone, now(), AN_OPERATOR))
    expect(await look()).toEqual(before)
  })

  test('a login confirmed before its account was disabled is not collected after it was enabled again', async () => {
    const id = await enter('pc', 'dis-pc', 'dis')
    await put({ id: 'tkt_dis', status: 'confirmed', accountId: id })
    const { ended } = await disableAccount(office().store, id, now())
    expect(ended.tickets.map((one) => one.id)).toEqual(['tkt_dis'])
    expect(await read().tickets.find('tkt_dis')).toMatchObject({ status: 'failed', reason: 'account_disabled' })
  })

  test('a profile that came by an app is erased from what was merged into the account too', async () => {
    const older = await enter('mp', 'ned-mp')
    const younger = await enter('pc', 'ned-pc', 'ned', face('Ned'))
    await enter('mp', 'ned-mp', 'ned')
    await put({ id: 'tkt_ned', status: 'redeemed', accountId: younger, scannedBy: face('Ned') })
    await inTransaction(office().store, (tx) => eraseProfile(tx, older, 'pc'))
    for (const id of [older, younger]) {
      expect(await read().accounts.find(id)).toMatchObject({ nickname: '', avatarUrl: '', nicknameSource: null })
    }
    expect(await read().tickets.find('tkt_ned')).toMatchObject({ scannedBy: null })
    expect(await everything()).not.toContain('Ned')
  })

  test('an identity that a merge or its undoing moves at this moment goes with the account it is of then', async () => {
    for (let round = 0; round < 10; round += 1) {
      const name = `rm${round}`
      const older = await enter('mp', `${name}-mp`)
      const younger = await enter('pc', `${name}-pc`, name)
      await office().desk.tie(younger, 'far', `${name}-far`)
      await enter('mp', `${name}-mp`, name)
      await begin(`ses_${name}`, older)
      const [merge] = await read().identities.merges(younger)
      await Promise.all([
        undoMerge(office().store, merge?.id ?? '', now()),
        remove(DOORS.far.appid, `${name}-far`),
        remove(DOORS.pc.appid, `${name}-pc`).catch(() => undefined),
      ]).catch(() => undefined)
      expect(await disagreements(office().rows)).toEqual([])
      // The elder's own identity was never taken away: its account lives.
      expect(await read().accounts.find(older)).toMatchObject({ status: 'active' })
    }
  })

  test('an identity that is read, and then merged away before its account is held, is still taken away whole', async () => {
    for (let round = 0; round < 10; round += 1) {
      const name = `mv${round}`
      const older = await enter('mp', `${name}-mp`)
      const younger = await enter('pc', `${name}-pc`, name)
      await Promise.all([office().desk.arrive('mp', `${name}-mp`, name), remove(DOORS.pc.appid, `${name}-pc`)])
      expect(await disagreements(office().rows)).toEqual([])
      expect((await read().accounts.find(older))?.status).toBe('active')
      expect(['merged', 'deleted']).toContain((await read().accounts.find(younger))?.status)
    }
  })
})
