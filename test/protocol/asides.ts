// The `…` lines of the examples: what people, WeChat and time do meanwhile. A small fixed vocabulary.

import { WECHAT } from '../world/phone.js'
import type { World } from '../world.js'
import { type Bindings, fill } from './match.js'

type Act = (world: World, known: Bindings, words: readonly string[]) => Promise<unknown>

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 }

const VOCABULARY: readonly (readonly [RegExp, Act])[] = [
  [/^(\d+) (s|min|h) pass$/, async (world, _, [n, unit = '']) => world.advance(Number(n) * (UNIT_MS[unit] ?? 0))],

  [
    /^(\w+) opens (<\w+>) and allows; WeChat's answer carries <(\w+)> and <(\w+)>$/,
    async (world, known, [person = '', address = '', code = '', state = '']) => {
      const url = fill(address, known)
      const callback = url.includes('/connect/qrconnect')
        ? (await world.wechat.websiteScan({ embedUrl: url }, person)).callback
        : await authorize(url, person)
      known.set(code, new URL(callback).searchParams.get('code'))
      known.set(state, new URL(callback).searchParams.get('state'))
    },
  ],

  [
    /^(\w+)(, who has logged in here before,)? scans (<\w+>) with <(\w+)>$/,
    async (world, known, [person = '', before, ticket = '', name = '']) => {
      if (before !== undefined) await world.signedIn('relay', person)
      const phone = world.phone(person)
      await phone.scan(fill(ticket, known))
      known.set(name, phone.browser.cookie('phone'))
    },
  ],

  [
    /^<(\w+)> begins <(\w+)>, whose number is <(\w+)>$/,
    async (world, known, [browser = '', ticket = '', number = '']) => {
      const pc = world.pc()
      const { ticket: begun, matchNumber } = await pc.begin('relay')
      await pc.read(begun.id)
      known.set(browser, pc.browser.cookie('browser'))
      known.set(ticket, begun.id)
      known.set(number, matchNumber)
    },
  ],

  [
    /^(\w+) gets <(\w+)> from the app (\w+)$/,
    async (world, known, [person = '', code = '', app = '']) => {
      known.set(code, await world.wechat.code(app, person))
    },
  ],

  [
    /^(\w+) scans the code (<\w+>) and allows$/,
    (world, known, [person = '', content = '']) => world.wechat.confirmScan(fill(content, known), person),
  ],

  [
    /^(\w+) scans the account's code (<\w+>); its reply leads to <(\w+)>$/,
    async (world, known, [person = '', content = '', link = '']) => {
      known.set(link, (await world.wechat.scanScene(fill(content, known), person)).link)
    },
  ],

  [
    /^(\w+) opens (<\w+>) with <(\w+)>$/,
    async (world, known, [person = '', link = '', name = '']) => {
      const phone = world.phone(person)
      await phone.follow(fill(link, known))
      known.set(name, phone.browser.cookie('phone'))
    },
  ],

  [
    /^(\w+) withdraws name and picture \((\d+)\) from the app (\w+)$/,
    (world, _, [person = '', revokeInfo = '', app = '']) =>
      world.wechat.event(app, person, 'user_authorization_revoke', { revokeInfo }),
  ],

  [
    /^(\w+) confirms <(\w+)> of <(\w+)>$/,
    async (world, known, [person = '', ticket = '', browser = '']) => {
      const { pc, id } = await world.confirmed('website', person)
      known.set(browser, pc.browser.cookie('browser'))
      known.set(ticket, id)
    },
  ],
]

/** Makes it happen. @throws Error when the line is not in the vocabulary */
export async function takeAside(line: string, world: World, known: Bindings): Promise<void> {
  for (const [pattern, act] of VOCABULARY) {
    const words = pattern.exec(line)
    if (words) {
      await act(world, known, words.slice(1))
      return
    }
  }
  throw new Error(`This is not a thing that examples may say happens: … ${line}`)
}

/** WeChat's page on the phone, allowed at once. Returns where it redirects to. */
async function authorize(url: string, person: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual', headers: { 'user-agent': WECHAT, 'x-sim-person': person } })
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`WeChat went nowhere from ${url}: ${answer.status}`)
  return location
}
