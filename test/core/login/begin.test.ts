// The start of a login: it costs nothing, and what it hands out belongs to the browser that asked.
import { describe, expect, test } from 'vitest'
import { TABLES } from '../scratch-store.js'
import { APPS, createWorld, PC, PUBLIC_URL, refusal } from './world.js'

describe('begin', () => {
  test('ticket flood: a thousand begun tickets write no row, publish nothing and ask WeChat nothing', async () => {
    const { login, store, count, wechat, hints } = await createWorld()
    const ids = new Set<string>()
    for (let i = 0; i < 1000; i++) {
      const method = i % 2 ? 'website' : 'relay'
      ids.add(login.begin({ method, secret: `${i}`, language: 'zh' }).ticket.id)
    }
    expect(ids.size).toBe(1000)
    // Behind everything that may have been asked for.
    await store.write(async () => {})
    expect(await count(...TABLES)).toEqual(TABLES.map(() => 0))
    expect(wechat.calls).toEqual({ exchanges: [], profiles: 0 })
    expect(hints).toEqual([])
  })

  test('website: gives WeChat’s page for an iframe and for the window, both with the callback of the ticket’s app', async () => {
    const { login, browser, time } = await createWorld()
    const begun = login.begin({ method: 'website', appKey: 'pc2', secret: browser, language: 'en' })
    expect(begun).toMatchObject({ qrContent: null, matchNumber: null })
    expect(begun.ticket).toMatchObject({ method: 'website', status: 'pending', version: 0 })
    expect(begun.ticket.expiresAt).toBe(time.clock() + 600_000)
    const [embed, window] = [begun.embedUrl, begun.redirectUrl].map((url) => new URL(url ?? '').searchParams)
    expect(embed?.get('embed')).toBe('true')
    expect(window?.get('embed')).toBe('false')
    expect(window?.get('appid')).toBe('wx-pc2')
    expect(window?.get('language')).toBe('en')
    expect(window?.get('redirectUri')).toBe(`${PUBLIC_URL}/wechat/callback/pc2`)
    expect(window?.get('state')).toMatch(/^[0-9a-f]{108}$/)
    // One state for both: whichever window comes first uses it up.
    expect(embed?.get('state')).toBe(window?.get('state'))
  })

  test('relay: gives our own link and the number, and nothing of WeChat’s', async () => {
    const { login, browser, time } = await createWorld()
    const begun = login.begin({ method: 'relay', secret: browser, language: 'zh' })
    expect(begun).toMatchObject({ embedUrl: null, redirectUrl: null })
    expect(begun.qrContent).toBe(`${PUBLIC_URL}/t/${begun.ticket.id}`)
    expect(begun.matchNumber).toMatch(/^[0-9]{2}$/)
    expect(begun.ticket.expiresAt).toBe(time.clock() + 90_000)
  })

  test('promise 6: nothing in the QR, the URL or the ticket holds the browser’s secret', async () => {
    const { login, browser } = await createWorld()
    for (const method of ['website', 'relay'] as const) {
      expect(JSON.stringify(login.begin({ method, secret: browser, language: 'zh' }))).not.toContain(browser)
    }
  })
})

describe('the method and the app', () => {
  const kinds = [
    ['the first method offered, and its first app, when none is named', {}, 'website', 'pc'],
    ['the first app of the method’s kind', { method: 'relay' }, 'relay', 'mp'],
    ['the app that is named', { method: 'website', appKey: 'pc2' }, 'website', 'pc2'],
  ] as const
  test.each(kinds)('%s', async (_, options, method, appKey) => {
    const { login, browser, rows } = await createWorld()
    const begun = login.begin({ ...options, secret: browser, language: 'zh' })
    await login.cancel({ ticketId: begun.ticket.id, secret: browser, device: PC, returnTo: '/' })
    expect(await rows('tickets')).toMatchObject([{ method, app_key: appKey }])
  })

  const refused = [
    ['an app that nobody configured', { method: 'website', appKey: 'nope' }, 'app_unknown'],
    ['an app of another kind', { method: 'website', appKey: 'mp' }, 'app_unknown'],
    ['a method that begins elsewhere', { method: 'official' }, 'method_unavailable'],
    ['a method that is not built', { method: 'sdk' }, 'method_unavailable'],
    ['a method that is not built, scene', { method: 'scene' }, 'method_unavailable'],
  ] as const
  test.each(refused)('%s is refused', async (_, options, code) => {
    const { login, browser } = await createWorld()
    const begin = async () => login.begin({ ...options, secret: browser, language: 'zh' })
    expect(await refusal(begin())).toBe(code)
  })

  test('a method that the operator does not offer is refused, and so is one without an app', async () => {
    const onlyRelay = await createWorld({ methods: ['relay'], apps: [APPS.pc] })
    const begin = async (method: 'website' | 'relay') =>
      onlyRelay.login.begin({ method, secret: onlyRelay.browser, language: 'zh' })
    expect(await refusal(begin('website'))).toBe('method_unavailable')
    expect(await refusal(begin('relay'))).toBe('method_unavailable')
  })
})
