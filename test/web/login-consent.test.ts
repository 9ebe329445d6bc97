// The site's agreement on the login page: what is hidden until it is agreed to, what is sent, and what happens to whoever has not.
import { describe, expect, test } from 'vitest'
import { hidesCode } from '../../web/login/consent.js'
import { initialLogin, type LoginState, reduce } from '../../web/login/state.js'
import { ada, fails, loginWorld, says, site } from './login-world.js'
import { ticket } from './world.js'

const agreed = { ...site, site: { ...site.site, agreementVersion: 'v2', privacyUrl: '/privacy' } }
const confirmed = (id: string) =>
  says({ ticket: ticket({ id, status: 'confirmed', version: 3 }), qr: null, matchNumber: null })

describe('WeChat’s own code', () => {
  const at = (more: Partial<LoginState>): LoginState => ({ ...initialLogin, config: agreed, ...more })

  test('is hidden until the version of today is ticked, or was agreed to in this browser before', () => {
    expect(hidesCode(at({}))).toBe(true)
    expect(hidesCode(at({ agreedBefore: 'v1' }))).toBe(true)
    expect(hidesCode(at({ agreedBefore: 'v2' }))).toBe(false)
    expect(hidesCode(at({ config: site }))).toBe(false)
    const ticked = reduce(at({}), { type: 'tick', on: true })
    expect([ticked.ticked, hidesCode(ticked)]).toEqual(['v2', false])
    expect(hidesCode(reduce(ticked, { type: 'tick', on: false }))).toBe(true)
  })
})

/** A page whose ticket has been confirmed; `redeem` answers it. */
function confirmedPage(
  redeem: (nth: number) => ReturnType<typeof fails> | ReturnType<typeof done>,
  agreedBefore?: string,
  ticked?: string,
) {
  return loginWorld(
    { config: () => says(agreed), read: (_nth, id) => confirmed(id), redeem },
    { asked: { ticket: 'tkt_1' }, ...(agreedBefore && { agreedBefore }), ...(ticked && { ticked }) },
  )
}
const done = () => says({ account: ada.account, returnTo: '/home' })
const redeems = (calls: readonly string[]) => calls.filter((call) => /^(redeem|agreed)/.test(call))

describe('whoever has not agreed', () => {
  test('is asked, with an empty box, before they are in; the same ticket goes on', async () => {
    const { machine, timers, calls, left } = confirmedPage((nth) => (nth === 1 ? fails('consent_required') : done()))
    await timers.advance(100)
    expect(machine.state()).toMatchObject({ phase: { name: 'consent' }, ticked: null })
    machine.send({ type: 'agree' })
    expect(machine.state().phase.name).toBe('consent')
    machine.send({ type: 'tick', on: true })
    machine.send({ type: 'agree' })
    await timers.advance(2_000)
    expect(redeems(calls)).toEqual(['redeem tkt_1 attempt-1', 'redeem tkt_1 attempt-1 v2', 'agreed v2'])
    expect(left).toEqual(['/home'])
  })

  test('is asked even where somebody else has agreed in this browser: that is not sent', async () => {
    const { machine, timers, calls } = confirmedPage(() => fails('consent_required'), 'v2')
    await timers.advance(100)
    expect(redeems(calls)).toEqual(['redeem tkt_1 attempt-1'])
    expect(machine.state().phase.name).toBe('consent')
    machine.stop()
  })

  test('after a change of version is asked by a page that knows it', async () => {
    const { machine, timers, left } = confirmedPage(() => fails('consent_required'))
    await timers.advance(100)
    machine.send({ type: 'tick', on: true })
    machine.send({ type: 'agree' })
    await timers.advance(100)
    expect(left).toEqual(['/login?ticket=tkt_1'])
    expect(machine.state().ticked).toBeNull()
  })
})

describe('whoever has ticked the box and goes to WeChat in the whole window', () => {
  test('is in when they come back, and not asked again', async () => {
    const { machine, timers, calls, left } = confirmedPage(done, undefined, 'v2')
    await timers.advance(2_000)
    expect(redeems(calls)).toEqual(['redeem tkt_1 attempt-1 v2', 'agreed v2'])
    expect(left).toEqual(['/home'])
    machine.stop()
  })

  test('is asked again when the version has changed meanwhile, once', async () => {
    const { timers, tab, left } = confirmedPage(() => fails('consent_required'), undefined, 'v1')
    await timers.advance(100)
    expect([left, tab.ticked]).toEqual([['/login?ticket=tkt_1'], null])
  })

  test('what is ticked and unticked is known to the tab at once', async () => {
    const { machine, timers, tab } = loginWorld({ config: () => says(agreed) })
    await timers.advance(100)
    machine.send({ type: 'tick', on: true })
    expect(tab.ticked).toBe('v2')
    machine.send({ type: 'tick', on: false })
    expect(tab.ticked).toBeNull()
    machine.stop()
  })

  test('does not tick it for the next visitor of this tab', async () => {
    const { machine, tab } = loginWorld({ config: () => says(agreed) }, { ticked: 'v2' })
    expect([machine.state().ticked, tab.ticked]).toEqual([null, null])
    machine.stop()
  })
})
