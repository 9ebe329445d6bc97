// The phone: the wrong one, the wrong browser on it, the wrong number.
import { setTimeout as sleep } from 'node:timers/promises'
import { WECHAT } from '../../world/phone.js'
import { refusal, relay, scanned } from './refusal.js'

const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1'

export const PHONES = [
  refusal('open_in_wechat', 400, 'a phone’s own browser', async (world) => {
    const { id } = await relay(world)
    return world.phone('alice', SAFARI).open(id)
  }),
  refusal('wecom_unsupported', 400, 'WeCom', async (world) => {
    const { id } = await relay(world)
    return world.phone('alice', `${WECHAT} wxwork/4.1.22`).open(id)
  }),
  refusal('scanned_elsewhere', 409, 'a second phone on a scanned code', async (world) => {
    const { id } = await scanned(world)
    return world.phone(await world.wechat.newPerson()).open(id)
  }),
  refusal('scanned_elsewhere', 409, 'a second phone that had opened the link before', async (world) => {
    const { id, phone } = await relay(world)
    const second = world.phone(await world.wechat.newPerson())
    const callback = (await second.visit((await second.visit(`/t/${id}`)).location ?? '')).location ?? ''
    await phone.scan(id)
    return second.visit(callback)
  }),
  refusal(
    'scanned_elsewhere',
    409,
    'a second phone that is overtaken while WeChat is asked about it',
    async (world) => {
      const { id, phone } = await relay(world)
      const second = world.phone(await world.wechat.newPerson())
      const callback = (await second.visit((await second.visit(`/t/${id}`)).location ?? '')).location ?? ''
      const code = new URL(callback).searchParams.get('code') ?? ''
      await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'delay', ms: 200 })
      const returning = second.visit(callback)
      while ((await world.wechat.calls()).byCode[code] === undefined) await sleep(5)
      await phone.open(id)
      return returning
    },
  ),
  refusal('scanned_elsewhere', 409, 'a second phone that confirms', async (world) => {
    const { id, phone, matchNumber } = await relay(world)
    const second = world.phone(await world.wechat.newPerson())
    await second.visit(`/t/${id}`)
    await phone.scan(id)
    return second.confirm(id, matchNumber)
  }),
  refusal('explicit_required', 409, 'confirming before WeChat’s consent, where one is needed', async (world) => {
    const { id, phone, matchNumber } = await relay(world)
    await phone.open(id)
    return phone.confirm(id, matchNumber)
  }),
  ...(
    [
      ['missing', null],
      ['empty', ''],
      ['no number', 'xx'],
      ['three digits', '000'],
    ] as const
  ).map(([what, given]) =>
    refusal('match_number_wrong', 422, `a match number that is ${what}`, async (world) => {
      const { id, phone } = await scanned(world)
      return phone.confirm(id, given)
    }),
  ),
  refusal('match_number_wrong', 422, 'the next number to the right one', async (world) => {
    const { id, phone, matchNumber } = await scanned(world)
    return phone.confirm(id, String((Number(matchNumber) + 1) % 100).padStart(2, '0'))
  }),
  refusal('match_number_wrong', 422, 'a third wrong number', async (world) => {
    const { id, phone } = await scanned(world)
    await phone.confirm(id, 'xx')
    await phone.confirm(id, 'xx')
    return phone.confirm(id, 'xx')
  }),
  refusal('ticket_over', 409, 'the right number after three wrong ones', async (world) => {
    const { id, phone, matchNumber } = await scanned(world)
    for (const wrong of ['xx', 'yy', 'zz']) await phone.confirm(id, wrong)
    return phone.confirm(id, matchNumber)
  }),
  refusal('login_failed', 502, 'confirming as somebody whose openid is tied to another unionid', async (world) => {
    const person = await world.wechat.newPerson()
    await world.signedIn('relay', person)
    const pc = world.pc()
    const { ticket, matchNumber } = await pc.begin('relay', { app: 'mp' })
    await pc.ticket(ticket.id)
    const phone = world.phone(person)
    const link = new URL((await phone.visit(`/t/${ticket.id}`)).location ?? '')
    link.searchParams.set('scope', 'snsapi_userinfo')
    await world.wechat.fault({ path: '/sns/oauth2/access_token', kind: 'otherUnionid' })
    await world.wechat.fault({ path: '/sns/userinfo', kind: 'noUnionid' })
    await phone.follow(link.href)
    return phone.confirm(ticket.id, matchNumber)
  }),
]
