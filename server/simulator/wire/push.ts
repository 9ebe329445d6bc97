// Pushes to a site's address: signed, encrypted as the app is set, and repeated until the site has answered.
import type { App, PushSettings } from '../state/apps.js'
import type { World } from '../world.js'
import { readAnswer, type Verdict } from './passive-reply.js'
import { encryptPush, signPush } from './push-crypto.js'
import { type Fields, writeXml } from './push-xml.js'
import { callSite, siteServer } from './site-call.js'

export interface Push {
  readonly fields: Fields
  /** Named in the query. */
  readonly openid: string
  /** Whom a reply would be for; null for a notice. */
  readonly replyTo: string | null
}

export interface PushOptions extends Pick<PushSettings, 'mode' | 'format'> {
  /** How often all of it happens. */
  readonly repeat: number
  /** JSON keys with a space before them, as in the manual's samples. */
  readonly spacedKeys: boolean
  /** No openid in the query, nor in a notice. */
  readonly omitOpenid: boolean
}

/** One request to the site. */
export interface Delivery {
  /** Null when there was no answer. */
  readonly status: number | null
  /** Decrypted where it was encrypted. */
  readonly body: string
  /** What is wrong with the answer; null when nothing is. */
  readonly trouble: string | null
}

export interface Pushed {
  readonly deliveries: readonly Delivery[]
  /** `nowhere`: no address is known to push to. */
  readonly outcome: Verdict['kind'] | 'nowhere'
  /** What the account says to the person. */
  readonly reply: string | null
}

/** WeChat asks once, and twice more when the answer is late or makes no sense. */
const ATTEMPTS = 3

/** Where an app's pushes go, or null. */
export function pushUrl({ options }: World, app: App): string | null {
  if (app.push.url !== null) return app.push.url
  const site = siteServer({ options })
  return site === null ? null : `${site}/wechat/notify/${encodeURIComponent(app.key)}`
}

/** As the app's console says. */
export function usualOptions({ push: { mode, format } }: App): PushOptions {
  return { mode, format, repeat: 1, spacedKeys: false, omitOpenid: false }
}

/** Pushes, and never throws: what went wrong is in the deliveries. */
export async function pushTo(world: World, app: App, push: Push, options = usualOptions(app)): Promise<Pushed> {
  const url = pushUrl(world, app)
  if (url === null) return { deliveries: [], outcome: 'nowhere', reply: null }
  const deliveries: Delivery[] = []
  const verdicts: Verdict[] = []
  for (let copy = 0; copy < options.repeat; copy += 1) {
    let verdict: Verdict = { kind: 'trouble', why: '' }
    for (let attempt = 0; attempt < ATTEMPTS && verdict.kind === 'trouble'; attempt += 1) {
      const answer = await deliver(world, app, url, push, options)
      verdict = answer.verdict
      deliveries.push(answer.delivery)
    }
    verdicts.push(verdict)
  }
  const reply = verdicts.find((verdict) => verdict.kind === 'reply')
  return { deliveries, outcome: (reply ?? verdicts[0])?.kind ?? 'nowhere', reply: reply?.text ?? null }
}

async function deliver(world: World, app: App, url: string, push: Push, options: PushOptions) {
  const { query, body } = envelope(world, app, push, options)
  const type = options.format === 'xml' ? 'text/xml' : 'application/json'
  const answer = await callSite(world, `${url}${url.includes('?') ? '&' : '?'}${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, 'user-agent': 'Mozilla/4.0', pragma: 'no-cache' },
  })
  if (typeof answer === 'string') {
    const verdict: Verdict = { kind: 'trouble', why: answer }
    return { verdict, delivery: { status: null, body: '', trouble: answer } }
  }
  const read = readAnswer(app, options.mode, push.replyTo, answer)
  const trouble = read.verdict.kind === 'trouble' ? read.verdict.why : null
  return { verdict: read.verdict, delivery: { status: answer.status, body: read.body, trouble } }
}

/** Signed and encrypted anew for each delivery; what is inside stays the same. */
function envelope({ clock, options: { random } }: World, app: App, push: Push, options: PushOptions) {
  const { token, aesKey } = app.notify
  const write = (fields: Fields) => (options.format === 'xml' ? writeXml(fields) : JSON.stringify(fields))
  const fields = options.format === 'json' && options.spacedKeys ? spaced(push.fields) : push.fields
  const timestamp = String(Math.floor(clock.now() / 1000))
  const nonce = String(random(4).readUInt32BE())
  const signature = signPush(token, timestamp, nonce)
  const query = new URLSearchParams({ signature, timestamp, nonce })
  if (!options.omitOpenid) query.set('openid', push.openid)
  if (options.mode === 'plain') return { query, body: write(fields) }
  const Encrypt = encryptPush(aesKey, app.appid, random(16), write(fields))
  query.set('encrypt_type', 'aes')
  query.set('msg_signature', signPush(token, timestamp, nonce, Encrypt))
  const shown = options.mode === 'compatible' ? fields : { ToUserName: app.originalId }
  return { query, body: write({ ...shown, Encrypt }) }
}

function spaced(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [` ${name}`, value]))
}
