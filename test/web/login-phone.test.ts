// The login page on a phone: its camera cannot see its own screen, so the code goes by way of the album.
import jsQR from 'jsqr'
import { describe, expect, test } from 'vitest'
import { qrSvg } from '#server/http/qr.js'
import { METHODS, type Method } from '#shared/ticket.js'
import { isPhone, offered } from '../../web/login/offer.js'
import { readDrawing } from '../../web/login/picture.js'
import { samples } from '../../web/login/samples.js'
import { initialLogin } from '../../web/login/state.js'
import { announcement, matchCaption } from '../../web/login/summary.js'
import { texts } from '../../web/login/texts.js'
import { begun, loginWorld, says, site } from './login-world.js'
import { ticket } from './world.js'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'

describe('which browser is a phone’s own', () => {
  test.each([
    [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, true],
    [`${ANDROID} Mobile Safari/537.36`, true],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', true],
    ['Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 ArkWeb/4.1.6.1 Mobile', true],
    [`${IPHONE} Mobile/15E148 MicroMessenger/8.0.60`, false],
    [`${ANDROID} Mobile Safari/537.36 wxwork/4.1.36 MicroMessenger/7.0.1`, false],
    [`${ANDROID} Safari/537.36`, false],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36', false],
    ['', false],
  ])('%s: %s', (userAgent, expected) => expect(isPhone(userAgent)).toBe(expected))
})

describe('what is offered', () => {
  test('to a computer: what has a code on this page, in the site’s own order', () => {
    expect(offered(METHODS, false)).toEqual(['website', 'relay', 'scene'])
    expect(offered(['scene', 'sdk', 'official', 'website'], false)).toEqual(['scene', 'website'])
  })

  test.each<[Method[], Method[]]>([
    [[...METHODS], ['relay', 'scene']],
    [['website', 'scene'], ['scene']],
    [['website', 'official'], []],
    [['website'], ['website']],
  ])('to a phone, of %j: %j', (methods, expected) => expect(offered(methods, true)).toEqual(expected))
})

describe('a phone’s browser', () => {
  const all = { ...site, methods: [...METHODS] }

  test('begins with relay, whatever the site’s default is, and may choose scene', async () => {
    const world = loginWorld({ config: () => says(all) }, { asked: { onPhone: true } })
    await world.timers.advance(0)
    expect(world.calls).toContain('begin relay')
    expect(world.machine.state().methods).toEqual(['relay', 'scene'])
    expect(world.machine.state().wechatLink).toBe('http://here/login')
    world.machine.stop()
  })

  test('whose only way is inside WeChat is given the link for it, with where it leads', async () => {
    const config = () => says({ ...site, methods: ['website', 'official'] satisfies Method[] })
    const world = loginWorld({ config }, { asked: { onPhone: true, returnTo: '/a?b=1' } })
    await world.timers.advance(0)
    expect(world.machine.state()).toMatchObject({
      phase: { name: 'inWechat' },
      wechatLink: 'http://here/login?returnTo=%2Fa%3Fb%3D1',
    })
    expect(world.timers.waiting()).toEqual([])
  })

  test('is given no link where the site has no login inside WeChat', async () => {
    const config = () => says({ ...site, methods: ['relay'] satisfies Method[] })
    const world = loginWorld({ config }, { asked: { onPhone: true } })
    await world.timers.advance(0)
    expect(world.machine.state().wechatLink).toBeNull()
    world.machine.stop()
  })

  test('that saved a code which was then renewed is known to hold an old one', async () => {
    const world = loginWorld(
      {
        read: (_, id) =>
          says({ ticket: ticket({ id, status: 'expired', serverTime: 90_000 }), qr: null, matchNumber: null }),
      },
      { asked: { onPhone: true } },
    )
    await world.timers.advance(0)
    world.machine.send({ type: 'saved', ticketId: 'tkt_1' })
    expect(announcement(world.machine.state(), 'en')).toBe(texts.en.phoneSteps.scan)
    world.waking.wake()
    await world.timers.advance(0)
    expect(world.machine.state()).toMatchObject({ saved: 'tkt_1', phase: { shown: { ticket: { id: 'tkt_2' } } } })
    expect(announcement(world.machine.state(), 'en')).toBe(texts.en.savedBefore)
    world.machine.stop()
  })

  test('that comes back finds at once what became of its login', async () => {
    const confirmed = ticket({ status: 'confirmed', version: 3 })
    const world = loginWorld(
      { read: () => says({ ticket: confirmed, qr: null, matchNumber: null }) },
      { asked: { onPhone: true } },
    )
    await world.timers.advance(0)
    world.waking.wake()
    await world.timers.advance(0)
    expect(world.machine.state().phase).toMatchObject({ name: 'signedIn' })
    world.machine.stop()
  })
})

describe('the picture', () => {
  test('has the squares of the server’s own code, quiet zone and all', () => {
    const text = 'http://localhost:3000/t/tkt_0123456789'
    const drawing = readDrawing(qrSvg(text))
    expect(drawing?.paths.map(({ paint, colour }) => `${paint} ${colour}`)).toEqual(['fill #fff', 'stroke #000'])
    const side = drawing?.side ?? 0
    expect(jsQR(pixels(side, drawing?.paths[1]?.d ?? ''), side * SCALE, side * SCALE)?.data).toBe(text)
  })

  test('is drawn from nothing but a code of ours', () => {
    expect(readDrawing('<svg viewBox="0 0 9 9"><script>1</script></svg>')).toBeNull()
    expect(readDrawing('<svg viewBox="0 0 9 8"><path fill="#fff" d="M0 0h9"/></svg>')).toBeNull()
  })
})

describe('scene', () => {
  const pending = ticket({ method: 'scene' })
  const scene = { config: () => says({ ...site, methods: ['scene', 'relay'] satisfies Method[] }) }

  test('begins without a code, and shows the one that comes with the first news', async () => {
    const codeless = { qr: null, embedUrl: null, redirectUrl: null, matchNumber: '47' }
    const world = loginWorld({ ...scene, begin: () => says(begun('tkt_1', 'scene', codeless)) })
    await world.timers.advance(0)
    expect(world.machine.state().phase).toMatchObject({ name: 'watching', shown: { qr: null, matchNumber: '47' } })
    const qr = { content: 'http://weixin.qq.com/q/x', svg: '<svg/>' }
    world.sockets.last().hears({ type: 'ticket', ticket: pending, qr })
    expect(world.machine.state().phase).toMatchObject({ shown: { qr } })
    world.machine.stop()
  })

  test('whose code WeChat did not give says so; a retry and another method are both at hand', async () => {
    const codeless = { qr: null, embedUrl: null, redirectUrl: null }
    const world = loginWorld({ ...scene, begin: (nth) => says(begun(`tkt_${nth}`, 'scene', codeless)) })
    await world.timers.advance(0)
    const failed = { ...pending, status: 'failed', version: 2, reason: 'platform_unreachable' } as const
    world.sockets.last().hears({ type: 'ticket', ticket: failed })
    expect(world.machine.state().phase).toEqual({
      name: 'over',
      method: 'scene',
      end: { kind: 'codeless', reason: 'platform_unreachable' },
    })
    world.machine.send({ type: 'again' })
    await world.timers.advance(0)
    expect(world.calls.at(-1)).toBe('begin scene')
    world.sockets.last().hears({ type: 'ticket', ticket: { ...failed, id: 'tkt_2' } })
    world.machine.send({ type: 'choose', method: 'relay' })
    await world.timers.advance(0)
    expect(world.calls.at(-1)).toBe('begin relay')
    world.machine.stop()
  })

  test('a phone that scanned is sent to the link in its chat before it is asked for the number', () => {
    const followed = samples.followed?.name === 'watching' ? samples.followed.shown : null
    if (!followed) throw new Error('There is no such sample.')
    expect(matchCaption(followed, false, texts.en)).toBe(texts.en.matchByLink)
    expect(announcement({ ...initialLogin, phase: samples.followed ?? initialLogin.phase }, 'en')).toBe(
      'Scanned. Open the link that the account sends you, then type these two digits: 4 7',
    )
    const opened = { ...followed, ticket: { ...followed.ticket, scannedBy: { nickname: '', avatarUrl: '' } } }
    expect(matchCaption(opened, false, texts.en)).toBe(texts.en.matchCaption)
    expect(matchCaption(opened, true, texts.en)).toBe(texts.en.matchInWechat)
  })
})

const SCALE = 4

/** What the strokes of `d` leave on white paper: `M x y`, `m dx 0` and `h dx`, each a row of whole squares. */
function pixels(side: number, d: string): Uint8ClampedArray {
  const data = new Uint8ClampedArray((side * SCALE) ** 2 * 4).fill(255)
  let [x, y] = [0, 0]
  for (const [, verb, a = '', b = ''] of d.matchAll(/([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (verb === 'M') [x, y] = [Number(a), Math.floor(Number(b))]
    if (verb === 'h') ink(data, side, { from: x, to: x + Number(a), y })
    if (verb !== 'M') x += Number(a)
  }
  return data
}

function ink(data: Uint8ClampedArray, side: number, run: { from: number; to: number; y: number }): void {
  for (let row = run.y * SCALE; row < (run.y + 1) * SCALE; row += 1) {
    const start = (row * side * SCALE + run.from * SCALE) * 4
    for (let at = start; at < start + (run.to - run.from) * SCALE * 4; at += 1) if (at % 4 !== 3) data[at] = 0
  }
}
