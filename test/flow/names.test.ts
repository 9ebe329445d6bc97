// Names and pictures are free text of strangers. Wherever they come out, they are clean text in JSON, and in no page.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METHODS, startWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const DISTURBING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const NAMES: Record<string, string> = {
  emoji: '🌸👨‍👩‍👧‍👦🇨🇳\uE32A',
  rtl: 'مرحبا ليلى',
  control: 'Bell and tabend',
  html: '<b>Bobby</b><script>alert(1)</script>&amp;"\'',
  long: '很长很长的名字'.repeat(24).slice(0, 64),
}

describe.each(METHODS)('a nickname (%s)', (method) => {
  test.each(Object.entries(NAMES))('of %s comes out as clean text', async (person, nickname) => {
    const { pc, redeemed } = await world.signedIn(method, person)
    expect(redeemed.account.nickname).toBe(nickname)
    const session = await pc.session()
    expect(session.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(session.json()).toMatchObject({ account: { nickname } })
    expect(DISTURBING.test(redeemed.account.nickname)).toBe(false)
    const pages = await Promise.all(['/', '/account'].map((path) => pc.browser.get(path)))
    for (const page of pages) expect(page.text).not.toContain(nickname)
  })
})

test('the waiting page and the phone are shown the clean name only', async () => {
  const pc = world.pc()
  const { ticket } = await pc.begin('relay')
  const live = await pc.watch(ticket.id)
  const phone = world.phone('control')
  await live.until('pending')
  const question = await phone.scan(ticket.id)
  const person = { nickname: NAMES.control }
  expect(question.person).toMatchObject(person)
  expect((await live.until('scanned')).scannedBy).toMatchObject(person)
  expect((await pc.ticket(ticket.id)).ticket.scannedBy).toMatchObject(person)
  for (const text of live.received)
    expect(DISTURBING.test(JSON.parse(text).ticket.scannedBy?.nickname ?? '')).toBe(false)
  live.close()
})

describe('a picture', () => {
  test.each([
    'javascript:alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'http://169.254.169.254/latest/meta-data',
    'https://thirdwx.qlogo.cn.evil.example/132',
    'https://user:password@thirdwx.qlogo.cn/132',
    'https://thirdwx.qlogo.cn:8443/132',
    'https://evil.example/132',
    '',
  ])('at %s is not passed on', async (avatarUrl) => {
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson({ avatarUrl }))
    expect(redeemed.account.avatarUrl).toBe('')
  })

  test('on WeChat’s image host is passed on over https, as an address of ours', async () => {
    const avatarUrl = 'http://thirdwx.qlogo.cn/mmopen/vi_32/abc/132'
    const { redeemed } = await world.signedIn('website', await world.wechat.newPerson({ avatarUrl }))
    const [, named = ''] = new URL(redeemed.account.avatarUrl).pathname.split('.')
    expect(Buffer.from(named, 'base64url').toString()).toBe('https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132')
  })
})
