// A WeChat that is cheap enough not to be what is measured: it answers the two calls of a login as the simulator does
// (references.test.ts holds them against each other) and knows who is meant from the code itself. As a program:
// node wechat.mjs '{"port":0,"delayMs":0}'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { isProgram, listen } from './program.mjs'

/** What the systems are configured with. */
export const APPS = [
  { key: 'pc', kind: 'website', appid: 'wx00000000000000a1', secret: 'a1'.repeat(16), openPlatform: 'main' },
  { key: 'mp', kind: 'official', appid: 'wx00000000000000b2', secret: 'b2'.repeat(16), openPlatform: 'main' },
]

const SCOPES = { L: 'snsapi_login', U: 'snsapi_userinfo', B: 'snsapi_base' }
const LETTER_OF = Object.fromEntries(Object.entries(SCOPES).map(([letter, scope]) => [scope, letter]))
const MESSAGES = { 40001: 'invalid credential', 40003: 'invalid openid', 40013: 'invalid appid', 40029: 'invalid code' }
Object.assign(MESSAGES, { 40125: 'invalid appsecret', 40163: 'code been used', 48001: 'api unauthorized' })

export const openidOf = (person, key) => `oBench${key}_${String(person).padStart(19, '0')}`
export const unionidOf = (person) => `oUnion___${String(person).padStart(19, '0')}`
export const nicknameOf = (person) => `Person ${person}`

let codes = 0
/** A code as person number so-and-so brings it from this app. */
export function codeFor(key, person, scope) {
  return `0${key}${LETTER_OF[scope]}${person}x${process.pid.toString(36)}x${(codes++).toString(36)}`
}

/** @returns {(url: string) => object} the answer to a request's target */
export function createAnswers(origin) {
  const used = new Set()
  const error = (errcode) => ({ errcode, errmsg: `${MESSAGES[errcode]}, rid: 00000000-00000000-00000000` })

  function exchange(params) {
    const app = APPS.find(({ appid }) => appid === params.get('appid'))
    if (!app) return error(40013)
    if (params.get('secret') !== app.secret) return error(40125)
    const code = params.get('code')
    const [, key, letter, person] = /^0(pc|mp)([LUB])(\d+)x/.exec(code) ?? []
    if (key !== app.key) return error(40029)
    if (used.has(code)) return error(40163)
    used.add(code)
    const token = `91_${key}${letter}${person}_`.padEnd(111, 'T')
    return {
      access_token: token,
      expires_in: 7200,
      refresh_token: `92${token.slice(2)}`,
      openid: openidOf(person, key),
      scope: SCOPES[letter],
      ...(letter === 'B' ? {} : { unionid: unionidOf(person) }),
    }
  }

  function userinfo(params) {
    const [, key, letter, person] = /^91_(pc|mp)([LUB])(\d+)_/.exec(params.get('access_token')) ?? []
    if (key === undefined) return error(40001)
    const openid = openidOf(person, key)
    if (params.get('openid') !== openid) return error(40003)
    if (letter === 'B') return error(48001)
    return {
      ...{ openid, nickname: nicknameOf(person), sex: 0, language: '', city: '', province: '', country: '' },
      headimgurl: `${origin()}/mmopen/vi_32/${person}/132`,
      privilege: [],
      unionid: unionidOf(person),
    }
  }

  return (url) => {
    const at = url.indexOf('?')
    const path = url.slice(0, at)
    const params = new URLSearchParams(url.slice(at + 1))
    if (path === '/sns/oauth2/access_token') return exchange(params)
    return path === '/sns/userinfo' ? userinfo(params) : error(40029)
  }
}

/** @param {{ port?: number, delayMs?: number }} options */
export async function startWechat({ port = 0, delayMs = 0 } = {}) {
  let url = ''
  const answer = createAnswers(() => url)
  const server = createServer({ keepAliveTimeout: 60_000 }, async (req, res) => {
    const text = JSON.stringify(answer(req.url))
    if (delayMs > 0) await sleep(delayMs)
    res.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) }).end(text)
  })
  url = `http://127.0.0.1:${await listen(server, port)}`
  return { url, close: () => server.close() }
}

if (isProgram(import.meta.url)) {
  const { url } = await startWechat(JSON.parse(process.argv[2] ?? '{}'))
  process.send?.({ url })
}
