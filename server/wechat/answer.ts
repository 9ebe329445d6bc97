// What WeChat's bytes mean. Its content type says text/plain, its strings may hold raw control characters, its success
// has no errcode and its error texts change: nothing here looks at anything but the body and the number.
import * as z from 'zod'

/** A JSON object as WeChat sent it. Of a key that is there twice, the last one counts, as in every JSON parser. */
export type Answer = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder('utf-8')
// biome-ignore lint/suspicious/noControlCharactersInRegex: nicknames bring raw control characters into the JSON
const CONTROL = /[\u0000-\u001f\u007f]/g

/** The object in the body, or null when there is none. Invalid UTF-8 becomes U+FFFD. */
export function parseAnswer(body: Uint8Array): Answer | null {
  const text = utf8.decode(body)
  const parsed = parseJson(text) ?? parseJson(text.replace(CONTROL, ''))
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Answer) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** 0 for a success (no errcode, or 0), the number of the error otherwise, NaN when errcode is no whole number. */
export function errcodeOf(answer: Answer): number {
  const { errcode = 0 } = answer
  const number = typeof errcode === 'string' ? Number(errcode) : errcode
  return Number.isInteger(number) ? Number(number) : Number.NaN
}

/** The request id that Tencent's support asks for, in its present and its older forms, or null. */
export function ridOf(answer: Answer): string | null {
  const { errmsg } = answer
  if (typeof errmsg !== 'string') return null
  const found =
    /\brid: ?([0-9a-f]{1,8}(?:-[0-9a-f]{1,8}){2})/.exec(errmsg) ??
    /\bhints?: ?\[ ?(?:req_id: ?)?([\w.-]{1,64})/.exec(errmsg)
  return found?.[1] ?? null
}

const WechatId = z.string().regex(/^[A-Za-z0-9_-]{6,64}$/)
const Unionid = z.union([WechatId, z.literal('').transform(() => null), z.null()]).optional()

export const GrantAnswer = z.object({
  access_token: z.string().min(1).max(2048),
  openid: WechatId,
  unionid: Unionid,
  scope: z.string().catch(''),
  is_snapshotuser: z.unknown().optional(),
})

export const ProfileAnswer = z.object({
  openid: WechatId,
  unionid: Unionid,
  nickname: z.string().catch(''),
  headimgurl: z.string().catch(''),
})

export const SessionAnswer = z.object({ openid: WechatId, unionid: Unionid })
