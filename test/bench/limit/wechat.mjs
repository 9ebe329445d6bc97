// The two calls to WeChat, over a pool of kept-alive connections.
import { Pool } from 'undici'

const ID = /^[A-Za-z0-9_-]{6,64}$/

/** @param {string} url */
export function createWechat(url) {
  const pool = new Pool(url, { connections: 32, pipelining: 1 })

  async function call(path, query) {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `${path}?${new URLSearchParams(query)}`,
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    })
    const answer = await body.json()
    if (statusCode !== 200 || answer.errcode) throw new Error(`WeChat said ${statusCode} ${answer.errcode}`)
    return answer
  }

  return {
    /** The token, the openid, and whatever unionid the scope gives. */
    async exchange({ appid, secret }, code) {
      const answer = await call('/sns/oauth2/access_token', { appid, secret, code, grant_type: 'authorization_code' })
      if (!ID.test(answer.openid) || typeof answer.access_token !== 'string') throw new Error('WeChat said nonsense')
      return answer
    },
    async profile({ access_token, openid }) {
      const answer = await call('/sns/userinfo', { access_token, openid, lang: 'zh_CN' })
      if (answer.openid !== openid || !ID.test(answer.unionid)) throw new Error('WeChat spoke of somebody else')
      const { unionid, nickname, headimgurl: avatarUrl } = answer
      return { openid, unionid, nickname, avatarUrl }
    },
    close: () => pool.close(),
  }
}
