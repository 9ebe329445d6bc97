// Tickets that are unknown, another browser's, over, or not ready.
import { newAttempt } from '../../world/pc.js'
import { refusal, relay, returning } from './refusal.js'

const UNKNOWN = `tkt_${'x'.repeat(60)}`

export const TICKETS = [
  refusal('ticket_unknown', 404, 'reading a ticket that nobody made', (world) => world.pc().read(UNKNOWN)),
  refusal('ticket_unknown', 404, 'reading another browser’s ticket', async (world) => {
    const { id } = await relay(world)
    return world.pc().read(id)
  }),
  refusal('ticket_unknown', 404, 'giving up another browser’s ticket', async (world) => {
    const { id } = await relay(world)
    return world.pc().cancel(id)
  }),
  refusal('ticket_unknown', 404, 'redeeming another browser’s ticket', async (world) => {
    const { id } = await world.confirmed('website', await world.wechat.newPerson())
    const other = world.pc()
    await other.begin('website')
    return other.redeem(id)
  }),
  refusal('ticket_unknown', 404, 'redeeming without the cookie', async (world) => {
    const { id } = await world.confirmed('relay', await world.wechat.newPerson())
    return world.pc().redeem(id)
  }),
  refusal('ticket_unknown', 404, 'redeeming with a cookie that is no secret', async (world) => {
    const { pc, id } = await world.confirmed('relay', await world.wechat.newPerson())
    pc.browser.jar.set('saoma-browser', 'x')
    return pc.redeem(id)
  }),
  refusal('ticket_unknown', 404, 'a phone that opens a link nobody made', (world) =>
    world.phone('alice').open(UNKNOWN),
  ),
  refusal('ticket_unknown', 404, 'a phone that opens the id of a website ticket', async (world) => {
    const { begun } = await returning(world)
    return world.phone('alice').open(begun.ticket.id)
  }),
  refusal('ticket_unknown', 404, 'the question, for a phone that has not scanned', async (world) => {
    const { id, phone } = await relay(world)
    return phone.question(id)
  }),
  refusal('ticket_unknown', 404, 'an answer, from a phone that has not scanned', async (world) => {
    const { id, phone, matchNumber } = await relay(world)
    return phone.confirm(id, matchNumber)
  }),
  refusal('ticket_not_attached', 425, 'a phone that is faster than the page', async (world) => {
    const { ticket } = await world.pc().begin('relay')
    return world.phone('alice').open(ticket.id)
  }),
  ...(['website', 'relay'] as const).flatMap((method) => [
    refusal('ticket_not_confirmed', 409, `redeeming before anything happened (${method})`, async (world) => {
      const pc = world.pc()
      const { ticket } = await pc.begin(method)
      return pc.redeem(ticket.id)
    }),
    refusal('ticket_not_confirmed', 409, `redeeming before confirmation (${method})`, async (world) => {
      const pc = world.pc()
      const { ticket } = await pc.begin(method)
      await pc.ticket(ticket.id)
      if (method === 'relay') await world.phone('alice').scan(ticket.id)
      return pc.redeem(ticket.id)
    }),
    refusal('ticket_redeemed', 409, `a second attempt (${method})`, async (world) => {
      const { pc, id } = await world.signedIn(method, await world.wechat.newPerson())
      return pc.redeem(id)
    }),
    refusal('ticket_redeemed', 409, `the same attempt after a minute (${method})`, async (world) => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      const attempt = newAttempt()
      await pc.signIn(id, attempt)
      world.advance(60_000)
      return pc.redeem(id, attempt)
    }),
    refusal('ticket_expired', 410, `redeeming a confirmation a day later (${method})`, async (world) => {
      const { pc, id } = await world.confirmed(method, await world.wechat.newPerson())
      world.advance(24 * 3_600_000)
      return pc.redeem(id)
    }),
    refusal('ticket_expired', 410, `redeeming what was given up (${method})`, async (world) => {
      const pc = world.pc()
      const { ticket } = await pc.begin(method)
      await pc.cancel(ticket.id)
      return pc.redeem(ticket.id)
    }),
  ]),
  refusal('ticket_expired', 410, 'a phone that opens an old code', async (world) => {
    const { id, phone } = await relay(world)
    world.advance(90_000)
    return phone.open(id)
  }),
  refusal('ticket_expired', 410, 'a phone that confirms too late', async (world) => {
    const { id, phone, matchNumber } = await relay(world)
    await phone.scan(id)
    world.advance(121_000)
    return phone.confirm(id, matchNumber)
  }),
  refusal('ticket_over', 409, 'redeeming what was refused', async (world) => {
    const { pc, id, phone } = await relay(world)
    await phone.scan(id)
    await phone.deny(id)
    return pc.redeem(id)
  }),
  refusal('ticket_over', 409, 'confirming what was refused', async (world) => {
    const { id, phone, matchNumber } = await relay(world)
    await phone.scan(id)
    await phone.deny(id)
    return phone.confirm(id, matchNumber)
  }),
  refusal('ticket_over', 409, 'refusing what was confirmed', async (world) => {
    const { id, phone } = await world.confirmed('relay', await world.wechat.newPerson())
    return phone ? phone.deny(id) : world.pc().session()
  }),
]
