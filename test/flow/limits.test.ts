// A flood meets its limit, and nobody else does. TRUSTED_PROXIES=1 gives every test visitors from many addresses; what
// they write into X-Forwarded-For themselves stands to the left of what the proxy adds.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULES } from '#server/http/limits/table.js'
import { type Answer, createBrowser } from '../world/browser.js'
import { rows } from '../world/database.js'
import { callAsProgram } from '../world/native-app.js'
import { openSocket, UpgradeRefused } from '../world/socket.js'
import { startWorld, type World } from '../world.js'

const KEY = 'a-service-key-for-tests-0123456789abcdef'
let world: World
/** No proxy is trusted, and none is there. */
let bare: World
beforeAll(async () => {
  world = await startWorld({ config: (config) => ({ ...config, trustedProxies: 1, serviceKeys: [KEY] }) })
  bare = await startWorld()
})
afterAll(() => Promise.all([world.close(), bare.close()]))

let networks = 0
/** An address of a network where nobody has been yet. */
const newNetwork = () => `198.${18 + ((networks / 250) | 0)}.${networks++ % 250}.7`
const from = (address: string, more: Record<string, string> = {}) => ({
  headers: { 'x-forwarded-for': address, ...more },
})
const begin = (address: string, forged = '') =>
  createBrowser(world).post(
    '/api/tickets',
    { method: 'relay' },
    from(forged === '' ? address : `${forged}, ${address}`),
  )
const most = (rule: keyof typeof RULES) => RULES[rule].perMinute + RULES[rule].burst

async function many(count: number, ask: (n: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let n = 0; n < count; n += 50) {
    answers.push(...(await Promise.all(Array.from({ length: Math.min(50, count - n) }, (_, i) => ask(n + i)))))
  }
  return answers
}
const counted = (answers: readonly Answer[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

describe('a flood of tickets', () => {
  test('from one address is let through as far as the table says, whatever X-Forwarded-For it invents', async () => {
    const address = newNetwork()
    const invented = (n: number) => (n % 2 === 0 ? '' : `10.${n % 256}.${(n * 7) % 256}.${(n * 13) % 256}`)
    const flood = await many(1_000, (n) => begin(address, invented(n)))
    expect(counted(flood)).toEqual({ 201: most('create'), 429: 1_000 - most('create') })
  }, 60_000)

  test('from one /24, or one IPv6 /56, is one visitor’s', async () => {
    const answers = await many(200, (n) => begin(`203.0.113.${n}`))
    expect(counted(answers)).toEqual({ 201: most('create'), 429: 200 - most('create') })
    const six = await many(200, (n) => begin(`2001:db8:0:4${(n % 256).toString(16).padStart(2, '0')}::${n}`))
    expect(counted(six)).toEqual({ 201: most('create'), 429: 200 - most('create') })
  })

  test('leaves everybody at another address alone, and writes no row', async () => {
    const [before] = await rows(world.file, 'SELECT COUNT(*) AS count FROM tickets')
    const address = newNetwork()
    const flood = many(600, () => begin(address))
    const others = await many(60, () => begin(newNetwork()))
    await flood
    expect(counted(others)).toEqual({ 201: 60 })
    expect(await rows(world.file, 'SELECT COUNT(*) AS count FROM tickets')).toEqual([before])
  })

  test('of one browser that walks through many networks meets the browser’s own limit', async () => {
    const browser = createBrowser(world)
    await browser.post('/api/tickets', { method: 'relay' }, from(newNetwork()))
    const answers: Answer[] = []
    for (let n = 0; n < 60; n += 1)
      answers.push(await browser.post('/api/tickets', { method: 'relay' }, from(newNetwork())))
    expect(counted(answers)).toEqual({ 201: most('createByBrowser'), 429: 60 - most('createByBrowser') })
  })

  test('where no proxy is trusted, a header that claims one is no way out', async () => {
    const claim = (n: number) => ({ headers: { 'x-forwarded-for': `203.0.${n % 250}.${n % 200}` } })
    const flood = await many(300, (n) => createBrowser(bare).post('/api/tickets', { method: 'relay' }, claim(n)))
    expect(counted(flood)).toEqual({ 201: most('create'), 429: 300 - most('create') })
  })

  test('on this machine itself, in development, nobody is counted: a demonstration is no flood', async () => {
    const answers = await many(200, () => createBrowser(bare).post('/api/tickets', { method: 'relay' }))
    expect(counted(answers)).toEqual({ 201: 200 })
  })

  test('in production this machine is an address like any other', async () => {
    const production = await startWorld({ config: (config) => ({ ...config, production: true }) })
    try {
      const answers = await many(100, () => createBrowser(production).post('/api/tickets', { method: 'relay' }))
      expect(counted(answers)).toEqual({ 201: most('create'), 429: 100 - most('create') })
    } finally {
      await production.close()
    }
  })

  test.each([
    ['off', null, 400],
    ['ten times as much', 10, 400],
    ['half', 0.5, 20],
  ])('RATE_LIMITS: %s', async (_, rateLimits, through) => {
    const other = await startWorld({ config: (config) => ({ ...config, trustedProxies: 1, rateLimits }) })
    try {
      const answers = await many(400, () =>
        createBrowser(other).post('/api/tickets', { method: 'relay' }, from('203.0.113.9')),
      )
      expect(counted(answers)[201]).toBe(through)
    } finally {
      await other.close()
    }
  })
})

describe('whoever is told to wait', () => {
  test('is told how long, in JSON', async () => {
    const address = newNetwork()
    const [last] = (await many(most('create') + 1, () => begin(address))).filter(({ status }) => status === 429)
    expect(last).toMatchObject({ code: 'too_many_requests' })
    const seconds = Number(last?.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  test('is told so on a page where a page was asked for', async () => {
    const address = newNetwork()
    const phone = world.phone('alice')
    const ask = () => phone.browser.get('/wechat/login/mp', from(address, { accept: 'text/html' }))
    const answers: Answer[] = []
    for (let n = 0; n < most('enterByBrowser') + 2; n += 1) answers.push(await ask())
    const page = answers.at(-1)
    expect(page?.status).toBe(429)
    expect(page?.headers.get('content-type')).toContain('text/html')
    expect(page?.text).toContain('content="too_many_requests"')
    expect(Number(page?.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('sockets', () => {
  test('beyond the limit are refused before the upgrade, and those of others are not', async () => {
    const address = newNetwork()
    let refused = 0
    const sockets = await Promise.all(
      Array.from({ length: most('attach') + 20 }, () =>
        openSocket(world, '', { 'x-forwarded-for': address }).catch((error: unknown) => {
          expect(error).toEqual(new UpgradeRefused(429))
          refused += 1
          return null
        }),
      ),
    )
    expect(refused).toBe(20)
    const other = await openSocket(world, '', { 'x-forwarded-for': newNetwork() })
    for (const socket of [...sockets, other]) socket?.close()
  })
})

describe('guessing', () => {
  test('at other people’s tickets is soon answered 429, and their owners at the same address notice nothing', async () => {
    const address = newNetwork()
    const owner = world.pc()
    const { ticket } = await owner.begin('relay')
    const guess = (n: number) =>
      createBrowser(world).get(`/api/tickets/tkt_${String(n).padEnd(60, 'x')}`, from(address))
    const answers = await many(200, guess)
    expect(counted(answers)).toEqual({ 404: most('guess'), 429: 200 - most('guess') })
    expect((await owner.browser.get(`/api/tickets/${ticket.id}`, from(address))).status).toBe(200)
  })

  test('at match numbers by one phone is over after ten answers a minute, whatever the tickets', async () => {
    const phone = world.phone(await world.wechat.newPerson())
    const pc = world.pc()
    const { ticket } = await pc.begin('relay')
    await pc.ticket(ticket.id)
    await phone.scan(ticket.id)
    const statuses: number[] = []
    for (let n = 0; n < 25; n += 1) statuses.push((await phone.confirm(ticket.id, 'xx')).status)
    // Somebody on this machine is not counted, so the phone is given an address.
    expect(statuses).not.toContain(429)
    const answer = () =>
      phone.browser.post(
        `/api/confirmations/${ticket.id}`,
        { decision: 'confirm', matchNumber: 'xx' },
        from(newNetwork()),
      )
    const far: number[] = []
    for (let n = 0; n < 25; n += 1) far.push((await answer()).status)
    expect(far.filter((status) => status === 429)).toHaveLength(25 - most('confirm'))
  })

  test('at service keys is over after a few, and the right key works all the same', async () => {
    const address = newNetwork()
    const ask = (key: string) =>
      callAsProgram(world, '/api/accounts/acc_x', from(address, { authorization: `Bearer ${key}` }))
    const answers = await many(60, (n) => ask(`wrong-key-${n}`))
    expect(counted(answers)).toEqual({ 401: most('serviceKey'), 429: 60 - most('serviceKey') })
    expect((await ask(KEY)).status).toBe(404)
  })

  test('at an app’s codes is over before WeChat is asked', async () => {
    const address = newNetwork()
    const ask = (code: string) =>
      callAsProgram(world, '/api/login/mobile', { method: 'POST', json: { app: 'app', code }, ...from(address) })
    const before = await world.wechat.upstream()
    const answers: Answer[] = []
    for (let n = 0; n < 60; n += 1) answers.push(await ask(`made-up-${n}`))
    expect(counted(answers)).toEqual({ 400: most('appLogin'), 429: 60 - most('appLogin') })
    expect((await world.wechat.upstream()) - before).toBe(most('appLogin'))
  })

  test('pushes that WeChat has not signed are soon not even answered as such, and signed ones always are', async () => {
    const address = newNetwork()
    const push = () => callAsProgram(world, '/wechat/notify/mp', { method: 'POST', body: '<xml/>', ...from(address) })
    const answers = await many(100, push)
    expect(counted(answers)).toEqual({ 403: most('notify'), 429: 100 - most('notify') })
    expect(await world.wechat.event('mp', await world.wechat.newPerson(), 'subscribe')).toMatchObject({
      deliveries: [{ status: 200 }],
    })
  })
})

test('pictures that nobody was shown are soon not even looked for, and others see theirs', async () => {
  const address = newNetwork()
  const path = `/avatars/${'A'.repeat(22)}.${Buffer.from('https://thirdwx.qlogo.cn/x').toString('base64url')}`
  const asked = await many(most('avatar') + 20, () => createBrowser(world).get(path, from(address)))
  expect(counted(asked)).toEqual({ 404: most('avatar'), 429: 20 })
  expect((await createBrowser(world).get(path, from(newNetwork()))).status).toBe(404)
})

describe('a return from WeChat', () => {
  test('with another browser’s state is soon refused for its number, and the right one beside it gets in', async () => {
    const address = newNetwork()
    const pc = world.pc()
    const begun = await pc.begin('website')
    const { code, state, callback } = await world.wechat.websiteScan(begun, await world.wechat.newPerson())
    const answers = await many(100, () =>
      createBrowser(world).post('/wechat/callback/pc', { code, state }, from(address)),
    )
    expect(counted(answers)).toEqual({ 400: most('callback'), 429: 100 - most('callback') })
    expect(await pc.browser.get(callback, from(address))).toMatchObject({ status: 303 })
  })
})
