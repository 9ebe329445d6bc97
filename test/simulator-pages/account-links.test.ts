// The links of an account's chat and of its menu: to the site, known to come from the chat, and nowhere else.

import { describe, expect, it } from 'vitest'
import { linkFrom, menuOf } from '#server/simulator/pages/account/links.js'

const around = { here: 'http://127.0.0.1:3001/phone/account/mp', siteOrigins: ['http://localhost:3000'] }
const openedAt = (way: string | null) => new URL(way ?? '', around.here).searchParams.get('to')

describe('a link in a message', () => {
  it('to the site goes by way of the account, told that WeChat is calling', () => {
    const way = linkFrom('mp', 'http://localhost:3000/t/tkt_1?a=1&b=2#c', around)
    expect(way).toMatch(/^\/phone\/account\/mp\/open\?to=/)
    expect(openedAt(way)).toBe('http://localhost:3000/t/tkt_1?a=1&b=2&wechat=simulated#c')
  })

  it.each(['https://evil.example/', 'javascript:alert(1)', 'http://localhost:3000.evil.example/t/1', ''])(
    'to somewhere else is no link: %j',
    (href) => {
      expect(linkFrom('mp', href, around)).toBeNull()
    },
  )
})

describe('the menu', () => {
  it('opens the login of this account, and the site', () => {
    const menu = menuOf('mp 2', around)
    expect(openedAt(menu?.login ?? null)).toBe('http://localhost:3000/wechat/login/mp%202?wechat=simulated')
    expect(openedAt(menu?.site ?? null)).toBe('http://localhost:3000/login?wechat=simulated')
  })

  it('is none without a site', () => {
    expect(menuOf('mp', { ...around, siteOrigins: [] })).toBeNull()
  })
})
